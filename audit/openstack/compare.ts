/** Differences between an image and the state: pure. */
import type { GlanceImage } from "../../clouds/openstack/api/images";
import {
  difference,
  type Finding,
  finding,
  missingObject,
  sightFindings,
  type Subject,
  tagFindings,
} from "../finding";
import type { ExpectedImage } from "./expectations";

export function subjectOf({
  region,
  release,
  id,
}: Pick<ExpectedImage, "region" | "release" | "id">): Subject {
  return {
    cloud: "openstack",
    region,
    ...(release !== undefined && { release }),
    object: { kind: "image", id },
  };
}

/** @param found `undefined`: it is gone. Members are those of a shared image. */
export function compareImage(
  expected: ExpectedImage,
  found: { readonly image: GlanceImage; readonly members: readonly string[] } | undefined,
): Finding[] {
  const subject = subjectOf(expected);
  if (!found) return [missingObject(subject, "`pulumi up --refresh` makes it again from the raw disk")];
  const { image, members } = found;
  const changed = (field: string, wanted: unknown, have: unknown) =>
    wanted === have
      ? []
      : [
          finding(subject, {
            field,
            expected: String(wanted),
            found: String(have),
            kind: "changed" as const,
          }),
        ];
  const owned = Object.entries(image).flatMap(([name, value]) =>
    typeof value === "string" ? [[name, value]] : [],
  );
  return [
    ...changed("name", expected.name, image.name),
    ...changed("size", expected.size, image.size).map((each) => ({
      ...each,
      repair: "none" as const,
      cure: "its bytes are others: delete it, and `pulumi up --refresh` makes it again",
    })),
    ...changed("status", "active", image.status).map((each) => ({
      ...each,
      repair: "none" as const,
      cure: "ask the cloud's operator who deactivated it, and why",
    })),
    ...changed("protected", expected.protected, image.protected ?? false),
    ...tagFindings(subject, expected.properties, Object.fromEntries(owned) as Record<string, string>),
    ...(expected.visibility === undefined
      ? []
      : [
          ...changed("visibility", expected.visibility, image.visibility),
          ...changed("hidden", expected.hidden, image.os_hidden ?? false),
        ]),
    ...memberFindings(subject, expected, image.visibility, members),
  ];
}

function memberFindings(
  subject: Subject,
  { visibility, projects }: ExpectedImage,
  has: string,
  members: readonly string[],
): Finding[] {
  if (visibility !== "shared" || has !== "shared") return [];
  const field = "members";
  return [
    ...difference(projects, members).map((project) =>
      finding(subject, { field, expected: project, found: "none", kind: "missing" }),
    ),
    ...difference(members, projects).map((project) =>
      finding(subject, { field, expected: "none", found: project, kind: "extra" }),
    ),
  ];
}

/** An image with this stack's properties that its state does not have. */
export function extraImage(region: string, { id, name }: GlanceImage): Finding {
  return finding(subjectOf({ region, release: undefined, id }), {
    field: "existence",
    expected: "not there",
    found: name ?? "there",
    kind: "extra",
    repair: "none",
    cure: "`imprimatur sweep` deletes it",
  });
}

export function compareForStranger(expected: ExpectedImage, visible: boolean): Finding[] {
  if (expected.grantees === undefined) return [];
  // A stranger may be one of the projects; everyone is the only grantee that says so for sure.
  const open = expected.grantees.includes("public");
  if (!open && expected.grantees.length > 0) return [];
  const client = `openstack --os-region-name ${expected.region} image`;
  return sightFindings(
    subjectOf(expected),
    { open, visible },
    {
      hidden: `look at its visibility (\`${client} show ${expected.id}\`) and at the cloud's policies`,
      seen: `\`${client} set --private ${expected.id}\` takes it from everyone`,
    },
  );
}
