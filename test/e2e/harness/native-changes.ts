import type { Values } from "./plugin-client";

/** An object of a native resource type, as a program describes it and as a plugin read it back. */
export interface NativeObject {
  readonly type: string;
  readonly id: string;
  readonly inputs: Values;
  readonly outputs: Values;
}

interface Change {
  readonly what: string;
  readonly of: NativeObject;
  /** The program's new inputs; `undefined` removes a property. */
  readonly inputs?: Values;
  /** Properties that were found changed in the cloud. */
  readonly found?: Values;
}

const AMI_TAGS = { Name: "demo", "imprimatur:stack": "demo" };

const AMI_READ = {
  arn: "arn:aws:ec2:eu-central-1::image/ami-1",
  deprecationTime: "2028-11-28T00:00:00.000Z",
  ephemeralBlockDevices: [],
  hypervisor: "xen",
  imageLocation: "111111111111/demo",
  imageOwnerAlias: "",
  imageType: "machine",
  kernelId: "",
  lastLaunchedTime: "",
  ownerId: "111111111111",
  platform: "",
  platformDetails: "Linux/UNIX",
  public: true,
  ramdiskId: "",
  rootSnapshotId: "snap-1",
  tagsAll: AMI_TAGS,
  usageOperation: "RunInstances",
};

const DEVICE = { deviceName: "/dev/xvda", snapshotId: "snap-1", volumeSize: 1, volumeType: "gp3" };
const DEVICE_READ = {
  ...DEVICE,
  deleteOnTermination: true,
  encrypted: false,
  iops: 0,
  outpostArn: "",
  throughput: 0,
};

const AMI: NativeObject = {
  type: "aws:ec2/ami:Ami",
  id: "ami-1",
  inputs: {
    architecture: "x86_64",
    bootMode: "uefi",
    description: "one",
    ebsBlockDevices: [{ ...DEVICE, deleteOnTermination: true }],
    enaSupport: true,
    imdsSupport: "v2.0",
    name: "demo",
    region: "eu-central-1",
    rootDeviceName: "/dev/xvda",
    tags: AMI_TAGS,
    virtualizationType: "hvm",
  },
  outputs: {
    ...AMI_READ,
    architecture: "x86_64",
    bootMode: "uefi",
    description: "one",
    deprecationTime: "",
    ebsBlockDevices: [DEVICE_READ],
    enaSupport: true,
    imdsSupport: "v2.0",
    manageEbsSnapshots: false,
    name: "demo",
    region: "eu-central-1",
    rootDeviceName: "/dev/xvda",
    sriovNetSupport: "simple",
    tags: AMI_TAGS,
    tpmSupport: "",
    virtualizationType: "hvm",
  },
};

const COPY: NativeObject = {
  type: "aws:ec2/amiCopy:AmiCopy",
  id: "ami-1",
  inputs: {
    description: "one",
    encrypted: false,
    name: "demo",
    region: "us-east-1",
    sourceAmiId: "ami-0",
    sourceAmiRegion: "eu-central-1",
    tags: AMI_TAGS,
  },
  outputs: {
    ...AMI.outputs,
    encrypted: false,
    manageEbsSnapshots: true,
    region: "us-east-1",
    sourceAmiId: "ami-0",
    sourceAmiRegion: "eu-central-1",
  },
};

const LABELS = { "imprimatur-stack": "demo" };
const ALL_LABELS = { ...LABELS, "goog-pulumi-provisioned": "true" };
const LINK = "https://www.googleapis.com/compute/v1/projects/p/global";

const IMAGE: NativeObject = {
  type: "gcp:compute/image:Image",
  id: "projects/p/global/images/demo",
  inputs: {
    description: "one",
    diskSizeGb: 1,
    guestOsFeatures: [{ type: "UEFI_COMPATIBLE" }, { type: "GVNIC" }],
    labels: LABELS,
    name: "demo",
    project: "p",
    rawDisk: { source: "https://storage.googleapis.com/b/o" },
  },
  outputs: {
    archiveSizeBytes: 64,
    creationTimestamp: "2026-11-28T00:00:00.000-08:00",
    deletionPolicy: "DELETE",
    description: "one",
    diskSizeGb: 1,
    effectiveLabels: ALL_LABELS,
    family: "",
    guestOsFeatures: [{ type: "UEFI_COMPATIBLE" }, { type: "GVNIC" }],
    labelFingerprint: "x",
    labels: LABELS,
    licenses: [],
    name: "demo",
    project: "p",
    pulumiLabels: ALL_LABELS,
    rawDisk: { containerType: "TAR", sha1: "", source: "https://storage.googleapis.com/b/o" },
    selfLink: `${LINK}/images/demo`,
    sourceDisk: "",
    sourceImage: "",
    sourceSnapshot: "",
    storageLocations: ["eu"],
  },
};

const LICENSED: NativeObject = {
  ...IMAGE,
  inputs: { ...IMAGE.inputs, licenses: [`${LINK}/licenses/l`], storageLocations: ["eu"] },
  outputs: { ...IMAGE.outputs, licenses: [`${LINK}/licenses/l`] },
};

