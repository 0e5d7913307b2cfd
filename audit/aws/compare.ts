/** Expected versus actual objects on AWS. Pure. */
import type { Image, LaunchPermission, Snapshot } from "@aws-sdk/client-ec2";
import type { Permission } from "../../clouds/aws/api/snapshots";
import { tagRecord } from "../../clouds/aws/api/tags";
import { type Finding, finding, missingObject, type Subject, tagFindings } from "../finding";
import type { ExpectedImage, ExpectedSnapshot } from "./expectations";
import { accessFindings, accessFrom } from "./access";
import { deprecationFindings } from "./deprecation";
import { imageSubject } from "./subject";

interface SeenImage {
  readonly image: Image;
  /** Absent: unknown. */
  readonly launch?: readonly LaunchPermission[];
}

interface SeenSnapshot {
  readonly snapshot: Snapshot;
  readonly permissions?: readonly Permission[];
}

export function compareImage(expected: ExpectedImage, seen: SeenImage | undefined, now: Date): Finding[] {
  const subject = imageSubject(expected);
  const { region, id } = expected;
  if (seen === undefined)
    return [missingObject(subject, "`pulumi up --refresh` makes it again, under another id")];
  const { image, launch } = seen;
  if (image.State === "disabled") {
    return [
      finding(subject, {
        field: "state",
        expected: "available",
        found: "disabled",
        kind: "hidden",
        repair: "none",
        cure: `\`aws ec2 enable-image --region ${region} --image-id ${id}\` before anything else, then \`pulumi up --refresh\`, which shares it again`,
      }),
    ];
  }
  return [
    ...tagFindings(subject, expected.tags, tagRecord(image.Tags), { whole: true }),
    ...((image.Description ?? "") === expected.description
      ? []
      : [
          finding(subject, {
            field: "description",
            expected: expected.description,
            found: image.Description ?? "",
            kind: "changed",
          }),
        ]),
    ...identityFindings(expected, image),
    ...deprecationFindings(expected, image, now),
    ...protectionFindings(expected, image),
    ...(launch === undefined || expected.access === undefined
      ? []
      : accessFindings(subject, "launch permission", expected.access, accessFrom(launch), {
          repaired: expected.wholeSharing,
          command: (who) =>
            `aws ec2 modify-image-attribute --region ${region} --image-id ${id} --launch-permission "Remove=[${who}]"`,
        })),
  ];
}

/** Owner and snapshot of an AMI are immutable: if they differ from those recorded, it is another AMI. */
function identityFindings(expected: ExpectedImage, image: Image): Finding[] {
  const { BlockDeviceMappings = [], RootDeviceName, OwnerId } = image;
  const root = BlockDeviceMappings.find(({ DeviceName }) => DeviceName === RootDeviceName)?.Ebs?.SnapshotId;
  return (
    [
      ["owner", expected.owner, OwnerId],
      ["root snapshot", expected.snapshotId, root],
    ] as const
  ).flatMap(([field, wanted, found]) =>
    wanted === undefined || found === undefined || wanted === found
      ? []
      : [
          finding(imageSubject(expected), {
            field,
            expected: wanted,
            found,
            kind: "changed",
            repair: "none",
            cure: "it is not the image that was published: withdraw the release, and ask AWS",
          }),
        ],
  );
}

export function compareSnapshot(expected: ExpectedSnapshot, seen: SeenSnapshot | undefined): Finding[] {
  const { region, id, release } = expected;
  const subject: Subject = {
    cloud: "aws",
    region,
    release,
    object: { kind: "snapshot", id },
  };
  if (seen === undefined)
    return [missingObject(subject, "`pulumi up --refresh` makes it again, with its image")];
  const { snapshot, permissions } = seen;
  return [
    ...tagFindings(subject, expected.tags, tagRecord(snapshot.Tags)),
    ...(permissions === undefined || expected.access === undefined
      ? []
      : accessFindings(subject, "volume permission", expected.access, accessFrom(permissions), {
          repaired: expected.wholeSharing,
          command: (who) =>
            `aws ec2 modify-snapshot-attribute --region ${region} --snapshot-id ${id} --create-volume-permission "Remove=[${who}]"`,
        })),
  ];
}

/** Unnoticed until the image is deregistered, which AWS then refuses. `up` never changes it. */
function protectionFindings(expected: ExpectedImage, { DeregistrationProtection: found }: Image): Finding[] {
  if (found === undefined || found === "disabled") return [];
  const { region, id } = expected;
  return [
    finding(imageSubject(expected), {
      field: "deregistration protection",
      expected: "disabled",
      found,
      kind: "extra",
      repair: "none",
      cure:
        found === "cooldown"
          ? "AWS deregisters it a day after the protection was switched off, and not before"
          : `before it is deleted: aws ec2 disable-image-deregistration-protection --region ${region} --image-id ${id}`,
    }),
  ];
}
