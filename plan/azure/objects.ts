import type { Step } from "../preview";
import {
  about,
  changesOf,
  HARM,
  image,
  INTERNAL,
  nameOfImage,
  place,
  type Interpreter,
  sharing,
  silent,
  upload,
  verification,
  container,
  VISIBLE,
} from "../interpret";
import type { Statement } from "../statement";
import type { Subject } from "../subject";

type Properties = Readonly<Record<string, unknown>>;

/** Resource types of Azure. */
export const AZURE_OBJECTS: Readonly<Record<string, Interpreter>> = {
  "imprimatur:azure:Preflight": silent,
  "imprimatur:azure:DiskContent": upload(),
  "imprimatur:azure:Verification": verification,
  "imprimatur:azure:GallerySharing": sharing(galleryGrantees),
  "imprimatur:azure:GalleryClosing": silent,
  "imprimatur:azure:VersionClosing": silent,
  "imprimatur:azure:RegionClosing": silent,
  "imprimatur:azure:GalleryDeletion": silent,
  "imprimatur:azure:VersionPublication": versionPublication,
  "azure-native:compute:Disk": container("disk"),
  "azure-native:compute:GalleryImageVersion": galleryVersion,
  "azure-native:compute:Gallery": gallery,
  "azure-native:compute:GalleryImage": place("image definition", "galleryImageName"),
  "azure-native:resources:ResourceGroup": place("resource group", "resourceGroupName"),
};

function galleryGrantees({ community, subscriptions, tenants }: Properties): string[] {
  const lists = [subscriptions, tenants].flatMap((list) => (Array.isArray(list) ? (list as string[]) : []));
  return [...(community === true ? ["public"] : []), ...lists];
}

/** Regions of a version, and whether "latest" includes it. */
interface Profile {
  readonly targetRegions?: readonly {
    readonly name?: string;
    readonly regionalReplicaCount?: number;
    readonly storageAccountType?: string;
  }[];
  readonly excludeFromLatest?: boolean;
}

/** The version itself: its initial profile, and the meaning of a profile change. */
function galleryVersion(...[step, subject, told]: Parameters<Interpreter>): Statement[] {
  const [before, after] = [profileIn(step.old), profileIn(step.now)];
  if (step.op === "update") return profileChanges(step, subject, told, before, after);
  const facts = image("gallery version", "register")(step, subject, told);
  if (step.op !== "create" && step.op !== "delete") return facts;
  const regions = regionsOf(step.op === "create" ? after : before);
  return facts.map((fact) => ({ ...fact, regions }));
}

/** All changes of a version after it was created and read back. */
function versionPublication(...[step, subject, told]: Parameters<Interpreter>): Statement[] {
  const [before, after] = [step.old as Profile | undefined, step.now as Profile | undefined];
  if (step.op === "create") return copies(subject, [], after);
  return step.op === "update" ? profileChanges(step, subject, told, before, after) : [];
}

function profileChanges(
  step: Step,
  subject: Subject,
  told: Parameters<Interpreter>[2],
  before: Profile | undefined,
  after: Profile | undefined,
): Statement[] {
  const gone = regionsOf(before).filter((region) => !regionsOf(after).includes(region));
  const facts: Statement[] = [
    ...copies(subject, regionsOf(before), after),
    ...replicaChanges(subject, before, after),
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
  // The profile has its own statements; its date is reported by the release, "latest" for all versions together.
  const isProfile = (property: string) =>
    ["publishingProfile", "targetRegions", "excludeFromLatest"].includes(property);
  const others = step.changed.filter((property) => !isProfile(property));
  const isTold = told.marks.has(subject.release ?? "") || told.latest.has(nameOfImage(about(subject)));
  if (others.length === 0 && (facts.length > 0 || isTold)) return facts;
  const changed = others.length > 0 ? others : step.changed;
  return [...facts, ...changesOf("gallery version")({ ...step, changed }, subject, told)];
}

function copies(subject: Subject, before: readonly string[], after: Profile | undefined): Statement[] {
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

/** Changes of replica count and storage in regions that the version keeps. */
function replicaChanges(
  subject: Subject,
  before: Profile | undefined,
  after: Profile | undefined,
): Statement[] {
  const old = new Map((before?.targetRegions ?? []).map((region) => [spelled(region.name), region]));
  return (after?.targetRegions ?? []).flatMap((now): Statement[] => {
    const region = spelled(now.name);
    const was = old.get(region);
    if (was === undefined) return [];
    const settings = [
      ["replicas", was.regionalReplicaCount ?? 1, now.regionalReplicaCount ?? 1],
      ["storage", was.storageAccountType ?? STANDARD, now.storageAccountType ?? STANDARD],
    ] as const;
    return settings.flatMap(([property, from, to]): Statement[] =>
      from === to
        ? []
        : [
            {
              kind: "update",
              ...about({ ...subject, region }),
              ...{ object: "gallery version", count: 1, properties: [property] },
              ...{ from: String(from), to: String(to) },
              ...INTERNAL,
            },
          ],
    );
  });
}

/** Azure's default (REST reference, TargetRegion, 2026-11). */
const STANDARD = "Standard_LRS";

/** A gallery that is shared or closed as a whole; its sharing reports the grantees. */
function gallery(...[step, subject, told]: Parameters<Interpreter>): Statement[] {
  const facts = place("gallery", "galleryName")(step, subject, told);
  const [from, to] = [step.old, step.now].map((inputs) => permissionsIn(inputs));
  if (step.op !== "update" || from === to) return facts;
  const others = step.changed.filter((property) => property !== "sharingProfile");
  const effect = to === PRIVATE ? HARM : from === PRIVATE ? VISIBLE : INTERNAL;
  const opened = facts.map((fact) => ({ ...fact, properties: ["sharingProfile"], from, to, ...effect }));
  return [
    ...opened,
    ...(others.length > 0
      ? place("gallery", "galleryName")({ ...step, changed: others }, subject, told)
      : []),
  ];
}

const PRIVATE = "Private";

function permissionsIn(inputs: Properties | undefined): string {
  const profile = inputs?.sharingProfile as { permissions?: string } | undefined;
  return profile?.permissions ?? PRIVATE;
}

function profileIn(inputs: Properties | undefined): Profile | undefined {
  return inputs?.publishingProfile as Profile | undefined;
}

function regionsOf(profile: Profile | undefined): string[] {
  return (profile?.targetRegions ?? []).flatMap(({ name }) => (name === undefined ? [] : [spelled(name)]));
}

/** `West Europe` is `westeurope`: a refresh stores Azure's display name. */
function spelled(name = ""): string {
  return name.toLowerCase().replace(/\s/g, "");
}
