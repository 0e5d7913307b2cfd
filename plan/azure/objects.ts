import type { Step } from "../preview";
import {
  about,
  changesOf,
  type Fact,
  HARM,
  image,
  INTERNAL,
  place,
  type Role,
  sharing,
  silent,
  upload,
  verification,
  vessel,
  VISIBLE,
} from "../role";
import type { Subject } from "../subject";

type Properties = Readonly<Record<string, unknown>>;

/** Resource types of Azure. */
export const AZURE_OBJECTS: Readonly<Record<string, Role>> = {
  "imprimatur:azure:Preflight": silent,
  "imprimatur:azure:DiskContent": upload(),
  "imprimatur:azure:Verification": verification,
  "imprimatur:azure:GallerySharing": sharing(galleryGrantees),
  "imprimatur:azure:VersionPublication": versionPublication,
  "azure-native:compute:Disk": vessel("disk"),
  "azure-native:compute:GalleryImageVersion": galleryVersion,
  "azure-native:compute:Gallery": place("gallery", "galleryName"),
  "azure-native:compute:GalleryImage": place("image definition", "galleryImageName"),
  "azure-native:resources:ResourceGroup": place("resource group", "resourceGroupName"),
};

function galleryGrantees({ community, subscriptions, tenants }: Properties): string[] {
  const lists = [subscriptions, tenants].flatMap((list) => (Array.isArray(list) ? (list as string[]) : []));
  return [...(community === true ? ["public"] : []), ...lists];
}

/** Where a version is, and whether "latest" finds it. */
interface Profile {
  readonly targetRegions?: readonly { readonly name?: string }[];
  readonly excludeFromLatest?: boolean;
}

/** The version itself: what it is like when it is made, and what a change of its profile means. */
function galleryVersion(...[step, subject, told]: Parameters<Role>): Fact[] {
  const made = image("gallery version", "register")(step, subject, told);
  const [before, after] = [profileIn(step.old), profileIn(step.now)];
  if (step.op === "create") {
    const regions = { regions: regionsOf(after) };
    return [...made.map((fact) => ({ ...fact, ...regions })), ...latest(subject, undefined, after)];
  }
  if (step.op === "delete") {
    const regions = { regions: regionsOf(before) };
    return [...made.map((fact) => ({ ...fact, ...regions })), ...latest(subject, before, undefined)];
  }
  return step.op === "update" ? profileChanges(step, subject, told, before, after) : made;
}

/** Everything about a version that changes after it was made and read back. */
function versionPublication(...[step, subject, told]: Parameters<Role>): Fact[] {
  const [before, after] = [step.old as Profile | undefined, step.now as Profile | undefined];
  if (step.op === "create") return [...copies(subject, [], after), ...latest(subject, undefined, after)];
  if (step.op === "delete") return latest(subject, before, undefined);
  return step.op === "update" ? profileChanges(step, subject, told, before, after) : [];
}

function profileChanges(
  step: Step,
  subject: Subject,
  told: Parameters<Role>[2],
  before: Profile | undefined,
  after: Profile | undefined,
): Fact[] {
  const gone = regionsOf(before).filter((region) => !regionsOf(after).includes(region));
  const facts: Fact[] = [
    ...copies(subject, regionsOf(before), after),
    ...latest(subject, before, after),
    ...(gone.length > 0
      ? [
          {
            kind: "delete",
            ...about(subject),
            regions: gone,
            object: "replica",
            count: gone.length,
            ...HARM,
          } as const,
        ]
      : []),
  ];
  // The profile is told; a date in it by the release.
  const isProfile = (property: string) =>
    ["publishingProfile", "targetRegions", "excludeFromLatest"].includes(property);
  const others = step.changed.filter((property) => !isProfile(property));
  if (others.length === 0 && (facts.length > 0 || told.marks.has(subject.release ?? ""))) return facts;
  const changed = others.length > 0 ? others : step.changed;
  return [...facts, ...changesOf("gallery version")({ ...step, changed }, subject, told)];
}

function copies(subject: Subject, before: readonly string[], after: Profile | undefined): Fact[] {
  const regions = regionsOf(after).filter((region) => !before.includes(region));
  if (regions.length === 0) return [];
  return [
    {
      kind: "copy",
      ...about(subject),
      regions,
      object: "gallery version",
      count: regions.length,
      ...INTERNAL,
    },
  ];
}

function latest(subject: Subject, before: Profile | undefined, after: Profile | undefined): Fact[] {
  const [was, is] = [before, after].map(
    (profile) => profile !== undefined && profile.excludeFromLatest !== true,
  );
  if (was === is) return [];
  const fact = { ...about(subject), object: "gallery version", names: ["latest"] };
  return [is ? { kind: "point", ...fact, ...VISIBLE } : { kind: "unpoint", ...fact, ...HARM }];
}

function profileIn(inputs: Properties | undefined): Profile | undefined {
  return inputs?.publishingProfile as Profile | undefined;
}

function regionsOf(profile: Profile | undefined): string[] {
  return (profile?.targetRegions ?? []).flatMap(({ name }) => (name === undefined ? [] : [name]));
}
