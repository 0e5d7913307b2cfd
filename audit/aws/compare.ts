/** What is expected of AWS against what was seen there: pure. */
import type { Image, Instance, LaunchPermission, Snapshot } from "@aws-sdk/client-ec2";
import { BOOT_CHECK_TAG } from "../../clouds/aws/instances";
import type { Permission } from "../../clouds/aws/snapshot-api";
import { tagRecord } from "../../clouds/aws/snapshot-api";
import { UPLOAD_TAG } from "../../clouds/aws/start";
import {
  type Finding,
  finding,
  sightFindings,
  gone,
  sameMinute,
  type Subject,
  tagFindings,
  without,
} from "../finding";
import type { Access, ExpectedImage, ExpectedSnapshot } from "./expectations";

export interface SeenImage {
  readonly image: Image;
  /** Absent: not known. */
  readonly launch?: readonly LaunchPermission[];
}

export interface SeenSnapshot {
  readonly snapshot: Snapshot;
  readonly permissions?: readonly Permission[];
}

export function compareImage(expected: ExpectedImage, seen: SeenImage | undefined, now: Date): Finding[] {
  const subject = imageSubject(expected);
  const { region, id } = expected;
  if (seen === undefined) return [gone(subject, "`pulumi up --refresh` makes it again, under another id")];
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

/** An AMI never changes its owner or what is under it: another one than what was published and recorded is not that AMI. */
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
    ...(release !== undefined && { release }),
    object: { kind: "snapshot", id },
  };
  if (seen === undefined) return [gone(subject, "`pulumi up --refresh` makes it again, with its image")];
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

/** Images that bear the stack's tags, and that no resource of it knows. */
export function extraImages(region: string, known: ReadonlySet<string>, tagged: readonly Image[]): Finding[] {
  return tagged.flatMap(({ ImageId: id = "", Name = "", Tags }) => {
    if (known.has(id)) return [];
    const release = tagRecord(Tags)["imprimatur:release"];
    return [
      finding(
        { cloud: "aws", region, ...(release !== undefined && { release }), object: { kind: "image", id } },
        {
          field: "existence",
          expected: "not there",
          found: `an image of this stack's name and tags${Name ? `, ${Name}` : ""}`,
          kind: "extra",
          repair: "none",
          cure: "look at it with `imprimatur sweep`, and delete it with `imprimatur sweep --delete`",
        },
      ),
    ];
  });
}

/**
 * Snapshots that bear the stack's tags, and that no resource of it knows: deleting a copied image is two calls, and AWS refuses
 * the second now and then, for the image that went a moment before. One that is being uploaded is no leftover yet.
 */
export function extraSnapshots(
  region: string,
  known: ReadonlySet<string>,
  tagged: readonly Snapshot[],
): Finding[] {
  return tagged.flatMap(({ SnapshotId: id = "", Tags }) => {
    const { "imprimatur:release": release, [UPLOAD_TAG]: upload } = tagRecord(Tags);
    if (known.has(id) || upload !== undefined) return [];
    return [
      finding(
        { cloud: "aws", region, ...(release !== undefined && { release }), object: { kind: "snapshot", id } },
        {
          field: "existence",
          expected: "not there",
          found: "a snapshot of this stack's tags, under no image of it",
          kind: "extra",
          repair: "none",
          cure: "look at it with `imprimatur sweep`, and delete it with `imprimatur sweep --delete`",
        },
      ),
    ];
  });
}

/** Instances of boot checks that nobody ended. They cost money, and nobody but the owner sees them. */
export function extraInstances(region: string, tagged: readonly Instance[]): Finding[] {
  return tagged.flatMap(({ InstanceId: id = "", InstanceType, Tags }) => {
    const { [BOOT_CHECK_TAG]: mark, "imprimatur:release": release } = tagRecord(Tags);
    // Without the check's own tag it is somebody's who took over our tags.
    if (mark === undefined) return [];
    return [
      finding(
        { cloud: "aws", region, ...(release !== undefined && { release }), object: { kind: "instance", id } },
        {
          field: "existence",
          expected: "not there",
          found: `an instance of a boot check${InstanceType ? `, ${InstanceType}` : ""}`,
          kind: "extra",
          repair: "none",
          cure: "unless a `pulumi up` is at work, end it with `imprimatur sweep --delete`",
        },
      ),
    ];
  });
}

export interface PublicAccess {
  /** `unblocked`, or what is blocked. */
  readonly images?: string;
  readonly snapshots?: string;
}

/** Whether a region that is meant to hold public images still lets them be public. */
export function compareRegion(
  region: string,
  isPublic: boolean,
  { images, snapshots }: PublicAccess,
): Finding[] {
  if (!isPublic) return [];
  return (
    [
      ["image", images],
      ["snapshot", snapshots],
    ] as const
  ).flatMap(([what, state]) =>
    state === undefined || state === "unblocked"
      ? []
      : [
          finding(
            { cloud: "aws", region, object: { kind: "region", id: region } },
            {
              field: `block public access for ${what}s`,
              expected: "unblocked",
              found: state,
              kind: state === "block-all-sharing" ? "hidden" : "changed",
              repair: "none",
              cure: `before anything is shared there again: aws ec2 disable-${what}-block-public-access --region ${region}`,
            },
          ),
        ],
  );
}

/** What a stranger sees of an image and its snapshot. */
export interface StrangersSight {
  /** 12 digits. */
  readonly account: string;
  readonly image?: Image;
  readonly snapshot: boolean;
}

