/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import type { Cloud } from "../../facts/clouds";
import type { Architecture } from "../../config/release";
import { CATALOGUE_CLOUDS } from "../clouds";
import type { Place } from "../model";
import { cloudLabel } from "./parts";

interface Found {
  readonly architecture: Architecture;
  readonly place: Place;
}

/** Texts to paste, for the first region; the page's script puts another one in. */
export function Snippets({ cloud, found }: { readonly cloud: Cloud; readonly found: readonly Found[] }) {
  const architectures = [...new Set(found.map(({ architecture }) => architecture))];
  return (
    <div class="uses">
      {architectures.map((architecture) => {
        const places = found.filter((one) => one.architecture === architecture).map(({ place }) => place);
        return <ForArchitecture cloud={cloud} architecture={architecture} places={places} />;
      })}
    </div>
  );
}

function ForArchitecture({
  cloud,
  architecture,
  places,
}: {
  readonly cloud: Cloud;
  readonly architecture: Architecture;
  readonly places: readonly Place[];
}) {
  const place = places.find(({ from }) => from === "record") ?? places[0]!;
  const image = { ...place, architecture };
  const { snippets, console, hasIdPerRegion } = CATALOGUE_CLOUDS[cloud];
  const link = console?.(image);
  // The script reads the regions from the table of ids, or from here where there is none.
  const regions =
    hasIdPerRegion || places.length < 2
      ? {}
      : { "data-regions": places.map(({ region }) => region).join(" ") };
  return (
    <div
      class="use"
      data-architecture={architecture}
      data-id={place.id}
      data-region={place.region}
      {...regions}
    >
      <h3>
        Use it on {cloudLabel(cloud)}, {architecture}
      </h3>
      {link && (
        <p>
          <a class="console" rel="noopener noreferrer" href={link.address}>
            {link.label}
          </a>
          {hasIdPerRegion && (
            <>
              {" "}
              <span class="quiet">
                in <span data-part="region">{place.region}</span>
              </span>
            </>
          )}
        </p>
      )}
      {snippets(image).map(({ tool, text }, index) => (
        <details {...(index === 0 && { open: true })}>
          <summary>{tool}</summary>
          <pre data-copy aria-label={`${tool}, ${architecture}`}>
            {marked(text, place, cloud)}
          </pre>
        </details>
      ))}
    </div>
  );
}

/** Id and region, where another region has others. */
function marked(text: string, { id, region }: Place, cloud: Cloud) {
  if (region === "global") return text;
  const { hasIdPerRegion } = CATALOGUE_CLOUDS[cloud];
  const parts = hasIdPerRegion ? [id, region] : [region];
  const split = text.split(new RegExp(`(${parts.map(escapeExpression).join("|")})`));
  return split.map((part) =>
    parts.includes(part) ? <span data-part={part === id ? "id" : "region"}>{part}</span> : part,
  );
}

function escapeExpression(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
