/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import { CLOUDS } from "../../facts/clouds";
import type { Catalogue, CatalogueRelease } from "../model";
import { relativePath } from "../paths";
import { baseName, downloadCommands, keyFiles, verifyCommand } from "../verify-text";
import { cloudLabel } from "./parts";

/** How to check that an id is what this page says. */
export function Verify({
  catalogue,
  release,
  path,
}: {
  readonly catalogue: Catalogue;
  readonly release: CatalogueRelease;
  readonly path: string;
}) {
  const fetched = downloadCommands(catalogue, release);
  return (
    <section aria-labelledby="verify-title">
      <h2 id="verify-title">Check an id</h2>
      <p>
        Put{" "}
        {[release.record, ...keyFiles(catalogue)].map((file, index) => (
          <>
            {index > 0 && " and "}
            <a href={relativePath(path, file)} download>
              {baseName(file)}
            </a>
          </>
        ))}{" "}
        into a folder, and ask the cloud with an account of your own. The publisher's key should come to you
        over another way than this page.
      </p>
      {fetched.length > 0 && (
        <pre data-copy aria-label="Download of the record and the key">
          {fetched.join("\n")}
        </pre>
      )}
      {CLOUDS.flatMap((cloud) => {
        const [image] = release.images;
        const place = image?.places.find((place) => place.cloud === cloud && place.from === "record");
        if (image === undefined || place === undefined) return [];
        const used = { ...place, architecture: image.architecture };
        return [
          <h3>{cloudLabel(cloud)}</h3>,
          <pre data-copy aria-label={`Check on ${cloudLabel(cloud)}`}>
            {verifyCommand(catalogue, release, { cloud, image: used })}
          </pre>,
        ];
      })}
    </section>
  );
}
