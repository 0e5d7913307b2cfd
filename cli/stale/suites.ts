import { openPlace } from "../../archive/place";
import type { Offer } from "../../archive/preferences";
import { ArchiveProblem } from "../../archive/problem";
import { openSuite, type ReleaseFile } from "../../archive/release-file";
import { type Offers, offersOf, type System } from "../../archive/upgrades";
import type { Sbom } from "../../config/sbom";
import type { Surroundings } from "./options";
import type { SystemSbom } from "./sboms";

type Source = Sbom["aptSources"][number];

/** A suite with what it offers of the packages of all images, or why it could not be read. */
export type ReadSuite =
  | { readonly release: ReleaseFile; readonly offersIn: (components: readonly string[]) => Offers }
  | { readonly problem: string };

export interface Archives {
  /** Empty: each source's own URI. */
  readonly archives: readonly string[];
  readonly keyring: { readonly file: string; readonly parts: readonly Buffer[] };
}

/** A source without its components. */
export function sourceName({ uri, suite }: Source): string {
  return `${uri} ${suite}`;
}

/** Reads each suite of all images once, by {@link sourceName}. */
export async function readSuites(
  sboms: readonly SystemSbom[],
  archives: Archives,
  { now, onStep }: Pick<Surroundings, "now" | "onStep">,
): Promise<ReadonlyMap<string, ReadSuite>> {
  const sources = sboms.flatMap(({ aptSources }) => aptSources);
  const read = new Map<string, ReadSuite>();
  for (const source of sources) {
    const name = sourceName(source);
    if (read.has(name)) continue;
    const components = sources
      .filter((other) => sourceName(other) === name)
      .flatMap((each) => each.components);
    const systems = sboms.filter(({ aptSources }) => aptSources.some((other) => sourceName(other) === name));
    const job = { source, components: [...new Set(components)], systems };
    read.set(name, await readSuite(job, archives, { now, onStep }));
  }
  return read;
}

interface Job {
  source: Source;
  components: readonly string[];
  systems: readonly System[];
}

async function readSuite(
  { source: { uri, suite }, components, systems }: Job,
  { archives, keyring }: Archives,
  { now, onStep }: Pick<Surroundings, "now" | "onStep">,
): Promise<ReadSuite> {
  try {
    onStep(`reading ${suite}`);
    const places = (archives.length > 0 ? archives : [uri]).map((each) => openPlace(each));
    const release = await openSuite(suite, places, { keyring, now });
    const unknown = suite.endsWith("/")
      ? []
      : components.filter((each) => !release.components.includes(each));
    if (unknown.length > 0)
      throw new ArchiveProblem(
        `${release.place.name}: ${suite} has no component ${unknown.join(" and ")}, only ${release.components.join(", ")}; correct the image's apt sources, or name the archive that has it with --archive`,
      );
    const offers = await offersOf(systems, { release, host: hostOf(uri) }, components, onStep);
    return { release, offersIn: (components) => within(offers, components) };
  } catch (error) {
    if (!(error instanceof ArchiveProblem)) throw error;
    return { problem: error.message };
  }
}

/** Of these components; a flat archive has none. */
function within(offers: Offers, components: readonly string[]): Offers {
  const isWanted = ({ component }: Offer) => component === "" || components.includes(component);
  return new Map([...offers].map(([key, all]) => [key, all.filter(isWanted)]));
}

function hostOf(uri: string): string {
  return URL.canParse(uri) ? new URL(uri).hostname : "";
}
