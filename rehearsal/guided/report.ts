import type { PublishedImage } from "./outputs";

/** An image with what this run checked of it by itself. */
export interface CheckedImage extends PublishedImage {
  /** Absent where nothing was read back. */
  blocks?: number;
}

/** The ids of a publication, for people: a row per image. */
export function idTable(images: CheckedImage[]): string {
  const rows = images.map(({ cloud, architecture, region, id, snapshotId, blocks, proof }) => [
    cloud,
    architecture,
    region ?? "everywhere",
    id,
    snapshotId ?? "",
    blocks === undefined ? (proof ?? "") : `${blocks} blocks equal`,
  ]);
  const titles = ["cloud", "arch", "region", "image", "snapshot", "read back"];
  const widths = titles.map((title, at) =>
    Math.max(title.length, ...rows.map((row) => (row[at] ?? "").length)),
  );
  const line = (cells: string[]) =>
    `  ${cells
      .map((cell, at) => cell.padEnd(widths[at] ?? 0))
      .join("  ")
      .trimEnd()}\n`;
  return [titles, ...rows].map(line).join("");
}

/** What a person can do now. @param stack the stack just published. */
export function nextSteps(stack: string, stackFile: string): string {
  const select = stack === "demo" ? "" : `  pulumi stack select ${stack}\n`;
  return `Next, in this shell:

  eval "$(npx imprimatur rehearsal env)"
${select}  pulumi preview                      nothing to do: what is published is what ${stackFile} says
  pulumi up                           after a change there: a region, a share, the state of a release
  npx imprimatur rehearsal inventory  what any account holds in any cloud
  pulumi destroy                      takes everything away again
  npx imprimatur rehearsal stop       ends the stand-in clouds

Your own disk: npm start -- --image my.raw --product my-linux
`;
}
