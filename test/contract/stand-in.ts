/**
 * One test for each record of a cloud: the stand-in's response equals the real cloud's, or the difference is
 * declared.
 */
import { differences, type Exchange, type Played } from "./exchange";

export type Plays = Map<string, Played>;

/** @param played the stand-in's responses by the records' ids, set in `beforeAll` */
export function compareAll(recorded: readonly Exchange[], played: () => Plays): void {
  test("the stand-in is asked for every record, and for nothing else", () => {
    const wanted = recorded.filter(({ unplayed }) => unplayed === undefined).map(({ id }) => id);
    expect([...played().keys()].sort()).toEqual([...wanted].sort());
  });

  test.each(
    recorded.filter(({ unplayed }) => unplayed === undefined).map((exchange) => [exchange.id, exchange]),
  )("%s", (id, exchange) => {
    const answer = played().get(id);
    if (!answer) throw new Error(`the stand-in was not asked for ${id}`);
    const found = differences(exchange, answer);
    const declared = exchange.differs ?? {};
    const undeclared = Object.entries(found).filter(([place]) => !(place in declared));
    const stale = Object.keys(declared).filter((place) => !(place in found));
    // Undeclared: correct the stand-in, or give the reason in `differs`. Stale: the stand-in was corrected; remove
    // the entry.
    expect({ undeclared: Object.fromEntries(undeclared), stale }).toEqual({ undeclared: {}, stale: [] });
  });
}

/** Sends the requests in this order and returns the responses. */
export async function playAll(steps: Record<string, () => Promise<Played>>): Promise<Plays> {
  const played: Plays = new Map();
  for (const [id, step] of Object.entries(steps)) played.set(id, await step());
  return played;
}
