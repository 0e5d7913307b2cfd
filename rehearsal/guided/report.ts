import { alignColumns } from "../../facts/words";
import type { BuiltCatalogue } from "./catalogue";
import type { PublishedImage } from "./outputs";
import type { StrangersCheck } from "./stranger";

/** An image with this run's own check of it. */
export interface CheckedImage extends PublishedImage {
  /** Blocks of 512 KiB with data that were read back and compared with the disk. */
  blocks: number;
}

/** Legend of the levels of proof, below the table. */
const PROOF = `  proof  what the publication itself made sure of before anybody but its owner could use the image:
         bytes          the published copy was read back, and is the disk
         archive bytes  the uploaded archive was read back before the image was made from it and after, and is the disk;
                        Google shows nobody more
`;

/** The ids of a publication as text: a row per image. */
export function idTable(images: CheckedImage[]): string {
  const rows = images.map(({ cloud, architecture, region, id, blocks, proof }) => [
    cloud,
    architecture,
    region ?? "all",
    proof ?? "",
    `${blocks} blocks equal`,
    id,
  ]);
  const titles = ["cloud", "arch", "region", "proof", "read back now", "image"];
  const lines = alignColumns([titles, ...rows]).map((line) => `  ${line}\n`);
  return `${lines.join("")}\n${PROOF}`;
}

/** The result of an independent check. */
export function strangersWord({ command, lines }: StrangersCheck): string {
  return `A stranger asked, with the signed record, the public key and an account of their own:

${lines.map((line) => `  ${line}\n`).join("")}
  as in: ${command}
`;
}

/** Where the catalogue is, to be opened in a browser. */
export function catalogueWord(built: BuiltCatalogue): string {
  return "line" in built
    ? `What users of it would see, in a browser:\n\n  ${built.line}\n`
    : `There is no catalogue of it: ${built.problem}\n`;
}

/**
 * Suggested next steps.
 *
 * @param stack the stack just published
 */
export function nextSteps(stack: string, stackFile: string): string {
  const isDemo = stack === "demo";
  const select = isDemo ? "" : `  pulumi stack select ${stack}\n`;
  const own = isDemo ? "\nYour own disk: npm start -- --image my.raw --product my-linux\n" : "";
  return `Next, in this shell:

  eval "$(npx imprimatur rehearsal env)"
${select}  pulumi preview                      nothing to do: what is published is what ${stackFile} says
  pulumi up                           after a change there: a region, a share, the state of a release
  npx imprimatur rehearsal inventory  what any account holds in any cloud
  pulumi destroy                      takes everything away again
  npx imprimatur rehearsal stop       ends the stand-in clouds
${own}`;
}
