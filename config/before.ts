/** Grantees of a release before a change: from the state of its objects where known, else from the ledger. Pure. */
import type { CurrentAccess } from "./access";
import type { Audience, ReleaseEntry } from "./ledger";
import { isShared } from "./release";

/** Of one release on one cloud. */
interface Before {
  /** Grantees that certainly have every wanted image there: anyone else gains access. */
  readonly surely: Audience;
  /** Grantees that may have any image there: whoever is no longer wanted loses access. */
  readonly perhaps: Audience;
  /** Regions with images that are no longer wanted there. */
  readonly left: readonly string[];
  /** Wanted regions that lack the release while users have it in others. */
  readonly added: readonly string[];
}

/**
 * @param before the release's entry in the old ledger
 * @param after its entry in the new one
 * @param have absent: the state of the objects is unknown, as in plans of older versions
 */
export function beforeOn(
  cloud: string,
  version: string,
  before: ReleaseEntry | undefined,
  after: ReleaseEntry | undefined,
  have: CurrentAccess | undefined,
): Before {
  const was = before?.audience[cloud] ?? {};
  const wanted = Object.keys(after?.audience[cloud] ?? {});
  const newTo = (regions: Readonly<Record<string, unknown>>) =>
    wanted.filter((region) => regions[region] === undefined);
  const leftOf = (regions: Readonly<Record<string, unknown>>) =>
    Object.keys(regions).filter((region) => !wanted.includes(region));
  const wasOut = before !== undefined && isShared(before.state);
  const architectures = Object.keys(after?.digests ?? {});
  if (have === undefined) {
    // A further architecture of a public release becomes public with it.
    const another = architectures.some((architecture) => before?.digests[architecture] === undefined);
    const surely = another
      ? mapped(was, (grantees) => grantees.filter((grantee) => grantee !== "public"))
      : was;
    return { surely, perhaps: was, left: leftOf(was), added: wasOut ? newTo(was) : [] };
  }
  const images = have.images[version]?.[cloud] ?? {};
  const surely = mapped(images, (places) =>
    (Object.values(places)[0]?.has ?? []).filter((grantee) =>
      architectures.every((architecture) => places[architecture]?.has.includes(grantee)),
    ),
  );
  const perhaps = mapped(images, (places) => [
    ...new Set(Object.values(places).flatMap(({ has, may = has }) => may)),
  ]);
  const coming = have.coming?.[version]?.[cloud] ?? [];
  // A region counts as still to be added if an `up` failed while granting access there for the first time.
  const isHalf = (places: (typeof images)[string]) =>
    Object.values(places).some(({ may }) => may !== undefined);
  // An image in a region that the stack file had taken out, and that nobody surely has there, is none that users have.
  const isUsers = (region: string, places: (typeof images)[string]) =>
    was[region] !== undefined || Object.values(places).some(({ has }) => has.length > 0);
  const complete = Object.fromEntries(
    Object.entries(images).filter(
      ([region, places]) =>
        architectures.every((each) => places[each] !== undefined) &&
        isUsers(region, places) &&
        !(coming.includes(region) && isHalf(places)),
    ),
  );
  const isThere = Object.keys(images).length > 0;
  const added = newTo(complete).filter(
    (region) => (wasOut && was[region] === undefined) || coming.includes(region),
  );
  return { surely, perhaps, left: leftOf(images), added: isThere ? added : [] };
}

/** Versions with existing images, or with regions still to be added. */
export function versionsIn(have: CurrentAccess | undefined): string[] {
  return Object.keys(have?.images ?? {});
}

function mapped<T, U>(
  record: Readonly<Record<string, T>>,
  change: (value: T) => U,
): Readonly<Record<string, U>> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
}
