/** Finds leftovers of crashes, lost states or manual changes on every cloud, and deletes them in the right order. */
import { CloudFailure } from "../../clouds/failure";
import type { CloudSections } from "../../config/clouds";
import { type Cloud, CLOUDS, onEachCloud } from "../../facts/clouds";
import { SoFar } from "../collector";
import { CLOUD_AUDITS, cloudsOf } from "../clouds";
import { type Found, inDeletionOrder, idsKnownTo, type Leftover } from "./leftover";
import type { SearchPlaces, Sweep } from "./input";

/** Search places of the stack file, in addition to those in the state; the only ones when the state is empty. */
export type Places = Partial<Record<Cloud, SearchPlaces>>;

export async function searchPlacesOf(sections: Partial<CloudSections>): Promise<Places> {
  const places = onEachCloud<CloudSections, SearchPlaces | Promise<SearchPlaces>>(
    sections,
    (cloud, section) => CLOUD_AUDITS[cloud].searchPlaces(section),
  );
  return Object.fromEntries(
    await Promise.all(places.map(async ([cloud, each]) => [cloud, await each] as const)),
  );
}

export interface SweepResult {
  readonly found: readonly Found[];
  /** Inspected objects: `{ regions: 17, buckets: 1 }`. */
  readonly looked: Readonly<Record<string, number>>;
  readonly unasked: readonly string[];
}

/** @param onDelay called once for each cloud that does not answer at once */
export async function findLeftovers({
  onDelay,
  onLook,
  places,
  ...wanted
}: Omit<Sweep, "known" | "collector" | "places"> & {
  readonly places: Places;
  readonly onDelay?: (line: string) => void;
  /** Called with what was inspected so far. */
  readonly onLook?: (line: string) => void;
}): Promise<SweepResult> {
  const known = idsKnownTo(wanted.deployment);
  const stated = cloudsOf(wanted.deployment);
  const soFar = new SoFar(onLook);
  const done = await Promise.all(
    CLOUDS.filter((cloud) => stated.includes(cloud) || cloud in places).map(async (cloud) => {
      const collector = soFar.collector(cloud, onDelay);
      const { sweep } = CLOUD_AUDITS[cloud].load();
      return { found: await sweep({ ...wanted, places: places[cloud] ?? {}, known, collector }), collector };
    }),
  );
  return {
    found: inDeletionOrder(done.flatMap(({ found }) => found)),
    looked: Object.assign({}, ...done.map(({ collector }) => collector.counts)) as Record<string, number>,
    unasked: done.flatMap(({ collector }) => collector.failures),
  };
}

export interface Deleted {
  readonly deleted: readonly Leftover[];
  /** One line for each object that still exists. */
  readonly problems: readonly string[];
}

/** Sequentially in rank order: containers after their content. A refusal does not stop the rest. */
export async function deleteLeftovers(
  found: readonly Found[],
  onDeleted: (leftover: Leftover) => void = () => undefined,
): Promise<Deleted> {
  const deleted: Leftover[] = [];
  const problems: string[] = [];
  for (const { leftover, remove } of inDeletionOrder(found)) {
    try {
      await remove();
      deleted.push(leftover);
      onDeleted(leftover);
    } catch (error) {
      if (!(error instanceof CloudFailure) || error.kind === "cancelled") throw error;
      problems.push(error.message);
    }
  }
  return { deleted, problems };
}