const MEMBER: NativeObject = {
  type: "gcp:compute/imageIamMember:ImageIamMember",
  id: "projects/p/global/images/demo/roles/compute.imageUser/group:partners@example.org",
  inputs: {
    image: "demo",
    member: "group:partners@example.org",
    project: "p",
    role: "roles/compute.imageUser",
  },
  outputs: {
    etag: "x",
    image: "projects/p/global/images/demo",
    member: "group:partners@example.org",
    project: "p",
    role: "roles/compute.imageUser",
  },
};

const BUCKET: NativeObject = {
  type: "gcp:storage/bucket:Bucket",
  id: "b",
  inputs: {
    labels: LABELS,
    location: "EU",
    name: "b",
    project: "p",
    publicAccessPrevention: "enforced",
    uniformBucketLevelAccess: true,
  },
  outputs: {
    effectiveLabels: ALL_LABELS,
    forceDestroy: false,
    labels: LABELS,
    location: "EU",
    name: "b",
    project: "p",
    projectNumber: 1,
    publicAccessPrevention: "enforced",
    pulumiLabels: ALL_LABELS,
    selfLink: "https://www.googleapis.com/storage/v1/b/b",
    storageClass: "STANDARD",
    timeCreated: "2026-11-28T00:00:00.000Z",
    uniformBucketLevelAccess: true,
    updated: "2026-11-28T00:00:00.000Z",
    url: "gs://b",
  },
};

