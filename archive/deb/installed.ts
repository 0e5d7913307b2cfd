import { eachOf } from "../../facts/each-of";
import { packagesIn } from "../packages";
import type { Place } from "../place";
import { ArchiveProblem } from "../problem";
import { openSuite, type ReleaseFile, type Trust } from "../release-file";
import type { DebContents } from "./contents";
import { DebStore, type SignedPackage } from "./store";

/** A package as dpkg has it. */
interface Wanted {
  readonly name: string;
  readonly version: string;
  readonly architecture: string;
}

/** A suite that the system was installed from. Components empty: all of the suite's. */
interface SuiteSource {
  readonly suite: string;
  readonly components: readonly string[];
}

/** An installed package, found in a signed index, with what its .deb holds. */
export interface ArchivedPackage extends Wanted {
  /** Of the .deb, hex. */
  readonly sha256: string;
  /** Suite whose index names it. */
  readonly suite: string;
  readonly contents: DebContents;
}

export interface ArchivedSystem {
  readonly suites: readonly ReleaseFile[];
  readonly packages: readonly ArchivedPackage[];
  /** Installed packages that no index has in this version. */
  readonly absent: readonly Wanted[];
  /**
   * The .deb of one of the packages, compared with the signed digest.
   *
   * @throws {ArchiveProblem} when it is no longer kept and cannot be read
   */
  readonly open: (each: ArchivedPackage) => Promise<Buffer>;
}

/** Downloads at a time: a mirror's limit for one address is often ten. */
const AT_A_TIME = 4;

/**
 * Finds each installed package in the signed indices by name, version and architecture, and reads what its .deb holds.
 *
 * @param onStep told what is read, and how far it is
 * @throws {ArchiveProblem} when a suite cannot be trusted, or a .deb is not there, or not the signed one
 */
export async function archivedSystem(
  installed: readonly Wanted[],
  sources: readonly SuiteSource[],
  { places, folder, ...trust }: Trust & { places: readonly Place[]; folder: string },
  onStep: (step: string, far?: string) => void = () => {},
): Promise<ArchivedSystem> {
  const suites = await openSuites(sources, places, trust, onStep);
  const found = await findPackages(installed, suites, { places, onStep });
  const store = new DebStore(folder);
  const packages: ArchivedPackage[] = [];
  await eachOf(found.values(), AT_A_TIME, async (each) => {
    const contents = await store.contentsOf(each);
    const { name, version, architecture, sha256 } = each.entry;
    packages.push({ name, version, architecture, sha256, suite: each.suite, contents });
    onStep("reading packages", `${packages.length} of ${found.size}, ${name}`);
  });
  packages.sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  return {
    suites: suites.map(({ release }) => release),
    packages,
    absent: installed.filter((each) => !found.has(keyOf(each))),
    open: (each) => store.debOf(found.get(keyOf(each))!),
  };
}

type OpenSuite = { release: ReleaseFile; components: readonly string[] };

async function openSuites(
  sources: readonly SuiteSource[],
  places: readonly Place[],
  trust: Trust,
  onStep: (step: string) => void,
): Promise<OpenSuite[]> {
  const opened: OpenSuite[] = [];
  for (const suite of new Set(sources.map((each) => each.suite))) {
    onStep(`reading ${suite}`);
    const release = await openSuite(suite, places, trust);
    const named = sources.filter((each) => each.suite === suite).flatMap(({ components }) => components);
    const components = named.length > 0 ? [...new Set(named)] : release.components;
    const unknown = suite.endsWith("/")
      ? []
      : components.filter((each) => !release.components.includes(each));
    if (unknown.length > 0)
      throw new ArchiveProblem(
        `${release.place.name}: ${suite} has no component ${unknown.join(" and ")}, only ${release.components.join(", ")}; name the archive that has it with --archive, or the suites with --suite`,
      );
    opened.push({ release, components: suite.endsWith("/") ? [""] : components });
  }
  return opened;
}

/** By {@link keyOf}; one that is in several suites, as a point release's updates are, by the first. */
async function findPackages(
  installed: readonly Wanted[],
  suites: readonly OpenSuite[],
  { places, onStep }: { places: readonly Place[]; onStep: (step: string) => void },
): Promise<Map<string, SignedPackage & { suite: string }>> {
  const names = new Set(installed.map(({ name }) => name));
  const wanted = new Set(installed.map(keyOf));
  const architectures = new Set(
    installed.map(({ architecture }) => architecture).filter((each) => each !== "all"),
  );
  const found = new Map<string, SignedPackage & { suite: string }>();
  for (const { release, components } of suites) {
    const indices = [...architectures, ...(release.separateAll ? ["all"] : [])];
    for (const component of components) {
      for (const architecture of indices) {
        onStep(`reading ${release.suite} ${component} ${architecture}`);
        for await (const entry of packagesIn(release, { component, architecture }, (name) =>
          names.has(name),
        )) {
          const key = keyOf(entry);
          if (!wanted.has(key) || found.has(key)) continue;
          const others = places.filter((place) => place !== release.place);
          found.set(key, { entry, places: [release.place, ...others], suite: release.suite });
        }
      }
    }
  }
  return found;
}

function keyOf({ name, version, architecture }: Wanted): string {
  return `${name} ${version} ${architecture}`;
}
