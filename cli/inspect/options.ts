import { imageFile as imageFileSchema } from "../../config/image-file";
import type { DiskOptions } from "../disk-options";
import { UsageProblem } from "../problem";
import type { ArchiveOptions } from "./archive";

/** Of the command `inspect`, as commander gives them. */
export interface Options extends ArchiveOptions, DiskOptions {
  product?: string;
  version?: string;
  output?: string;
  blockMap?: boolean;
  policy?: boolean;
  expect?: string;
  sums?: string;
  signature?: string;
  keyring?: string;
  provenance?: string;
  sbom?: string;
  files?: string;
  measuredBoot?: boolean;
  secureBootVariables?: string;
  junit?: string;
  digests?: boolean;
  json?: boolean;
}

/** The release in the image file. */
export type Named = Options & { product: string; version: string };

/**
 * Validates names that the stack file would refuse later.
 *
 * @throws {UsageProblem}
 */
export function requireNames(options: Options): Named {
  const lines = (["product", "version"] as const).flatMap((name) => {
    const given = options[name];
    if (given === undefined) return [`--${name} is missing: whose image file is this to be?`];
    const { error } = imageFileSchema.shape[name].safeParse(given);
    return error ? [`--${name} needs ${error.issues[0]?.message}, but has "${given}".`] : [];
  });
  if (lines.length > 0) throw new UsageProblem(lines.join("\n"));
  return options as Named;
}