/** Changes of the inputs, and of the properties found in the cloud, of every native resource of aws and gcp. */
export const CHANGES: readonly Change[] = [
  ...[AMI, COPY].flatMap((each) => [
    { what: "nothing", of: each },
    { what: "another description", of: each, inputs: { description: "two" } },
    { what: "no description", of: each, inputs: { description: undefined } },
    { what: "an empty description", of: each, inputs: { description: "" } },
    { what: "another description found", of: each, found: { description: "two" } },
    { what: "another name", of: each, inputs: { name: "other" } },
    { what: "another region", of: each, inputs: { region: "eu-west-1" } },
    { what: "a tag more", of: each, inputs: { tags: { ...AMI_TAGS, more: "1" } } },
    { what: "no tags", of: each, inputs: { tags: undefined } },
    { what: "empty tags", of: each, inputs: { tags: {} } },
    {
      what: "a tag found",
      of: each,
      found: { tags: { ...AMI_TAGS, x: "1" }, tagsAll: { ...AMI_TAGS, x: "1" } },
    },
    { what: "a deprecation date found", of: each, found: { deprecationTime: "2028-11-28T00:00:00.000Z" } },
    {
      what: "the deprecation date that was found, with seconds",
      of: each,
      inputs: { deprecationTime: "2028-11-28T00:00:10Z" },
      found: { deprecationTime: "2028-11-28T00:00:00.000Z" },
    },
    { what: "another deprecation date", of: each, inputs: { deprecationTime: "2029-11-28T00:00:00Z" } },
    { what: "made private", of: each, found: { public: false } },
    { what: "disabled behind the state", of: each, found: { ebsBlockDevices: [] } },
    { what: "empty block devices", of: each, inputs: { ebsBlockDevices: [] } },
    { what: "empty ephemeral devices", of: each, inputs: { ephemeralBlockDevices: [] } },
  ]),
  { what: "another volume type", of: AMI, inputs: { ebsBlockDevices: [{ ...DEVICE, volumeType: "gp2" }] } },
  { what: "another volume size", of: AMI, inputs: { ebsBlockDevices: [{ ...DEVICE, volumeSize: 2 }] } },
  { what: "another snapshot", of: AMI, inputs: { ebsBlockDevices: [{ ...DEVICE, snapshotId: "snap-2" }] } },
  { what: "another device", of: AMI, inputs: { ebsBlockDevices: [{ ...DEVICE, deviceName: "/dev/sda1" }] } },
  {
    what: "another volume type found",
    of: AMI,
    found: { ebsBlockDevices: [{ ...DEVICE_READ, volumeType: "gp2" }] },
  },
  { what: "no boot mode", of: AMI, inputs: { bootMode: undefined } },
  { what: "a boot mode found", of: AMI, inputs: { bootMode: undefined }, found: { bootMode: "uefi" } },
  { what: "another architecture", of: AMI, inputs: { architecture: "arm64" } },
  { what: "no ENA", of: AMI, inputs: { enaSupport: false } },
  { what: "no instance metadata rule", of: AMI, inputs: { imdsSupport: undefined } },
  { what: "a TPM", of: AMI, inputs: { tpmSupport: "v2.0" } },
  { what: "an image location", of: AMI, inputs: { imageLocation: "here" } },
  { what: "an empty image location", of: AMI, inputs: { imageLocation: "" } },
  { what: "another source", of: COPY, inputs: { sourceAmiId: "ami-2" } },
  { what: "encryption", of: COPY, inputs: { encrypted: true } },
  { what: "a key", of: COPY, inputs: { kmsKeyId: "arn:aws:kms:us-east-1:111111111111:key/k" } },
  { what: "a key found", of: COPY, found: { kmsKeyId: "arn:aws:kms:us-east-1:111111111111:key/k" } },
  { what: "an empty key", of: COPY, inputs: { kmsKeyId: "" } },

  { what: "nothing", of: IMAGE },
  { what: "empty storage locations", of: IMAGE, inputs: { storageLocations: [] } },
  { what: "other storage locations", of: LICENSED, inputs: { storageLocations: ["us"] } },
  { what: "no storage locations", of: LICENSED, inputs: { storageLocations: undefined } },
  { what: "empty licenses", of: IMAGE, inputs: { licenses: [] } },
  { what: "licenses found", of: IMAGE, found: { licenses: [`${LINK}/licenses/l`] } },
  {
    what: "empty licenses, and some found",
    of: IMAGE,
    inputs: { licenses: [] },
    found: { licenses: [`${LINK}/licenses/l`] },
  },
  {
    what: "the same license by its path",
    of: LICENSED,
    inputs: { licenses: ["projects/p/global/licenses/l"] },
  },
  { what: "the same license by its name", of: LICENSED, inputs: { licenses: ["l"] } },
  { what: "another license", of: LICENSED, inputs: { licenses: ["projects/p/global/licenses/m"] } },
  {
    what: "guest features in another order",
    of: IMAGE,
    inputs: { guestOsFeatures: [{ type: "GVNIC" }, { type: "UEFI_COMPATIBLE" }] },
  },
  { what: "a guest feature less", of: IMAGE, inputs: { guestOsFeatures: [{ type: "GVNIC" }] } },
  { what: "empty guest features", of: IMAGE, inputs: { guestOsFeatures: [] } },
  { what: "no guest features", of: IMAGE, inputs: { guestOsFeatures: undefined } },
  {
    what: "a guest feature found",
    of: IMAGE,
    found: { guestOsFeatures: [{ type: "UEFI_COMPATIBLE" }, { type: "GVNIC" }, { type: "IDPF" }] },
  },
  { what: "another description", of: IMAGE, inputs: { description: "two" } },
  { what: "another description found", of: IMAGE, found: { description: "two" } },
  { what: "a family found", of: IMAGE, found: { family: "demo" } },
  { what: "a family", of: IMAGE, inputs: { family: "demo" } },
  { what: "another size", of: IMAGE, inputs: { diskSizeGb: 2 } },
  { what: "no size", of: IMAGE, inputs: { diskSizeGb: undefined } },
  {
    what: "another archive",
    of: IMAGE,
    inputs: { rawDisk: { source: "https://storage.googleapis.com/b/p" } },
  },
  { what: "no archive", of: IMAGE, inputs: { rawDisk: undefined } },
  { what: "a label more", of: IMAGE, inputs: { labels: { ...LABELS, more: "1" } } },
  { what: "no labels", of: IMAGE, inputs: { labels: undefined } },
  { what: "empty labels", of: IMAGE, inputs: { labels: {} } },
  { what: "another's label found", of: IMAGE, found: { effectiveLabels: { ...ALL_LABELS, x: "1" } } },
  {
    what: "its own label found gone",
    of: IMAGE,
    found: {
      labels: {},
      pulumiLabels: { "goog-pulumi-provisioned": "true" },
      effectiveLabels: { "goog-pulumi-provisioned": "true" },
    },
  },
  { what: "kept when it is deleted", of: IMAGE, inputs: { deletionPolicy: "ABANDON" } },
  { what: "no project", of: IMAGE, inputs: { project: undefined } },
  { what: "another project", of: IMAGE, inputs: { project: "q" } },

  { what: "nothing", of: MEMBER },
  { what: "a member in capitals", of: MEMBER, inputs: { member: "group:Partners@Example.org" } },
  { what: "another member", of: MEMBER, inputs: { member: "allUsers" } },
  { what: "another role", of: MEMBER, inputs: { role: "roles/viewer" } },
  { what: "the image by its path", of: MEMBER, inputs: { image: "projects/p/global/images/demo" } },
  { what: "another image", of: MEMBER, inputs: { image: "other" } },
  { what: "another policy found", of: MEMBER, found: { etag: "y" } },

  { what: "nothing", of: BUCKET },
  { what: "the location in small letters", of: BUCKET, inputs: { location: "eu" } },
  { what: "another location", of: BUCKET, inputs: { location: "US" } },
  { what: "a label more", of: BUCKET, inputs: { labels: { ...LABELS, more: "1" } } },
  { what: "empty labels", of: BUCKET, inputs: { labels: {} } },
  { what: "deleted with its objects", of: BUCKET, inputs: { forceDestroy: true } },
  { what: "another storage class", of: BUCKET, inputs: { storageClass: "NEARLINE" } },
  { what: "public access found", of: BUCKET, found: { publicAccessPrevention: "inherited" } },
  { what: "access lists found", of: BUCKET, found: { uniformBucketLevelAccess: false } },
];
