import { pinsIn } from "../../archive/preferences";
import { readTracker } from "../../archive/tracker";
import { compareInstalled, type Upgrade } from "../../archive/upgrades";
import { readBytes } from "../../trust/read-text";
import type { Options, Surroundings } from "./options";
import { publishedSboms, type PublishedSbom } from "./sboms";
import { type ReadSuite, readSuites, sourceName } from "./suites";

/** One image of one release, against the archive. */
export interface StaleImage {
  readonly product: string;
  readonly version: string;
  readonly architecture: string;
  /** Reasons why it could not be compared; the other members are then absent. */
  readonly problems?: readonly string[];
  readonly system?: string;
  /** Installed packages. */
  readonly packages?: number;
  readonly suites?: readonly SuiteFacts[];
  readonly upgrades?: readonly Upgrade[];
  /** Names of installed packages that none of the suites has. */
  readonly notOffered?: readonly string[];
}

interface SuiteFacts {
  readonly suite: string;
  /** Where it was read. */
  readonly archive: string;
  /** When the archive made it, RFC 3339. */
  readonly date: string;
  readonly validUntil?: string;
  /** Fingerprint of the key that signed it. */
  readonly signer: string;
}

/**
 * Every image that is looked at, with what is newer in the archive.
 *
 * @throws {TrustProblem} when no record can be trusted
 * @throws {ArchiveProblem} for a tracker's file that is none
 */
export async function staleImages(options: Options, surroundings: Surroundings): Promise<StaleImage[]> {
  const tracker = options.tracker === undefined ? undefined : readTracker(options.tracker);
  const keyring = {
    file: options.keyring.join(" and "),
    parts: options.keyring.map((file) => readBytes(file)),
  };
  const published = await publishedSboms(options, surroundings.io);
  const sboms = published.flatMap(({ sbom }) => sbom ?? []);
  const suites = await readSuites(sboms, { archives: options.archive, keyring }, surroundings);
  return published.map((each) => compare(each, suites, tracker));
}

function compare(
  { sbom, problem, ...image }: PublishedSbom,
  suites: ReadonlyMap<string, ReadSuite>,
  tracker: ReturnType<typeof readTracker> | undefined,
): StaleImage {
  if (sbom === undefined) return { ...image, problems: [problem] };
  const own = sbom.aptSources.map((source) => ({ source, read: suites.get(sourceName(source))! }));
  const problems = own.flatMap(({ read }) => ("problem" in read ? [read.problem] : []));
  if (problems.length > 0) return { ...image, problems: [...new Set(problems)] };
  const read = own.flatMap(({ source, read }) =>
    "problem" in read ? [] : [{ release: read.release, offers: read.offersIn(source.components) }],
  );
  const preferences = { pins: pinsIn(sbom.aptPreferences), defaultRelease: sbom.aptDefaultRelease };
  return {
    ...image,
    ...{ system: sbom.system, packages: sbom.packages.length },
    suites: read.map(({ release: { suite, place, date, validUntil, signer } }) => ({
      ...{ suite, archive: place.name, date },
      validUntil,
      signer: signer.fingerprint,
    })),
    ...compareInstalled(
      sbom,
      read.map(({ offers }) => offers),
      { preferences, tracker, codename: sbom.codename },
    ),
  };
}
