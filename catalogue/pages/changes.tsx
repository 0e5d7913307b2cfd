/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import type { CatalogueImage, CatalogueRelease } from "../model";
import type { PackageChanges } from "../packages";
import { count } from "./parts";

/** How many changes stand on the release's own page; all of them are on the page of its packages. */
const SHOWN = 20;

/** What is in a release, and what changed since the one before. */
export function Changes({ release, href }: { readonly release: CatalogueRelease; readonly href: string }) {
  const listed = release.images.filter(({ packages }) => packages !== undefined);
  if (listed.length === 0) return <p class="quiet">The record of this release names no list of packages.</p>;
  return (
    <>
      <p>
        {listed.map(({ architecture, packages }, index) => (
          <>
            {index > 0 && ", "}
            {architecture}:{" "}
            <a href={`${href}#${architecture}`}>{count(packages!.entries.length, "package")}</a>
          </>
        ))}
      </p>
      {alike(listed).map((images) => (
        <>
          <h3>{images.map(({ architecture }) => architecture).join(" and ")}</h3>
          <Since image={images[0]!} most={SHOWN} />
        </>
      ))}
    </>
  );
}

/** Images with the same changes are told once. */
function alike(images: readonly CatalogueImage[]): CatalogueImage[][] {
  const groups = new Map<string, CatalogueImage[]>();
  for (const image of images) {
    const key = JSON.stringify(image.changes ?? null);
    groups.set(key, [...(groups.get(key) ?? []), image]);
  }
  return [...groups.values()];
}

export function Since({ image, most }: { readonly image: CatalogueImage; readonly most: number }) {
  const { changes } = image;
  if (changes === undefined) return <p class="quiet">There is no release before it to compare with.</p>;
  const rows = rowsOf(changes);
  if (rows.length === 0) return <p>The same packages as in {changes.since}.</p>;
  return (
    <>
      <p>
        Since {changes.since}: {count(changes.changed.length, "package")} changed, {changes.added.length}{" "}
        added, {changes.removed.length} removed.
      </p>
      <ul class="changes">
        {rows.slice(0, most).map(([sign, name, version]) => (
          <li>
            <span class={`sign ${sign}`}>{sign}</span> <b>{name}</b> {version}
          </li>
        ))}
      </ul>
      {rows.length > most && <p class="quiet">and {rows.length - most} more</p>}
    </>
  );
}

type Row = readonly [sign: "changed" | "added" | "removed", name: string, version: string];

function rowsOf({ changed, added, removed }: PackageChanges): Row[] {
  return [
    ...changed.map(({ name, from, to }): Row => ["changed", name, `${from} → ${to}`]),
    ...added.map(({ name, version }): Row => ["added", name, version]),
    ...removed.map(({ name, version }): Row => ["removed", name, version]),
  ];
}
