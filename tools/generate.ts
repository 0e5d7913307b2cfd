/**
 * Generated files: `npx tsx tools/generate.ts` writes them, `--check` lists stale ones. Never edit one of them by
 * hand: a test compares each with its generator's output.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as prettier from "prettier";
import { catalogueSchema } from "../catalogue/documents";
import { imageFileSchema } from "../config/image-file";
import { awsRegions } from "./generate/aws-regions";
import { configReference } from "./generate/config-reference";
import { faultsPage } from "./generate/faults";
import { fidelity } from "./generate/fidelity";
import { imagePolicy } from "./generate/image-policy";
import { permissionsPage } from "./generate/permissions/page";
import { policyDocuments } from "./generate/permissions/policies";
import { stackSchema } from "./generate/stack-schema";

/** Generated file, relative to the project's folder, and its generator. */
export const GENERATED: Readonly<Record<string, () => string>> = {
  "catalogue/catalogue.schema.json": () => JSON.stringify(catalogueSchema()),
  "config/aws/regions.ts": awsRegions,
  "config/image-file.schema.json": () => JSON.stringify(imageFileSchema()),
  "config/stack.schema.json": stackSchema,
  "docs/config.md": configReference,
  "docs/fidelity.md": fidelity,
  "docs/image-policy.md": imagePolicy,
  "docs/permissions.md": permissionsPage,
  "docs/rehearsal-faults.md": faultsPage,
  ...policyDocuments(),
};

const root = join(__dirname, "..");

/** The generated text of `file`. */
export async function generate(file: string): Promise<string> {
  const write = GENERATED[file];
  if (!write)
    throw new Error(`${file} is not a generated file; those are ${Object.keys(GENERATED).join(", ")}`);
  const path = join(root, file);
  return prettier.format(write(), { ...(await prettier.resolveConfig(path)), filepath: path });
}

async function main(check: boolean): Promise<void> {
  const stale: string[] = [];
  for (const file of Object.keys(GENERATED)) {
    const text = await generate(file);
    if (text === currentText(file)) continue;
    stale.push(file);
    if (!check) writeFileSync(join(root, file), text);
  }
  if (stale.length > 0) console.log(`${check ? "Stale" : "Written"}: ${stale.join(", ")}`);
  if (check && stale.length > 0) process.exitCode = 1;
}

function currentText(file: string): string | undefined {
  try {
    return readFileSync(join(root, file), "utf8");
  } catch {
    return undefined;
  }
}

if (require.main === module) void main(process.argv.includes("--check"));
