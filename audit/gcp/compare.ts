/** Expected versus actual objects on Google Cloud. Pure. */
import {
  type Deprecation,
  type GoogleImage,
  identityOf,
  imageName,
  linkPath,
} from "../../clouds/gcp/api/images";
import type { Bucket } from "../../clouds/gcp/api/objects";
import type { Binding } from "../../clouds/gcp/api/image-policy";
import { EVERYONE } from "../../config/gcp/members";
import { otherObject } from "../../config/object-identity";
import { shellWord } from "../../facts/shell";
import {
  type Finding,
  finding,
  sightFindings,
  missingObject,
  sameMinute,
  type Subject,
  tagFindings,
} from "../finding";
import { formatIdentity } from "../identity";
import type { ExpectedBucket, ExpectedDeprecation, ExpectedImage } from "./expectations";
import { memberFindings } from "./members";

interface SeenImage {
  readonly image: GoogleImage;
  /** Absent: unknown. */
  readonly bindings?: readonly Binding[];
}

export function compareImage(expected: ExpectedImage, seen: SeenImage | undefined): Finding[] {
  const subject = imageSubject(expected);
  if (seen === undefined) {
    return [
      missingObject(subject, "`pulumi up --refresh` makes it again from the raw disk, under the same name"),
    ];
  }
  const { image, bindings } = seen;
  return [
    ...tagFindings(subject, expected.labels, image.labels ?? {}, {
      word: "label",
      whole: true,
      ...(!expected.wholeLabels && {
        removal: (key: string) =>
          `gcloud compute images remove-labels ${expected.name} --project=${expected.project} --labels=${key}`,
      }),
    }),
    ...identityFindings(expected, image),
    ...descriptionFindings(expected, image),
    ...familyFindings(expected, image),
    ...deprecationFindings(expected, image.deprecated ?? {}),
    ...(bindings && expected.members ? memberFindings(subject, expected, expected.members, bindings) : []),
  ];
}

export function compareBucket(expected: ExpectedBucket, seen: Bucket | undefined): Finding[] {
  const { name, labels, publicAccessPrevention, uniformAccess, softDeletion } = expected;
  const subject: Subject = { cloud: "gcp", region: "global", object: { kind: "bucket", id: name } };
  if (seen === undefined)
    return [missingObject(subject, "`pulumi up --refresh` makes it again, under the same name")];
  const access = seen.iamConfiguration;
  const kept = String(seen.softDeletePolicy?.retentionDurationSeconds ?? 0);
  const fields = [
    ["seconds that deleted objects are kept", softDeletion ?? kept, kept],
    ["public access prevention", publicAccessPrevention, access?.publicAccessPrevention ?? "inherited"],
    ["uniform access", String(uniformAccess), String(access?.uniformBucketLevelAccess?.enabled ?? false)],
  ] as const;
  return [
    ...tagFindings(subject, labels, seen.labels ?? {}, {
      word: "label",
      whole: true,
      removal: (key) => `gcloud storage buckets update gs://${name} --remove-labels=${key}`,
    }),
    ...fields.flatMap(([field, want, found]) =>
      want === found ? [] : [finding(subject, { field, expected: want, found, kind: "changed" })],
    ),
  ];
}

/** Expected image of a family. */
export interface ExpectedFamily {
  readonly project: string;
  readonly family: string;
  /** Names of the stack's images the family may resolve to: in it, and not deprecated. */
  readonly candidates: readonly string[];
}

/**
 * A foreign image in front of ours; problems of our own images are reported by their comparison.
 *
 * @param answer image that the family resolves to; absent: none
 */
export function compareFamily({
  project,
  family,
  candidates,
  answer,
}: ExpectedFamily & { readonly answer?: GoogleImage }): Finding[] {
  const subject: Subject = {
    cloud: "gcp",
    region: "global",
    object: { kind: "family", id: `${project}/${family}` },
  };
  if (answer === undefined || candidates.length === 0 || candidates.includes(answer.name)) return [];
  return [
    finding(subject, {
      field: "newest image",
      expected: candidates.join(" or "),
      found: answer.name,
      kind: "changed",
      repair: "none",
      cure: `take it out of the family: gcloud compute images update ${answer.name} --project=${project} --family=''`,
    }),
  ];
}

/** Images with the stack's labels that are not in its state. */
export function extraImages(
  project: string,
  known: ReadonlySet<string>,
  labelled: readonly GoogleImage[],
): Finding[] {
  return labelled
    .filter(({ name }) => !known.has(name))
    .map(({ name }) =>
      finding(
        { cloud: "gcp", region: "global", object: { kind: "image", id: `${project}/${name}` } },
        {
          field: "existence",
          expected: "not there",
          found: "an image with this stack's labels",
          kind: "extra",
          repair: "none",
          cure: "look at it with `imprimatur sweep`, and delete it with `imprimatur sweep --delete`",
        },
      ),
    );
}

