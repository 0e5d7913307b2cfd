import type { Evidence } from "../config/evidence";
import type { Image } from "../config/image-file";

/** What was checked of an image so far. */
export function evidenceOf(image: Image | undefined): Evidence {
  const { input, policy, boot } = image ?? {};
  return { ...(input && { input }), ...(policy && { policy }), ...(boot && { boot }) };
}

/** The image with what was checked of it, in an order of its own, so that the file's text does not depend on the commands'. */
export function withEvidence(image: Image, { input, policy, boot }: Evidence): Image {
  const disk = { ...image };
  for (const member of ["input", "policy", "boot"] as const) delete disk[member];
  return { ...disk, ...(input && { input }), ...(policy && { policy }), ...(boot && { boot }) };
}
