/** Expected objects on Google Cloud, from a stack's state. */
import { memberFor } from "../../config/gcp/members";
import type { ObjectIdentity } from "../../config/object-identity";
import { type Deployment, plain, record, type StateResource, texts } from "../deployment";
import { verifiedIdentity } from "../identity";

export interface ExpectedDeprecation {
  /** `ACTIVE` if unset. */
  readonly state: string;
  /** Link to the replacement image. */
  readonly replacement?: string;
  /** RFC 3339 */
  readonly deprecated?: string;
  /** RFC 3339 */
  readonly obsolete?: string;
}

export interface ExpectedImage {
  readonly release?: string;
  readonly project: string;
  readonly name: string;
  readonly description: string;
  readonly labels: Readonly<Record<string, string>>;
  /** True if `up` removes extra labels: ours does, the native resource keeps them. */
  readonly wholeLabels: boolean;
  /** Absent: no family. */
  readonly family?: string;
  readonly deprecation: ExpectedDeprecation;
  /** Identity of the verified image; absent: written before this was kept. */
  readonly identity?: ObjectIdentity;
  /** IAM members with access; absent: the ledger does not know the release (any more). */
  readonly members?: readonly string[];
}

const ARM64_IMAGE = "imprimatur:gcp:Arm64Image";
const IMAGES = ["gcp:compute/image:Image", ARM64_IMAGE];
const BUCKET = "gcp:storage/bucket:Bucket";
const FAMILY = "imprimatur:gcp:ImageFamily";
const DEPRECATION = "imprimatur:gcp:ImageDeprecation";
const VERIFICATION = "imprimatur:gcp:Verification";

export function expectedOfGcp(deployment: Deployment): ExpectedImage[] {
  const about = (type: string) =>
    new Map(deployment.ofType(type).map((resource) => [imageKey(resource), resource.inputs]));
  const [families, deprecations] = [about(FAMILY), about(DEPRECATION)];
  const identities = new Map(
    deployment.ofType(VERIFICATION).map((resource) => [imageKey(resource), verifiedIdentity(resource)]),
  );
  return deployment.ofType(...IMAGES).map((resource): ExpectedImage => {
    const { inputs } = resource;
    const project = plain(inputs.project) ?? "";
    const name = plain(inputs.name) ?? plain(inputs.imageName) ?? lastPart(resource.id);
    const key = `${project}/${name}`;
    const release = deployment.releaseOf(resource);
    const family = plain(families.get(key)?.family);
    const deprecation = deprecations.get(key);
    const identity = identities.get(key);
    const members = membersOf(deployment, release);
    return {
      release,
      project,
      name,
      description: deployment.madeOf(resource, "gcp").description ?? plain(inputs.description) ?? "",
      labels: record(inputs.labels),
      wholeLabels: resource.type === ARM64_IMAGE,
      family,
      deprecation: { state: "ACTIVE", ...record(deprecation) },
      ...(identity && { identity }),
      ...(members && { members }),
    };
  });
}

/** The bucket for archives, if the stack creates it. */
export interface ExpectedBucket {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** `enforced` or `inherited`. */
  readonly publicAccessPrevention: string;
  readonly uniformAccess: boolean;
  /** Retention of deleted objects in seconds; absent: created before this was set. */
  readonly softDeletion?: string;
}

export function expectedBuckets(deployment: Deployment): ExpectedBucket[] {
  return deployment.ofType(BUCKET).map(({ id, inputs }) => {
    const { retentionDurationSeconds } = (inputs.softDeletePolicy ?? {}) as Record<string, unknown>;
    const softDeletion = plain(retentionDurationSeconds);
    return {
      name: plain(inputs.name) ?? id,
      labels: record(inputs.labels),
      publicAccessPrevention: plain(inputs.publicAccessPrevention) ?? "inherited",
      uniformAccess: inputs.uniformBucketLevelAccess === true,
      softDeletion,
    };
  });
}

function imageKey({ inputs }: StateResource): string {
  return `${plain(inputs.project) ?? ""}/${lastPart(plain(inputs.image) ?? "")}`;
}

/** From the ledger, not the member resources: `pulumi refresh` drops missing ones. */
function membersOf(deployment: Deployment, release: string | undefined): string[] | undefined {
  const entry = release === undefined ? undefined : deployment.ledger[release];
  if (entry === undefined) return undefined;
  return texts(entry.audience.gcp?.global).map(memberFor);
}

function lastPart(link: string): string {
  return link.slice(link.lastIndexOf("/") + 1);
}