export function compareForStranger(expected: ExpectedImage, sight: StrangersSight, now: Date): Finding[] {
  const { access, snapshotId } = expected;
  if (access === undefined) return [];
  const accounts = access.public || access.accounts.includes(sight.account);
  // Whether a stranger belongs to an organisation is not known here.
  const open = accounts || (access.arns.length > 0 ? undefined : false);
  if (open === undefined) return [];
  const image = imageSubject(expected);
  const snapshot: Subject = { ...image, object: { kind: "snapshot", id: snapshotId ?? "" } };
  const seen = [
    { subject: image, visible: sight.image !== undefined && sight.image.State === "available" },
    ...(snapshotId === undefined ? [] : [{ subject: snapshot, visible: sight.snapshot }]),
  ];
  const findings = seen.flatMap(({ subject, visible }) =>
    sightFindings(
      subject,
      { open, visible },
      {
        hidden: "look at the account's public access settings, and ask AWS",
        seen: "look at who it is shared with, and take it back",
      },
    ),
  );
  const date = sight.image?.DeprecationTime;
  if (open && expected.current && date !== undefined && Date.parse(date) <= now.getTime()) {
    findings.push(
      finding(image, {
        field: "deprecation time",
        expected: expected.deprecationTime ?? "none that is over",
        found: date,
        kind: "hidden",
        repair: "none",
        cure: "others do not find it in lists any more: publish a newer release, or give it a later `deprecateOn`",
        seenBy: "stranger",
      }),
    );
  }
  return findings;
}

function imageSubject({ region, id, release }: ExpectedImage): Subject {
  return { cloud: "aws", region, ...(release !== undefined && { release }), object: { kind: "image", id } };
}

/** Nobody notices until the image is to be deleted, and AWS refuses then. `up` never touches it. */
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

/** AWS deprecates a public image two years after its creation at the latest (EC2 User Guide, "Deprecate an AMI", 2026-11). */
const OWN_LIMIT_YEARS = 2;

function deprecationFindings(expected: ExpectedImage, image: Image, now: Date): Finding[] {
  const subject = imageSubject(expected);
  const { deprecationTime: wanted } = expected;
  const found = image.DeprecationTime;
  if (sameMinute(wanted, found) || isDeprecatedSince(wanted, found, now)) return [];
  const difference = { field: "deprecation time", expected: wanted ?? "none", found: found ?? "none" };
  if (found !== undefined && isAwsOwnDate(image, found)) {
    if (wanted === undefined) {
      if (!expected.current || Date.parse(found) > now.getTime()) return [];
      const cure =
        "AWS deprecated it after two years, and others do not find it in lists: publish a newer release";
      return [finding(subject, { ...difference, kind: "hidden", repair: "none", cure })];
    }
    if (Date.parse(wanted) > Date.parse(found)) {
      const cure =
        "AWS deprecates a public image two years after it was made at the latest, and does not take a later date: name an earlier `deprecateOn`";
      return [finding(subject, { ...difference, kind: "changed", repair: "none", cure })];
    }
  }
  if (wanted === undefined) {
    const cure = `the stack file names no \`deprecateOn\`, so \`up\` leaves the date alone: aws ec2 disable-image-deprecation --region ${expected.region} --image-id ${expected.id}`;
    return [finding(subject, { ...difference, kind: "extra", repair: "none", cure })];
  }
  return [finding(subject, { ...difference, kind: found === undefined ? "missing" : "changed" })];
}

/** AWS takes no date in the past: what was to be deprecated since then was deprecated at once. */
function isDeprecatedSince(wanted: string | undefined, found: string | undefined, now: Date): boolean {
  if (wanted === undefined || found === undefined) return false;
  return Date.parse(wanted) <= Date.parse(found) && Date.parse(found) <= now.getTime() + 60_000;
}

function isAwsOwnDate({ Public, CreationDate }: Image, found: string): boolean {
  if (!Public || CreationDate === undefined) return false;
  const latest = new Date(CreationDate);
  latest.setUTCFullYear(latest.getUTCFullYear() + OWN_LIMIT_YEARS);
  return Math.abs(latest.getTime() - Date.parse(found)) < 86_400_000;
}

function accessFrom(permissions: readonly (LaunchPermission & Permission)[]): Access {
  return {
    public: permissions.some(({ Group }) => Group === "all"),
    accounts: permissions.flatMap(({ UserId }) => UserId ?? []),
    arns: permissions.flatMap(
      ({ OrganizationArn, OrganizationalUnitArn }) => OrganizationArn ?? OrganizationalUnitArn ?? [],
    ),
  };
}

function accessFindings(
  subject: Subject,
  what: string,
  wanted: Access,
  found: Access,
  tooMuch: { repaired: boolean; command: (who: string) => string },
): Finding[] {
  const list = ({ public: everyone, accounts, arns }: Access) => [
    ...(everyone ? ["public"] : []),
    ...accounts,
    ...arns,
  ];
  const [want, have] = [list(wanted), list(found)];
  return [
    ...without(want, have).map((grantee) =>
      finding(subject, { field: `${what} ${grantee}`, expected: "given", found: "none", kind: "missing" }),
    ),
    ...without(have, want).map((grantee) =>
      finding(subject, {
        field: `${what} ${grantee}`,
        expected: "none",
        found: "given",
        kind: "extra",
        ...(tooMuch.repaired
          ? { repair: "up" as const, cure: "`pulumi up --refresh` takes it back" }
          : { repair: "none" as const, cure: tooMuch.command(inCommand(grantee)) }),
      }),
    ),
  ];
}

function inCommand(grantee: string): string {
  if (grantee === "public") return "{Group=all}";
  if (!grantee.startsWith("arn:")) return `{UserId=${grantee}}`;
  return grantee.includes(":ou/") ? `{OrganizationalUnitArn=${grantee}}` : `{OrganizationArn=${grantee}}`;
}
