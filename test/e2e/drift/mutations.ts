import {
  CopyImageCommand,
  CreateTagsCommand,
  DeleteSnapshotCommand,
  DeleteTagsCommand,
  DeregisterImageCommand,
  EnableImageBlockPublicAccessCommand,
  EnableImageDeregistrationProtectionCommand,
  EnableImageDeprecationCommand,
  type EC2Client,
  ModifyImageAttributeCommand,
  ModifySnapshotAttributeCommand,
} from "@aws-sdk/client-ec2";
import {
  DeleteParameterCommand,
  PutParameterCommand,
  RemoveTagsFromResourceCommand,
} from "@aws-sdk/client-ssm";
import type { ComputeManagementClient } from "@azure/arm-compute";
import { ec2, ssm } from "../harness/aws";
import { publisherOnAzure, resetGallery } from "../harness/azure";
import { changeGoogle } from "../harness/gcp";
import type { StackOutputs } from "../harness/stack-file";
import { CURRENT, HOME, OLD, POINTER, PROJECT, STAGED } from "./product";

/** A mutation's tools: official clients, or plain requests, as the publisher. */
export interface World {
  readonly env: Record<string, string>;
  readonly outputs: StackOutputs;
  /** Objects that mutations created and the stack does not know: created once, named by the audit. */
  readonly made: Map<string, string>;
}

/** One change made outside the stack. */
interface Mutation {
  readonly what: string;
  readonly mutate: (world: World) => Promise<unknown>;
  /** For each finding: cloud, region, kind of object, field, kind, and if the next up repairs it. */
  readonly finds: readonly string[];
}

const OTHER_ACCOUNT = "222222222222";

function aws(
  { env, outputs }: World,
  region: string,
  version: string,
): { client: EC2Client; image: string; snapshot: string } {
  const release = outputs.releases[version]!;
  return {
    client: ec2(env, region),
    image: release.aws.x86_64![region]!,
    snapshot: release.snapshots.x86_64![region]!,
  };
}

function image(version: string, rest = ""): string {
  return `/compute/v1/projects/${PROJECT}/global/images/demo-x86-64-${version.replace(".", "-")}${rest}`;
}

type Version = Awaited<ReturnType<ComputeManagementClient["galleryImageVersions"]["get"]>>;

async function changeVersion(
  { env }: World,
  version: string,
  change: (version: Version) => void,
): Promise<unknown> {
  const azure = publisherOnAzure(env);
  const place = ["drift", "drift", "demo-x86_64", `0.${version}`] as const;
  const found = await azure.galleryImageVersions.get(...place);
  change(found);
  return azure.galleryImageVersions.beginCreateOrUpdateAndWait(...place, found, { updateIntervalInMs: 20 });
}

const QUICK = { updateIntervalInMs: 20 };

/**
 * Changes the features of a definition, which the program leaves alone: a refresh takes them over. (Azure never
 * changes the other properties that a definition was created with.)
 */
export async function changeFeatures({ env }: World): Promise<void> {
  const azure = publisherOnAzure(env);
  const place = ["drift", "drift", "demo-x86_64"] as const;
  const found = await azure.galleryImages.get(...place);
  const features = found.features!.map((each) =>
    each.name === "DiskControllerTypes" ? { ...each, value: "SCSI" } : each,
  );
  const changed = { ...found, features, allowUpdateImage: true };
  await azure.galleryImages.beginCreateOrUpdateAndWait(...place, changed, QUICK);
}

/** The managed disk of a release. */
function diskOf(version: string): string {
  return `demo-x86_64-${version.replace(".", "-")}`;
}

