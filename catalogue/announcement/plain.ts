import { alignColumns } from "../../facts/words";
import type { PackageChanges } from "../packages";
import type { Announcement } from "./announcement";

/** For mailing lists. */
export function plainOf({ title, provenance, facts, images, changes, verify, page }: Announcement): string {
  const parts = [
    `${title}\n${"=".repeat(title.length)}`,
    `${provenance}.`,
    facts.join("\n"),
    ...(page === undefined ? [] : [`All ids, the signed record and how to use them:\n${page}`]),
    ...(images.length === 0
      ? []
      : [
          "Images",
          alignColumns(images.map(({ cloud, architecture, where, id }) => [cloud, architecture, where, id]))
            .map((line) => `  ${line}`)
            .join("\n"),
        ]),
    ...changes.map(({ architecture, changes }) => changesText(architecture, changes)),
    ...(verify.length === 0 ? [] : ["Check an id", verify.map((line) => `  ${line}`).join("\n")]),
  ];
  return `${parts.join("\n\n")}\n`;
}

function changesText(architecture: string, { since, changed, added, removed }: PackageChanges): string {
  const lines = [
    ...changed.map(({ name, from, to }) => `  ${name}: ${from} -> ${to}`),
    ...added.map(({ name, version }) => `  ${name} ${version}: new`),
    ...removed.map(({ name, version }) => `  ${name} ${version}: removed`),
  ];
  const head = `Packages, ${architecture}, since ${since}`;
  return lines.length === 0 ? `${head}: the same.` : `${head}\n${lines.join("\n")}`;
}
