/** Objects of a published release that the engine would delete or replace without a change of the release's state. */
import { isAllowed } from "../config/allow";
import { isShared, type ReleaseState } from "../config/release";
import { listSome } from "../facts/words";
import { guardOf, type ReleaseChanges } from "./releases";
import { HARM } from "./interpret";
import type { Publication, Statement } from "./statement";

/** Objects that users start machines from, and their parts. */
const USED = ["image", "snapshot", "gallery version"];

/**
 * The stack file is one reason for a replacement, and the guard sees it; a refresh that found another object, a newer version of a
 * provider and a hand in the state are others, which only the steps tell. They cost users the same.
 *
 * @param facts of the steps
 */
export function lossesIn(
  facts: readonly Statement[],
  { standings, statements, named, have }: ReleaseChanges,
): { statements: Statement[]; guards: Publication["guards"] } {
  // A version that a closing deleted is made anew, and nobody loses anything by that.
  const isThere = (version: string, cloud = "") => have?.images[version]?.[cloud] !== undefined || !have;
  const isHad = (version: string) =>
    [standings.before, standings.after].every((each) =>
      isShared((each.get(version)?.state ?? "") as ReleaseState),
    );
  const isTold = ({ release, cloud, regions = [] }: Statement) =>
    statements.some(
      (each) =>
        each.kind === "delete-published" &&
        each.release === release &&
        (each.cloud === undefined || each.cloud === cloud) &&
        (each.regions === undefined || regions.every((region) => each.regions?.includes(region))),
    );
  const lost = facts.filter(
    (fact) =>
      ["replace", "delete"].includes(fact.kind) &&
      USED.includes(fact.object ?? "") &&
      fact.release !== undefined &&
      isHad(fact.release) &&
      isThere(fact.release, fact.cloud) &&
      !isTold(fact),
  );
  const places = new Map<string, Statement[]>();
  for (const fact of lost) {
    const key = `${fact.release} ${fact.cloud}`;
    places.set(key, [...(places.get(key) ?? []), fact]);
  }
  const found = [...places.values()].map((each) => lossOf(each, named));
  return {
    statements: found.map(({ statement }) => statement),
    guards: found.flatMap(({ guards }) => guards),
  };
}

function lossOf(facts: readonly Statement[], named: readonly string[]) {
  const [{ release = "", cloud = "" } = {}] = facts;
  const regions = [...new Set(facts.flatMap((fact) => fact.regions ?? []))].sort();
  const kind = "delete-published";
  const isNamed = isAllowed(named, kind, release);
  const where = regions.length > 0 ? ` in ${listSome(regions)}` : "";
  const again = facts.some((fact) => fact.kind === "replace") ? " and made anew" : "";
  const says = `${release}: the images${where} of ${cloud} are deleted${again}, for another reason than the stack file`;
  return {
    statement: {
      ...{ kind, release, ...HARM, guarded: { kind, named: isNamed } },
      ...(cloud !== "" && { cloud }),
      ...(regions.length > 0 && { regions }),
    } satisfies Statement,
    guards: isNamed ? [] : [guardOf({ kind, version: release }, says)],
  };
}
