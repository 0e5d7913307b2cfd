import type { Evidence } from "../config/evidence";
import type { Image } from "../config/image-file";

/** Evidence about an image so far. */
export function evidenceOf(image: Image | undefined): Evidence {
  return present(image ?? {});
}

/** The image with its evidence in a fixed order, so that the file's text does not depend on the order of commands. */
export function withEvidence(image: Image, found: Evidence): Image {
  const disk = { ...image };
  for (const member of MEMBERS) delete disk[member];
  return { ...disk, ...present(found) };
}

const MEMBERS = [
  "input",
  "policy",
  "boot",
  "provenance",
  "sbom",
  "files",
  "measuredBoot",
  "contents",
] as const;

function present({ input, policy, boot, provenance, sbom, files, measuredBoot, contents }: Evidence) {
  return {
    ...(input && { input }),
    ...(policy && { policy }),
    ...(boot && { boot }),
    ...(provenance && { provenance }),
    ...(sbom && { sbom }),
    ...(files && { files }),
    ...(measuredBoot && { measuredBoot }),
    ...(contents && { contents }),
  };
}
