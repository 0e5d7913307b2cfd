/**
 * This program's own measurement of the disks it publishes: the image file's result is only as trustworthy as the
 * repository.
 */
import { createHash } from "node:crypto";
import { digestsOf, isSameDisk } from "../config/disk-digests";
import type { PolicyEvidence } from "../config/evidence";
import { canonicalJson } from "../facts/canonical-json";
import type { Image } from "../config/image-file";
import type { Architecture } from "../config/release";
import { blockMapRoot } from "../disk/block-map";
import { Disk } from "../disk/disk";
import { mapDisk } from "../disk/map-disk";
import type { PolicyReport } from "../inspection/report";
import type { Call } from "../plugin/resource";
import type { RecordArgs } from "../resources/record";
import { STATEMENT_TYPE } from "../trust/in-toto";
import { summariesIn } from "../trust/summaries-in";
import { SUMMARY_TYPE, type VerificationSummary } from "../trust/verification-summary";
import { findRawDisk } from "./raw-disk";

/**
 * A summary for each disk whose image file has an image policy result, measured again. Where the raw disk is gone, an
 * earlier record's summary of the same disk is used; without one there is no summary, and the record has only its
 * image file's result.
 *
 * @param before the record that is replaced
 * @throws when the policy fails although the image file says that it passed
 */
export async function summariesOf(
  args: Pick<RecordArgs, "product" | "version" | "imageFile" | "imageFileAt">,
  call: Pick<Call, "status" | "signal">,
  before?: string,
): Promise<VerificationSummary[]> {
  const found: VerificationSummary[] = [];
  for (const [architecture, image] of Object.entries(args.imageFile.images) as [Architecture, Image][]) {
    if (image.policy === undefined) continue;
    const report = await measure(args.imageFileAt, architecture, image, image.policy, call);
    const earlier = () =>
      summariesIn(before).filter(({ subject: [disk] }) => disk && isSameDisk(disk.digest, digestsOf(image)));
    found.push(...(report ? [summaryOf(args, architecture, image, image.policy, report)] : earlier()));
  }
  return found;
}

/** `undefined`: the disk is missing or different. */
async function measure(
  imageFile: string | undefined,
  architecture: Architecture,
  image: Image,
  claimed: PolicyEvidence,
  { status, signal }: Pick<Call, "status" | "signal">,
): Promise<PolicyReport | undefined> {
  const place = imageFile === undefined ? undefined : placeOf(imageFile, architecture, image.size);
  if (place === undefined) return undefined;
  const disk = await Disk.open(place.path, { name: place.name });
  try {
    status(`reading ${place.name} again`);
    const { map } = await mapDisk(disk, { signal });
    if (blockMapRoot(map) !== image.blockMap.root) return undefined;
    status(`measuring ${place.name} with the image policy`);
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- all the rules: most that a plugin does needs none
    const { measurePolicy } = require("../inspection/measure") as typeof import("../inspection/measure");
    const report = measurePolicy(
      { ...image, blockMapRoot: image.blockMap.root, path: place.path, architecture },
      claimed.declared,
    );
    await disk.assertUnchanged();
    if (report.outcome === "passed" || claimed.outcome === "failed") return report;
    const failed = report.rules.filter(({ outcome }) => outcome !== "passed").map(({ id }) => id);
    throw new Error(
      `${place.name}: the image policy fails (version ${report.policyVersion}: ${failed.join(", ")}), and ${imageFile} says that it passed (version ${claimed.version}); ` +
        "nothing was signed or shared: run `imprimatur inspect --policy` on the disk again, and mend or declare what it finds",
    );
  } finally {
    await disk.close();
  }
}

function placeOf(imageFile: string, architecture: Architecture, size: number) {
  try {
    return findRawDisk({ imageFile, architecture, size });
  } catch {
    // Only an upload needs it, and reports it missing.
    return undefined;
  }
}

function summaryOf(
  { product, version }: Pick<RecordArgs, "product" | "version">,
  architecture: Architecture,
  image: Image,
  { declared }: PolicyEvidence,
  { outcome, policyVersion }: PolicyReport,
): VerificationSummary {
  const isPassed = outcome === "passed";
  const level = `IMPRIMATUR_IMAGE_POLICY_V${policyVersion}`;
  return {
    _type: STATEMENT_TYPE,
    subject: [{ name: image.file, digest: digestsOf(image) }],
    predicateType: SUMMARY_TYPE,
    predicate: {
      verifier: { id: "https://imprimatur.dev/cli" },
      timeVerified: new Date().toISOString(),
      resourceUri: `pkg:generic/${product}@${version}?arch=${architecture}`,
      policy: {
        uri: `https://imprimatur.dev/image-policy/v${policyVersion}`,
        digest: { sha256: createHash("sha256").update(canonicalJson(declared)).digest("hex") },
      },
      verificationResult: isPassed ? "PASSED" : "FAILED",
      verifiedLevels: [isPassed ? level : "FAILED"],
    },
  };
}
