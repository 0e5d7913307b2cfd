/**
 * The version that "latest" resolves to, before and after: the highest that is not excluded. The engine lists
 * changing versions only; the others are derived from the states of their releases.
 */
import { toGalleryVersion } from "../../config/azure/version";
import type { Architecture } from "../../config/release";
import type { Step } from "../preview";
import type { Standing, Standings } from "../standing";
import { about, HARM, VISIBLE } from "../interpret";
import type { Statement } from "../statement";
import type { Subject } from "../subject";

const PUBLICATION = "imprimatur:azure:VersionPublication";
const VERSION = "azure-native:compute:GalleryImageVersion";

export function latestChanges(
  steps: readonly Step[],
  subjectOf: (step: Step) => Subject,
  { before, after }: Standings,
): Statement[] {
  const told = steps.flatMap((step): Reported[] => {
    if (step.type !== PUBLICATION && step.type !== VERSION) return [];
    const { release, architecture } = subjectOf(step);
    if (release === undefined || architecture === undefined) return [];
    return [{ step, release, architecture: architecture as Architecture }];
  });
  // Each architecture of each variant has a definition of its own.
  const series = [
    ...new Set(told.map(({ architecture, release }) => `${architecture} ${variantIn(release)}`)),
  ];
  return series.flatMap((one): Statement[] => {
    const isOne = (architecture: string, release: string) => `${architecture} ${variantIn(release)}` === one;
    const own = told.filter(({ architecture, release }) => isOne(architecture, release));
    const { architecture } = own[0]!;
    const among = (standing: Standing): Standing =>
      new Map([...standing].filter(([release]) => isOne(architecture, release)));
    const [had, has] = [
      inLatest(among(before), architecture, own, "old"),
      inLatest(among(after), architecture, own, "now"),
    ];
    const [was, is] = [highest(had), highest(has)];
    const fact = (release: string) => ({
      ...about({ cloud: "azure", release, architecture }),
      object: "gallery version",
      names: ["latest"],
    });
    return [
      ...(is !== undefined && is !== was ? [{ kind: "point", ...fact(is), ...VISIBLE } as const] : []),
      // A version superseded by a newer one is still in "latest".
      ...(was !== undefined && !has.has(was) ? [{ kind: "unpoint", ...fact(was), ...HARM } as const] : []),
    ];
  });
}

interface Reported {
  readonly step: Step;
  readonly release: string;
  readonly architecture: Architecture;
}

/** Versions that "latest" may resolve to: by the steps where there are any, else by the state of the release. */
function inLatest(
  standing: Standing,
  architecture: Architecture,
  told: readonly Reported[],
  side: "old" | "now",
): ReadonlySet<string> {
  const releases = new Set([...standing.keys(), ...told.map(({ release }) => release)]);
  const isIn = (release: string): boolean => {
    const own = told.filter((statement) => statement.release === release).map(({ step }) => step);
    // A replacement is several steps, not all with both sides.
    const inputs = (steps: readonly Step[]) =>
      steps.map((step) => step[side]).find((candidate) => candidate !== undefined);
    const publications = own.filter(({ type }) => type === PUBLICATION);
    if (publications.length > 0) return isIncluded(inputs(publications));
    // The version is created excluded from "latest"; the publication manages its profile from then on.
    const versions = own.filter(({ type, op }) => type === VERSION && op !== "update");
    if (versions.length > 0) return isIncluded(inputs(versions)?.publishingProfile as Profile | undefined);
    const { state, clouds, architectures } = standing.get(release) ?? {};
    if (state !== "published" || clouds?.includes("azure") === false) return false;
    return architectures === undefined || architectures.includes(architecture);
  };
  return new Set([...releases].filter(isIn));
}

interface Profile {
  readonly excludeFromLatest?: boolean;
}

function isIncluded(profile: Profile | undefined): boolean {
  return profile !== undefined && profile.excludeFromLatest !== true;
}

/** A version on Azure is of numbers and dots: a dash begins the variant ({@link galleryVersionOf}). */
function variantIn(release: string): string {
  return /-(.+)$/.exec(release)?.[1] ?? "";
}

/** Versions compare by their three integers. */
function highest(releases: ReadonlySet<string>): string | undefined {
  const numbers = (release: string) =>
    (toGalleryVersion(release.replace(/-.+$/, "")) ?? "").split(".").map(Number);
  return [...releases].sort((a, b) => {
    const [one, other] = [numbers(a), numbers(b)];
    const index = [0, 1, 2].find((at) => one[at] !== other[at]);
    return index === undefined ? 0 : (other[index] ?? 0) - (one[index] ?? 0);
  })[0];
}