export const MUTATIONS: readonly Mutation[] = [
  {
    what: "an AMI is deregistered, and its snapshot deleted",
    async mutate(world) {
      const { client, image, snapshot } = aws(world, "us-east-1", OLD);
      await client.send(new DeregisterImageCommand({ ImageId: image }));
      await client.send(new DeleteSnapshotCommand({ SnapshotId: snapshot }));
    },
    finds: ["aws us-east-1 image existence missing up", "aws us-east-1 snapshot existence missing up"],
  },
  {
    what: "a tag of an AMI is changed, another removed",
    async mutate(world) {
      const { client, image } = aws(world, "eu-west-1", CURRENT);
      await client.send(
        new CreateTagsCommand({ Resources: [image], Tags: [{ Key: "imprimatur:release", Value: "other" }] }),
      );
      await client.send(new DeleteTagsCommand({ Resources: [image], Tags: [{ Key: "Name" }] }));
    },
    finds: [
      "aws eu-west-1 image tag imprimatur:release changed up",
      "aws eu-west-1 image tag Name missing up",
    ],
  },
  {
    what: "an AMI gets a tag",
    async mutate(world) {
      const { client, image } = aws(world, HOME, CURRENT);
      await client.send(new CreateTagsCommand({ Resources: [image], Tags: [{ Key: "Owner", Value: "me" }] }));
    },
    finds: [`aws ${HOME} image tag Owner extra up`],
  },
  {
    what: "a copied snapshot loses its tag",
    async mutate(world) {
      const { client, snapshot } = aws(world, "eu-west-1", CURRENT);
      await client.send(
        new DeleteTagsCommand({ Resources: [snapshot], Tags: [{ Key: "imprimatur:digest" }] }),
      );
    },
    finds: ["aws eu-west-1 snapshot tag imprimatur:digest missing up"],
  },
  {
    what: "an uploaded snapshot has another tag",
    async mutate(world) {
      const { client, snapshot } = aws(world, HOME, STAGED);
      await client.send(
        new CreateTagsCommand({ Resources: [snapshot], Tags: [{ Key: "Name", Value: "mine" }] }),
      );
    },
    finds: [`aws ${HOME} snapshot tag Name changed up`],
  },
  {
    what: "AWS drops the public launch permission",
    async mutate(world) {
      const { client, image } = aws(world, "eu-west-1", CURRENT);
      await client.send(
        new ModifyImageAttributeCommand({ ImageId: image, LaunchPermission: { Remove: [{ Group: "all" }] } }),
      );
    },
    finds: ["aws eu-west-1 image launch permission public missing up"],
  },
  {
    what: "a staged AMI is shared with somebody",
    async mutate(world) {
      const { client, image } = aws(world, HOME, STAGED);
      const change = { Add: [{ UserId: OTHER_ACCOUNT }] };
      await client.send(new ModifyImageAttributeCommand({ ImageId: image, LaunchPermission: change }));
    },
    finds: [`aws ${HOME} image launch permission ${OTHER_ACCOUNT} extra up`],
  },
  {
    what: "a snapshot is shared with somebody besides",
    async mutate(world) {
      const { client, snapshot } = aws(world, "us-east-1", CURRENT);
      const change = { Add: [{ UserId: OTHER_ACCOUNT }] };
      await client.send(
        new ModifySnapshotAttributeCommand({ SnapshotId: snapshot, CreateVolumePermission: change }),
      );
    },
    finds: [`aws us-east-1 snapshot volume permission ${OTHER_ACCOUNT} extra up`],
  },
  {
    what: "a snapshot is private again",
    async mutate(world) {
      const { client, snapshot } = aws(world, HOME, CURRENT);
      const change = { Remove: [{ Group: "all" as const }] };
      await client.send(
        new ModifySnapshotAttributeCommand({ SnapshotId: snapshot, CreateVolumePermission: change }),
      );
    },
    finds: [`aws ${HOME} snapshot volume permission public missing up`],
  },
  {
    what: "an AMI is deprecated on another day",
    async mutate(world) {
      const { client, image } = aws(world, "us-east-1", CURRENT);
      const DeprecateAt = new Date("2027-01-01T00:00:00Z");
      await client.send(new EnableImageDeprecationCommand({ ImageId: image, DeprecateAt }));
    },
    finds: ["aws us-east-1 image deprecation time changed up"],
  },
  {
    what: "an AMI is described otherwise",
    async mutate(world) {
      const { client, image } = aws(world, "us-east-1", CURRENT);
      await client.send(new ModifyImageAttributeCommand({ ImageId: image, Description: { Value: "mine" } }));
    },
    finds: ["aws us-east-1 image description changed up"],
  },
  {
    what: "public access to images is blocked in a region",
    async mutate(world) {
      const { client } = aws(world, HOME, CURRENT);
      const ImageBlockPublicAccessState = "block-new-sharing";
      await client.send(new EnableImageBlockPublicAccessCommand({ ImageBlockPublicAccessState }));
    },
    finds: [`aws ${HOME} region block public access for images changed none`],
  },
  {
    what: "an AMI is copied, with its tags, to a region that the stack does not know",
    async mutate(world) {
      const { image } = aws(world, HOME, CURRENT);
      const copied = await ec2(world.env, "ap-south-1").send(
        new CopyImageCommand({
          Name: "a copy",
          SourceImageId: image,
          SourceRegion: HOME,
          CopyImageTags: true,
        }),
      );
      world.made.set("copy", copied.ImageId!);
    },
    finds: ["aws ap-south-1 image existence extra none"],
  },
  {
    what: "a pointer is moved back",
    async mutate(world) {
      const { image } = aws(world, "eu-west-1", OLD);
      const value = { Name: POINTER, Value: image, Overwrite: true };
      await ssm(world.env, "eu-west-1").send(new PutParameterCommand(value));
    },
    finds: ["aws eu-west-1 parameter value changed up"],
  },
  {
    what: "a pointer is deleted",
    mutate: ({ env }) => ssm(env, HOME).send(new DeleteParameterCommand({ Name: POINTER })),
    finds: [`aws ${HOME} parameter existence missing up`],
  },
  {
    what: "a pointer loses its tags, and another is described otherwise",
    async mutate({ env, outputs }) {
      const resource = { ResourceType: "Parameter" as const, ResourceId: POINTER };
      const client = ssm(env, "us-east-1");
      await client.send(new RemoveTagsFromResourceCommand({ ...resource, TagKeys: ["imprimatur:release"] }));
      const Value = outputs.releases[CURRENT]!.aws.x86_64!["us-east-1"]!;
      await client.send(new PutParameterCommand({ Name: POINTER, Value, Description: "x", Overwrite: true }));
    },
    finds: [
      "aws us-east-1 parameter description changed up",
      "aws us-east-1 parameter tag imprimatur:release missing up",
    ],
  },
  {
    what: "an AMI is protected from being deregistered",
    async mutate(world) {
      const { client, image } = aws(world, HOME, OLD);
      await client.send(new EnableImageDeregistrationProtectionCommand({ ImageId: image }));
    },
    finds: [`aws ${HOME} image deregistration protection extra none`],
  },
  {
    what: "the bucket is deleted",
    mutate: ({ env }) => changeGoogle(env, "DELETE", "/storage/v1/b/drift-archives"),
    finds: ["gcp global bucket existence missing up"],
  },
  {
    what: "a deprecated image of Google's is active again",
    mutate: ({ env }) => changeGoogle(env, "POST", image(OLD, "/deprecate"), { state: "ACTIVE" }),
    finds: [
      "gcp global image deprecated on missing up",
      "gcp global image deprecation state changed up",
      "gcp global image obsolete on missing up",
      "gcp global image replacement missing up",
    ],
  },
  {
    what: "an image is moved to another family, and marked as obsolete",
    async mutate({ env }) {
      await changeGoogle(env, "PATCH", image(CURRENT), { family: "elsewhere" });
      const deprecated = { deprecated: "2028-06-01T00:00:00Z", obsolete: "2029-06-01T00:00:00Z" };
      await changeGoogle(env, "POST", image(CURRENT, "/deprecate"), { state: "OBSOLETE", ...deprecated });
    },
    finds: ["gcp global image deprecation state changed up", "gcp global image family changed up"],
  },
  {
    what: "a label is changed, and members come and go",
    async mutate({ env }) {
      const found = (await (await fetchImage(env, CURRENT)).json()) as {
        labels: Record<string, string>;
        labelFingerprint: string;
      };
      await changeGoogle(env, "POST", image(CURRENT, "/setLabels"), {
        labels: { ...found.labels, "imprimatur-digest": "wrong", owner: "me" },
        labelFingerprint: found.labelFingerprint,
      });
      await changeGoogle(env, "POST", image(CURRENT, "/setIamPolicy"), {
        policy: { bindings: [{ role: "roles/compute.imageUser", members: ["user:partner@example.com"] }] },
      });
    },
    finds: [
      "gcp global image label imprimatur-digest changed up",
      "gcp global image label owner extra none",
      "gcp global image member allAuthenticatedUsers missing up",
      "gcp global image member user:partner@example.com extra none",
    ],
  },
  {
    what: "a newer image that is not ours is in the family",
    mutate: ({ env }) =>
      changeGoogle(env, "POST", `/compute/v1/projects/${PROJECT}/global/images`, {
        name: "foreign",
        family: "demo-x86-64",
        sourceImage: `projects/${PROJECT}/global/images/demo-x86-64-20261126-0`,
      }),
    finds: ["gcp global family newest image changed none"],
  },
  {
    what: "an image of Google's is deleted",
    mutate: ({ env }) => changeGoogle(env, "DELETE", image(STAGED)),
    finds: ["gcp global image existence missing up"],
  },
  {
    what: "a gallery version is deleted",
    mutate: ({ env }) =>
      publisherOnAzure(env).galleryImageVersions.beginDeleteAndWait(
        ...(["drift", "drift", "demo-x86_64", `0.${OLD}`] as const),
        QUICK,
      ),
    finds: ["azure global version existence missing up"],
  },
  {
    what: "a published version is made anew under its number, from the same disk",
    async mutate({ env }) {
      const azure = publisherOnAzure(env);
      const place = ["drift", "drift", "demo-x86_64", `0.${CURRENT}`] as const;
      const found = await azure.galleryImageVersions.get(...place);
      await azure.galleryImageVersions.beginDeleteAndWait(...place, QUICK);
      await azure.galleryImageVersions.beginCreateOrUpdateAndWait(...place, found, QUICK);
    },
    finds: ["azure global version identity changed up"],
  },
  {
    what: "a published disk's tag with the digest says something else",
    mutate: ({ env }) =>
      publisherOnAzure(env).disks.beginUpdateAndWait(
        ...(["drift", diskOf(CURRENT), { tags: { "imprimatur:digest": "mine" } }] as const),
        QUICK,
      ),
    finds: [
      "azure global disk tag imprimatur:digest changed up",
      "azure global disk tag imprimatur:product missing up",
      "azure global disk tag imprimatur:release missing up",
      "azure global disk tag imprimatur:stack missing up",
    ],
  },
  {
    what: "a version is in fewer regions, with more replicas, hidden from latest, ends sooner, and has another tag",
    mutate: (world) =>
      changeVersion(world, CURRENT, (version) => {
        const profile = version.publishingProfile!;
        profile.targetRegions = profile.targetRegions!.filter(({ name }) => name !== "East US");
        profile.targetRegions[0]!.regionalReplicaCount = 3;
        profile.excludeFromLatest = true;
        profile.endOfLifeDate = new Date("2027-01-01T00:00:00Z");
        version.tags!["imprimatur:stack"] = "other";
      }),
    finds: [
      "azure eastus version region missing up",
      "azure global version end of life changed up",
      "azure global version left out of latest changed up",
      "azure global version tag imprimatur:stack changed up",
      "azure westeurope version replicas changed up",
    ],
  },
  {
    what: "a version that is not ours is the latest",
    async mutate({ env }) {
      const azure = publisherOnAzure(env);
      const source = await azure.galleryImageVersions.get("drift", "drift", "demo-x86_64", `0.${CURRENT}`);
      await azure.galleryImageVersions.beginCreateOrUpdateAndWait(
        ...(["drift", "drift", "demo-x86_64", "9.9.9"] as const),
        { location: "westeurope", storageProfile: { source: { id: source.id! } } },
        QUICK,
      );
    },
    finds: ["azure global version latest extra none"],
  },
  {
    what: "a definition is described otherwise, ends, and is for large machines",
    async mutate({ env }) {
      const azure = publisherOnAzure(env);
      const found = await azure.galleryImages.get("drift", "drift", "demo-x86_64");
      const changes = {
        description: "mine",
        endOfLifeDate: new Date("2027-01-01T00:00:00Z"),
        recommended: { vCPUs: { min: 8, max: 64 } },
      };
      await azure.galleryImages.beginCreateOrUpdateAndWait(
        ...(["drift", "drift", "demo-x86_64", { ...found, ...changes }] as const),
        QUICK,
      );
    },
    finds: [
      "azure global definition description changed up",
      "azure global definition endOfLifeDate extra up",
      "azure global definition recommended extra up",
    ],
  },
  {
    what: "the gallery is private again",
    mutate: ({ env }) => resetGallery(env, "drift", "drift"),
    finds: ["azure global gallery sharing community missing up"],
  },
  {
    what: "somebody is given a link to read a disk",
    mutate: ({ env }) =>
      publisherOnAzure(env).disks.beginGrantAccessAndWait(
        "drift",
        diskOf(CURRENT),
        { access: "Read", durationInSeconds: 3600 },
        QUICK,
      ),
    finds: ["azure global disk read link extra none"],
  },
  {
    what: "a disk is deleted",
    mutate: ({ env }) => publisherOnAzure(env).disks.beginDeleteAndWait("drift", diskOf(STAGED), QUICK),
    finds: ["azure global disk existence missing up"],
  },
];

function fetchImage(env: Record<string, string>, version: string): Promise<Response> {
  return fetch(`${env.STORAGE_EMULATOR_HOST}${image(version)}`, {
    headers: { authorization: `Bearer ${env.ADMINISTRATOR_GCP_TOKEN}` },
  });
}
