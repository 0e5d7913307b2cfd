/** Who had a release before a change: by the objects' own state where it is known, else by what the stack said last. Pure. */
import type { CurrentAccess } from "./access";
import type { Audience, ReleaseEntry } from "./ledger";
import { isShared } from "./release";

/** Of one release on one cloud. */
export interface Before {
  /** Who surely has every image that is wanted there: whoever is not here gains something. */
  readonly surely: Audience;
  /** Who may have any image there: whoever is not wanted any more loses something. */
  readonly perhaps: Audience;
  /** Where images are that are not wanted there any more. */
  readonly left: readonly string[];
  /** Wanted regions in which a release is not yet that users have elsewhere. */
  readonly added: readonly string[];
}

/**
 * @param before what the stack said of the release last
 * @param after what it says now
 * @param have absent: nothing is known of the objects themselves, as in plans of older versions
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
    // Another architecture of what is public becomes public with it.
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
  // Where an `up` failed as somebody was let in for the first time, a region is still to come.
  const isHalf = (places: (typeof images)[string]) =>
    Object.values(places).some(({ may }) => may !== undefined);
  const complete = Object.fromEntries(
    Object.entries(images).filter(
      ([region, places]) =>
        architectures.every((each) => places[each] !== undefined) &&
        !(coming.includes(region) && isHalf(places)),
    ),
  );
  const isThere = Object.keys(images).length > 0;
  const added = newTo(complete).filter(
    (region) => (wasOut && was[region] === undefined) || coming.includes(region),
  );
  return { surely, perhaps, left: leftOf(images), added: isThere ? added : [] };
}

/** Versions whose images are there, or were to come to a region. */
export function versionsIn(have: CurrentAccess | undefined): string[] {
  return Object.keys(have?.images ?? {});
}

function mapped<T, U>(
  record: Readonly<Record<string, T>>,
  change: (value: T) => U,
): Readonly<Record<string, U>> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
}
