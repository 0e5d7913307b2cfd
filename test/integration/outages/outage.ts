/** One place is down while everything is taken away: every other one is closed, and the open one is reported. */
import type { Place, Road, World } from "./world";

export const FAULTS = {
  "503": { kind: "error" },
  denied: { kind: "denied" },
  hang: { kind: "hang" },
  drop: { kind: "drop" },
} as const;
export type Down = keyof typeof FAULTS;
export const DOWNS = Object.keys(FAULTS) as Down[];

interface Course {
  /** Violated expectations; empty: none. */
  readonly wrong: readonly string[];
  /** Milliseconds until the slowest of the places that were not down was closed. */
  readonly others: number;
  /** Messages about the place that was down. */
  readonly told: string;
}

/** @param at the place that is down; absent: none */
export async function takeAway(world: World, road: Road, at?: Place, down: Down = "503"): Promise<Course> {
  await Promise.all(world.places.map((place) => place.open()));
  if (at) await at.cloud.fault?.({ ...FAULTS[down], ...at.which, times: 100_000 });
  const ends = await world.close(road, at);
  if (at) await at.cloud.fault?.({ kind: "clear" });
  const seen = await Promise.all(world.places.map((place) => place.isSeen()));
  const wrong: string[] = [];
  let told = "";
  for (const [index, { place, open, openFor }] of ends.entries()) {
    const isSeen = seen[index] === true;
    if (place !== at) {
      if (isSeen) wrong.push(`${place.name}: a stranger sees it still`);
      if (open !== "") wrong.push(`${place.name} is told to be open: ${open}`);
      continue;
    }
    told = open;
    if (!isSeen) wrong.push(`${place.name} is down, and a stranger sees nothing of it`);
    if (!/ is still open for .+: .+; `imprimatur up` tries again$/.test(open) || openFor.length === 0)
      wrong.push(`${place.name} is open, and what is told is ${JSON.stringify(open)}`);
  }
  const others = Math.max(...ends.filter(({ place }) => place !== at).map(({ after }) => after));
  return { wrong, others, told };
}
