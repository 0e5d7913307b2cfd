/** A stack of many releases on stand-in clouds: on AWS alone one is published, and the others are made of its state. */
import fs from "node:fs";
import { AWS_REGIONS } from "../../config/aws/regions";
import { type ImageFile, writeImageFile } from "../../config/image-file";
import { ask } from "../../rehearsal/control-client";
import type { Ran } from "../../test/e2e/harness/checkout";
import type { Rehearsed } from "../../test/e2e/harness/rehearsed";
import { smallRelease } from "../../test/e2e/harness/small-disk";
import { stackFile } from "../../test/e2e/harness/stack-file";
import { type State, withReleases } from "./clone";

export const STACK = "growth";
const PRODUCT = "growth";
/** Public AMIs in a region: Service Quotas, Amazon EC2. */
const PUBLIC_IMAGES = "L-0E3CBAB9";

export interface Size {
  readonly releases: number;
  readonly regions: number;
  readonly clouds: 1 | 3;
}

/** Makes the stack; every release is published. @returns resources of its state */
export async function makeStack(rehearsed: Rehearsed, size: Size): Promise<number> {
  const { checkout } = rehearsed;
  await openRegions(rehearsed, size.regions);
  const [first = "", ...others] = versionsOf(size.releases);
  await smallRelease(checkout, PRODUCT, first, ["x86_64", "arm64"]);
  for (const version of others) copyRelease(rehearsed, first, version);
  // Google's images carry digests of their names, which no copy has.
  const isCopied = size.clouds === 1;
  writeStack(rehearsed, size, isCopied ? [first] : versionsOf(size.releases));
  mustSucceed("the first release", await rehearsed.up());
  writeStack(rehearsed, size, versionsOf(size.releases));
  if (isCopied && others.length > 0) {
    const file = checkout.path("state.json");
    mustSucceed("export", await rehearsed.pulumi(["stack", "export", "--file", file]));
    const state = JSON.parse(fs.readFileSync(file, "utf8")) as State;
    fs.writeFileSync(file, JSON.stringify(withReleases(state, first, others, spellings)));
    mustSucceed("import", await rehearsed.pulumi(["stack", "import", "--force", "--file", file]));
    const env = { PULUMI_SKIP_CHECKPOINTS: "true" };
    mustSucceed("the others", await rehearsed.pulumi(["up", "--yes", "--skip-preview"], { env }));
  }
  const exported = await rehearsed.pulumi(["stack", "export"]);
  return (JSON.parse(exported.stdout) as State).deployment.resources.length;
}

/** The stack file with these releases; `change` is what one line says otherwise. */
export function writeStack(
  { checkout }: Rehearsed,
  { regions, clouds }: Size,
  versions: readonly string[],
  change: { readonly version?: string; readonly release?: object } = {},
): void {
  const [version = ""] = versions;
  const azureRegions = clouds === 3 ? { azureRegions: ["westeurope", "eastus"] } : {};
  const file = JSON.parse(
    stackFile({ product: PRODUCT, version, imageFile: "", regions: regionsOf(regions), ...azureRegions }),
  ) as { config: Record<string, unknown> };
  file.config["imprimatur:releases"] = versions.map((each) => ({
    ...{ version: each, state: "published", imageFile: `images/${PRODUCT}/${each}.json` },
    ...(each === change.version && change.release),
  }));
  // Uploads that were begun are remembered by bucket and object: no other rehearsal's may be met.
  const gcp = file.config["imprimatur:gcp"];
  if (gcp) Object.assign(gcp, { bucket: { name: `growth-${process.pid}-archives`, location: "eu" } });
  checkout.write(`stacks/Pulumi.${STACK}.yaml`, JSON.stringify(file));
}

/** The same disks under another version. */
export function copyRelease({ checkout }: Rehearsed, from: string, to: string): void {
  const text = fs.readFileSync(checkout.path(`images/${PRODUCT}/${from}.json`), "utf8");
  const content = JSON.parse(text.replaceAll(from, to)) as ImageFile;
  checkout.write(`images/${PRODUCT}/${to}.json`, writeImageFile(content));
  for (const architecture of ["x86_64", "arm64"]) {
    const name = (version: string) => checkout.path(`images/${PRODUCT}/${version}-${architecture}.raw`);
    if (!fs.existsSync(name(to))) fs.linkSync(name(from), name(to));
  }
}

/** Newest last; `count` further ones with other days come after these. */
export function versionsOf(count: number): string[] {
  return Array.from({ length: count }, (_, index) => {
    const [month, day] = [Math.floor(index / 28) + 1, (index % 28) + 1].map((part) =>
      String(part).padStart(2, "0"),
    );
    return `2025${month}${day}.0`;
  });
}

function mustSucceed(what: string, { status, stdout, stderr }: Ran): void {
  if (status !== 0)
    throw new Error(
      `${what}: exit ${String(status)}\n${`${stdout}${stderr}`.split("\n").slice(-40).join("\n")}`,
    );
}

/** As it is, also within a gallery version, and as names on Google Cloud have it. */
function spellings(version: string): string[] {
  return [version, version.replaceAll(".", "-")];
}

/** The account uses regions that need its consent, and publishes many images in each. */
async function openRegions({ env }: Rehearsed, count: number): Promise<void> {
  const fault = (given: object) =>
    ask(env.IMPRIMATUR_REHEARSAL_DIR ?? "", "POST", "fault", { cloud: "aws", ...given });
  for (const region of regionsOf(count)) {
    await fault({ kind: "opt-in", region });
    await fault({ kind: "block-public-access", region, state: "unblocked" });
  }
  // Of the regions that are open by now.
  await fault({ kind: "quota", code: PUBLIC_IMAGES, value: 1000 });
}

function regionsOf(count: number): string[] {
  const named = Object.entries(AWS_REGIONS).filter(([, partition]) => partition === "aws");
  return named.map(([region]) => region).slice(0, count);
}