/** View of a stranger with a Google account. */
interface StrangerView {
  readonly image: boolean;
  /** Name of the image the family resolves to; absent: none. */
  readonly family?: string;
}

const HIDDEN = "look at the organisation's policies (domain restricted sharing, VPC service controls)";

export function compareForStranger(expected: ExpectedImage, sight: StrangerView): Finding[] {
  const { members } = expected;
  if (members === undefined) return [];
  const open = members.includes(EVERYONE);
  // Membership of the stranger in a group or domain is unknown here.
  if (!open && members.length > 0) return [];
  return sightFindings(
    imageSubject(expected),
    { open, visible: sight.image },
    {
      hidden: HIDDEN,
      seen: "look at the IAM policies of the project and its folders, which images inherit",
    },
  );
}

/** The family of a public image resolves to nothing. Dropped if the stranger cannot see the image either. */
export function compareFamilyForStranger(expected: ExpectedImage, sight: StrangerView): Finding[] {
  const { project, family, members = [], deprecation } = expected;
  const open = members.includes(EVERYONE);
  // The family of a deprecated image resolves to another one.
  if (!open || !sight.image || family === undefined || deprecation.state !== "ACTIVE") return [];
  const object = { kind: "family", id: `${project}/${family}` };
  return sightFindings(
    { ...imageSubject(expected), object },
    { open, visible: sight.family !== undefined },
    { hidden: HIDDEN, seen: "" },
  );
}

/** True if an owner's finding is the reason why the image's family resolves to nothing. */
export function explainsFamily(expected: ExpectedImage, { object, field }: Finding): boolean {
  if (object.id !== imageSubject(expected).object.id) return false;
  return ["existence", "family", "deprecation state"].includes(field);
}

function imageSubject({ project, name, release }: ExpectedImage): Subject {
  return {
    cloud: "gcp",
    region: "global",
    release,
    object: { kind: "image", id: `${project}/${name}` },
  };
}

/** The same name does not prove the same image. */
function identityFindings(expected: ExpectedImage, image: GoogleImage): Finding[] {
  const { identity = {}, name, project } = expected;
  if (otherObject(identity, identityOf(image)) === undefined) return [];
  return [
    finding(imageSubject(expected), {
      field: "identity",
      expected: formatIdentity(identity),
      found: formatIdentity(identityOf(image)),
      kind: "changed",
      repair: "none",
      cure:
        `somebody made another image under this name: look at it, delete it (gcloud compute images delete ${name} ` +
        `--project=${project}), then \`pulumi up --refresh\` makes the image again from the raw disk`,
    }),
  ];
}

/** The native resource ignores a changed description, because it would replace the image; ours restores it. */
function descriptionFindings(expected: ExpectedImage, { description = "" }: GoogleImage): Finding[] {
  if (expected.description === description) return [];
  const difference = { field: "description", expected: expected.description, found: description || "none" };
  const cure = `gcloud compute images update ${expected.name} --project=${expected.project} --description=${shellWord(expected.description)}`;
  return [
    finding(imageSubject(expected), {
      ...difference,
      kind: description ? "changed" : "missing",
      ...(!expected.wholeLabels && { repair: "none" as const, cure }),
    }),
  ];
}

function familyFindings(expected: ExpectedImage, { family: found }: GoogleImage): Finding[] {
  const { family, name, project } = expected;
  if (family === (found || undefined)) return [];
  const difference = { field: "family", expected: family ?? "none", found: found || "none" };
  if (family !== undefined) {
    return [finding(imageSubject(expected), { ...difference, kind: found ? "changed" : "missing" })];
  }
  const cure = `gcloud compute images update ${name} --project=${project} --family=''`;
  return [finding(imageSubject(expected), { ...difference, kind: "extra", repair: "none", cure })];
}

function deprecationFindings(expected: ExpectedImage, found: Deprecation): Finding[] {
  const want: ExpectedDeprecation = expected.deprecation;
  const spell = (link: string | undefined) => (link ? imageName(linkPath(link)) : undefined);
  const differences = [
    { field: "deprecation state", expected: want.state, found: found.state || "ACTIVE" },
    { field: "replacement", expected: spell(want.replacement), found: spell(found.replacement) },
    ...(["deprecated", "obsolete"] as const)
      .filter((date) => !sameMinute(want[date], found[date] || undefined))
      .map((date) => ({ field: `${date} on`, expected: want[date], found: found[date] || undefined })),
  ].filter(({ expected: one, found: other }) => one !== other);
  return differences.map(({ field, expected: one, found: other }) =>
    finding(imageSubject(expected), {
      field,
      expected: one ?? "none",
      found: other ?? "none",
      kind: one === undefined ? "extra" : other === undefined ? "missing" : "changed",
    }),
  );
}
