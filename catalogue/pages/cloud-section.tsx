/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import type { Cloud } from "../../facts/clouds";
import type { Architecture } from "../../config/release";
import { CATALOGUE_CLOUDS } from "../clouds";
import { type Availability, type CatalogueRelease, isUsable, type Place } from "../model";
import { cloudLabel, count, Source } from "./parts";
import { Snippets } from "./snippets";

interface Found {
  readonly architecture: Architecture;
  readonly place: Place;
}

/** The ids of one cloud, and how to use one. */
export function CloudSection({
  cloud,
  release,
}: {
  readonly cloud: Cloud;
  readonly release: CatalogueRelease;
}) {
  const all = release.images.flatMap(({ architecture, places }) =>
    places.filter((place) => place.cloud === cloud).map((place): Found => ({ architecture, place })),
  );
  const found = isUsable(release) ? all.filter(({ place }) => place.availability !== "gone") : all;
  if (found.length === 0) return <></>;
  const { hasIdPerRegion } = CATALOGUE_CLOUDS[cloud];
  const title = `${cloud}-title`;
  return (
    <section class="cloud" data-cloud={cloud} aria-labelledby={title}>
      <h2 id={title}>
        {cloudLabel(cloud)} <Audience found={found} />
      </h2>
      {hasIdPerRegion ? <ByRegion title={title} found={found} /> : <Single found={found} />}
      {isUsable(release) && <Snippets cloud={cloud} found={found} />}
    </section>
  );
}

const AUDIENCES: Readonly<Record<Availability, string>> = {
  everyone: "for everyone",
  named: "for accounts that the publisher named",
  nobody: "shared with nobody",
  unsure: "perhaps shared",
  gone: "no longer there",
};

function Audience({ found }: { readonly found: readonly Found[] }) {
  const audiences = [...new Set(found.flatMap(({ place: { availability } }) => availability ?? []))];
  if (audiences.length === 0) return <></>;
  return (
    <span class="audience">
      {audiences.length === 1 ? AUDIENCES[audiences[0]!] : "differs by region"} <Source of="stack" />
    </span>
  );
}

/** A row for each region, a column for each architecture. */
function ByRegion({ title, found }: { readonly title: string; readonly found: readonly Found[] }) {
  const architectures = [...new Set(found.map(({ architecture }) => architecture))];
  const regions = [...new Set(found.map(({ place }) => place.region))];
  const differs = new Set(found.map(({ place: { availability } }) => availability)).size > 1;
  const ids = new Map(found.map(({ architecture, place }) => [`${architecture} ${place.region}`, place]));
  return (
    <div class="scroll ids" tabindex={0} role="group" aria-labelledby={title}>
      <table>
        <thead>
          <tr>
            <th scope="col">Region</th>
            {architectures.map((architecture) => (
              <th scope="col">
                {architecture} <Source of="record" />
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {regions.map((region) => (
            <tr>
              <th scope="row">{region}</th>
              {architectures.map((architecture) => {
                const place = ids.get(`${architecture} ${region}`);
                return (
                  <td>
                    {place ? <code data-copy>{place.id}</code> : "–"}
                    {differs && place?.availability && (
                      <span class="quiet"> {AUDIENCES[place.availability]}</span>
                    )}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** One id for each architecture, whatever the region. */
function Single({ found }: { readonly found: readonly Found[] }) {
  const architectures = [...new Set(found.map(({ architecture }) => architecture))];
  return (
    <dl class="single">
      {architectures.map((architecture) => {
        const places = found.filter((one) => one.architecture === architecture).map(({ place }) => place);
        const regions = places.map(({ region }) => region).filter((region) => region !== "global");
        const copied = places.some(({ from }) => from === "stack");
        return (
          <>
            <dt>
              {architecture} <Source of="record" />
            </dt>
            <dd>
              <code data-copy>{places[0]!.id}</code>
            </dd>
            <dd class="quiet">
              {regions.length === 0 ? (
                "in all regions"
              ) : (
                <details>
                  <summary>in {count(regions.length, "region")}</summary>
                  {regions.join(", ")} {copied && <Source of="stack" />}
                </details>
              )}
            </dd>
          </>
        );
      })}
    </dl>
  );
}
