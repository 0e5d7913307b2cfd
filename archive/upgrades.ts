import { candidateOf } from "./candidate";
import { type ArchivePackage, packagesIn } from "./packages";
import type { Offer, Preferences, Suite, Version } from "./preferences";
import type { Tracker } from "./tracker";
import { compareDebianVersions } from "./version";

/** An installed package, as dpkg has it. */
export interface Installed {
  readonly name: string;
  readonly version: string;
  readonly architecture: string;
  readonly source: string;
  readonly sourceVersion: string;
}

/** A package that apt would upgrade. */
export interface Upgrade {
  readonly name: string;
  readonly architecture: string;
  readonly source: string;
  readonly installed: string;
  readonly candidate: string;
  /** Suites that have the candidate. */
  readonly suites: readonly string[];
  /** The security archive published something newer than what is installed, or an issue is fixed. */
  readonly security: boolean;
  /** Issues that the candidate fixes; empty without the security tracker. */
  readonly fixes: readonly string[];
}

/** An installed system. */
export interface System {
  readonly packages: readonly Installed[];
  /** Its own architecture, as dpkg names it: `amd64`. */
  readonly architecture: string;
}

/** Packages of a suite, by name and architecture. */
export type Offers = ReadonlyMap<string, readonly Offer[]>;

/**
 * Reads what a suite offers of the packages of these systems.
 *
 * @param onStep told which index is read
 * @throws {ArchiveProblem}
 */
export async function offersOf(
  systems: readonly System[],
  suite: Suite,
  components: readonly string[],
  onStep: (step: string) => void = () => {},
): Promise<Offers> {
  const { release } = suite;
  const wanted = new Set(systems.flatMap(({ packages }) => packages.map(({ name }) => name)));
  const offers = new Map<string, Offer[]>();
  for (const component of release.suite.endsWith("/") ? [""] : components) {
    for (const architecture of architecturesOf(systems, release.separateAll)) {
      onStep(`reading ${release.suite} ${component} ${architecture}`);
      const index = packagesIn(release, { component, architecture }, (name) => wanted.has(name));
      for await (const found of index) {
        const key = `${found.name}:${found.architecture}`;
        offers.set(key, [...(offers.get(key) ?? []), offerOf(found, suite)]);
      }
    }
  }
  return offers;
}

function offerOf({ name, source, sourceVersion, version, component }: ArchivePackage, suite: Suite): Offer {
  return { name, source, sourceVersion, version, component, suite };
}

/** Those of the systems and of their foreign packages; `all` has an index of its own in some archives only. */
function architecturesOf(systems: readonly System[], separateAll: boolean): string[] {
  const own = systems.flatMap(({ architecture, packages }) => [
    architecture,
    ...packages.map((each) => each.architecture),
  ]);
  return [...new Set(own.filter((each) => each !== "all")), ...(separateAll ? ["all"] : [])].sort();
}

export interface Comparison {
  /** From security first, then by name. */
  readonly upgrades: readonly Upgrade[];
  /** Installed packages that no suite has, by name: from elsewhere, or removed from the archive. */
  readonly notOffered: readonly string[];
}

/**
 * Packages of a system that apt would upgrade.
 *
 * @param offers of each suite that the system installs from
 */
export function compareInstalled(
  system: System,
  offers: readonly Offers[],
  {
    preferences,
    tracker,
    codename,
  }: { preferences: Preferences; tracker?: Tracker | undefined; codename: string },
): Comparison {
  const notOffered: string[] = [];
  const upgrades = system.packages.flatMap((each): Upgrade[] => {
    const own = offersFor(each, offers, system.architecture);
    if (own.length === 0) notOffered.push(each.name);
    const candidate = candidateOf(each, own, preferences);
    if (!candidate) return [];
    const fixes = tracker ? fixesOf(each, candidate, codename, tracker) : [];
    return [
      {
        ...{ name: each.name, architecture: each.architecture, source: each.source },
        ...{ installed: each.version, candidate: candidate.version },
        suites: [...new Set(candidate.offers.map(({ suite }) => suite.release.suite))],
        security: fixes.length > 0 || own.some((offer) => isSecurityUpdate(offer, each, candidate)),
        fixes,
      },
    ];
  });
  upgrades.sort((a, b) => Number(b.security) - Number(a.security) || (a.name < b.name ? -1 : 1));
  return { upgrades, notOffered: notOffered.sort() };
}

/** A package of architecture `all` may become one of the machine's own, and the other way round. */
function offersFor(
  { name, architecture }: Installed,
  offers: readonly Offers[],
  native: string,
): readonly Offer[] {
  const isNative = architecture === "all" || architecture === native;
  const keys = (isNative ? [native, "all"] : [architecture]).map((each) => `${name}:${each}`);
  return offers.flatMap((suite) => keys.flatMap((key) => suite.get(key) ?? []));
}

/** Between the installed version and the candidate; a point release has the same version in the stable suite. */
function isSecurityUpdate({ suite, version }: Offer, installed: Installed, candidate: Version): boolean {
  const { label, codename, archive } = suite.release;
  return (
    [label, codename, archive].some((name) => /security/i.test(name)) &&
    compareDebianVersions(version, installed.version) > 0 &&
    compareDebianVersions(version, candidate.version) <= 0
  );
}

/** By the source's versions: a rebuilt package (`+b1`) fixes nothing. */
function fixesOf(installed: Installed, { offers }: Version, codename: string, tracker: Tracker): string[] {
  const [offer] = offers;
  if (!offer) return [];
  return tracker.fixedBetween(offer.source, codename, {
    from: installed.sourceVersion,
    to: offer.sourceVersion,
  });
}
