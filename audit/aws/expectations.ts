/** Expected objects on AWS, from a stack's state. */
import { type Deployment, plain, record, type StateResource, texts } from "../deployment";

/** Grantees, in addition to the owner. */
export interface Access {
  readonly public: boolean;
  /** 12 digits each. */
  readonly accounts: readonly string[];
  /** ARNs of organisations and organisational units; a snapshot has none. */
  readonly arns: readonly string[];
}

export interface ExpectedImage {
  readonly release?: string;
  readonly region: string;
  readonly id: string;
  readonly description: string;
  readonly tags: Readonly<Record<string, string>>;
  /** RFC 3339; absent: none in the stack file, and AWS sets its own on public ones. */
  readonly deprecationTime?: string;
  readonly snapshotId?: string;
  /** Account of 12 digits. */
  readonly owner?: string;
  /** Absent: the ledger does not know the release (any more). */
  readonly access?: Access;
  /** True if one resource holds the whole sharing, so that `up` removes extra grantees. */
  readonly wholeSharing: boolean;
  /** Published or deprecated: users are meant to find it. */
  readonly current: boolean;
}

export interface ExpectedSnapshot {
  readonly release?: string;
  readonly region: string;
  readonly id: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly access?: Access;
  readonly wholeSharing: boolean;
}

export interface ExpectedParameter {
  readonly region: string;
  readonly name: string;
  /** Absent: secret in the state, and its source is unknown. */
  readonly value?: string;
  readonly dataType?: string;
  readonly description: string;
  readonly tags: Readonly<Record<string, string>>;
}

export interface AwsExpectations {
  readonly images: readonly ExpectedImage[];
  readonly snapshots: readonly ExpectedSnapshot[];
  readonly parameters: readonly ExpectedParameter[];
}

const AMI = "aws:ec2/ami:Ami";
const AMI_COPY = "aws:ec2/amiCopy:AmiCopy";
const DEPRECATION = "imprimatur:aws:ImageDeprecation";
const POINTER = "imprimatur:aws:Pointer";
/** Its type in states of version 0.1. */
const PARAMETER = "aws:ssm/parameter:Parameter";
const SNAPSHOT = "imprimatur:aws:Snapshot";
const SNAPSHOT_TAGS = "imprimatur:aws:SnapshotTags";
const IMAGE_SHARING = "imprimatur:aws:ImageSharing";
/** In states of versions before 0.2. */
const SNAPSHOT_SHARING = "imprimatur:aws:SnapshotSharing";

export function expectedOfAws(deployment: Deployment): AwsExpectations {
  const shared = deployment.ofType(IMAGE_SHARING);
  const wholeImages = new Set(shared.flatMap(({ inputs }) => plain(inputs.imageId) ?? []));
  const wholeSnapshots = new Set(
    [...shared, ...deployment.ofType(SNAPSHOT_SHARING)].flatMap(
      ({ inputs }) => plain(inputs.snapshotId) ?? [],
    ),
  );
  const dates = new Map(
    deployment.ofType(DEPRECATION).map(({ inputs }) => [plain(inputs.imageId), plain(inputs.at)]),
  );
  const images = deployment.ofType(AMI, AMI_COPY).map((resource): ExpectedImage => {
    const { id, inputs, outputs } = resource;
    const release = deployment.releaseOf(resource);
    const region = regionOf(resource);
    const snapshotId = plain(outputs.rootSnapshotId);
    const owner = plain(outputs.ownerId);
    const access = accessOf(deployment, release, region);
    const entry = release === undefined ? undefined : deployment.ledger[release];
    // A refresh writes the actual value into the image's own inputs, which the engine does not compare.
    const deprecationTime = dates.get(id) ?? (entry ? entry.deprecateOn : plain(inputs.deprecationTime));
    return {
      release,
      region,
      id,
      description: plain(inputs.description) ?? "",
      tags: record(inputs.tags),
      deprecationTime,
      snapshotId,
      owner,
      ...(access && { access }),
      wholeSharing: wholeImages.has(id),
      current: entry?.state === "published",
    };
  });
  const snapshots = deployment.ofType(SNAPSHOT, SNAPSHOT_TAGS).map((resource): ExpectedSnapshot => {
    const { type, inputs } = resource;
    const release = deployment.releaseOf(resource);
    const region = regionOf(resource);
    const id = type === SNAPSHOT ? resource.id : (plain(inputs.snapshotId) ?? "");
    const access = accessOf(deployment, release, region);
    return {
      release,
      region,
      id,
      tags: record(inputs.tags),
      ...(access && { access: { ...access, arns: [] } }),
      wholeSharing: wholeSnapshots.has(id),
    };
  });
  const parameters = deployment.ofType(POINTER, PARAMETER).map((resource): ExpectedParameter => {
    const { id, inputs } = resource;
    const value = pointedTo(deployment, resource);
    const dataType = resource.type === POINTER ? "aws:ec2:image" : plain(inputs.dataType);
    return {
      region: regionOf(resource),
      name: plain(inputs.name) ?? id,
      value,
      dataType,
      description: plain(inputs.description) ?? "",
      tags: record(inputs.tags),
    };
  });
  return { images, snapshots, parameters };
}

function regionOf({ inputs, outputs }: StateResource): string {
  return plain(inputs.region) ?? plain(outputs.region) ?? "";
}

/** From the ledger, not the sharing resources: `pulumi refresh` overwrites those with actual values. */
function accessOf(deployment: Deployment, release: string | undefined, region: string): Access | undefined {
  const entry = release === undefined ? undefined : deployment.ledger[release];
  if (entry === undefined) return undefined;
  const grantees = texts(entry.audience.aws?.[region]);
  return {
    public: grantees.includes("public"),
    accounts: grantees.filter((grantee) => /^\d{12}$/.test(grantee)),
    arns: grantees.filter((grantee) => grantee.startsWith("arn:")),
  };
}

/** The native provider keeps a parameter's value secret, so it is derived from the image it depends on. */
function pointedTo(deployment: Deployment, resource: StateResource): string | undefined {
  const { inputs, propertyDependencies } = resource;
  const written = plain(inputs.imageId) ?? plain(inputs.value) ?? plain(inputs.insecureValue);
  if (written !== undefined) return written;
  const from = [...(propertyDependencies?.value ?? []), ...(propertyDependencies?.insecureValue ?? [])];
  const images = from.flatMap((urn) => {
    const source = deployment.byReference(urn);
    const isImage = source?.type === AMI || source?.type === AMI_COPY;
    return source && isImage && regionOf(source) === regionOf(resource) ? [source.id] : [];
  });
  return images.length === 1 ? images[0] : undefined;
}
