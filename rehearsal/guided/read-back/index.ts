import type { PublishedImage } from "../outputs";
import type { BlockDigests } from "./blocks";

type Reader = (env: Record<string, string>, image: PublishedImage) => Promise<BlockDigests>;

// One line per cloud. Azure's client alone takes a second to load, so unused clouds are not loaded: hence `require`
// inside a function.
/* eslint-disable @typescript-eslint/no-require-imports */
const READERS: Readonly<Record<string, () => Reader>> = {
  aws: () => (require("./aws") as typeof import("./aws")).readAwsImage,
  gcp: () => (require("./gcp") as typeof import("./gcp")).readGcpImage,
  azure: () => (require("./azure") as typeof import("./azure")).readAzureVersion,
};
/* eslint-enable */

/**
 * Reads a published image back, independently of the publishing code: official clients, and a separate comparison.
 *
 * @returns digests of its blocks, to compare with those of the raw disk
 */
export function readPublished(env: Record<string, string>, image: PublishedImage): Promise<BlockDigests> {
  const load = READERS[image.cloud];
  if (!load) throw new Error(`nothing here reads images of ${image.cloud} back`);
  return load()(env, image);
}
