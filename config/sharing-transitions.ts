/** Changes of a container's sharing (a gallery) that the cloud would refuse in the middle of an `up`. Pure. */
import { CLOUDS, type Cloud } from "../facts/clouds";
import { listSome } from "../facts/words";
import type { CurrentAccess } from "./access";
import type { Ledger, ReleaseEntry } from "./ledger";
import { replacedImages } from "./lifecycle";
import { isShared } from "./release";
import { CLOUD_CONFIGS } from "./clouds";

/** At most one per cloud: the container is common to all releases. */
export function sharingTransitions(
  old: Ledger,
  now: Ledger,
  have?: CurrentAccess,
): { version: string; message: string }[] {
  return CLOUDS.flatMap((cloud) => {
    const rule = CLOUD_CONFIGS[cloud].sharedAsAWhole;
    const wanted = Object.assign({}, ...Object.values(now).map((entry) => entry.sharedAs?.[cloud])) as Modes;
    if (rule === undefined) return [];
    for (const [version, before] of Object.entries(old)) {
      const had = before.sharedAs?.[cloud] ?? toldByAudience(version, before, now[version], cloud, have);
      for (const [whole, from] of Object.entries(had)) {
        const message = wanted[whole] === undefined ? undefined : rule.refused(whole, from, wanted[whole]);
        if (message !== undefined) return [{ version, message: `${cloud}: ${message}` }];
        // The last `up` may have been to open it and failed before.
        const was = isOpen(cloud, have) ? from : rule.with([]);
        const left = openedWith(whole, was, wanted[whole], rule.with([]), goneFrom(cloud, old, now, have));
        if (left !== undefined) return [{ version, message: `${cloud}: ${left}` }];
      }
    }
    return [];
  });
}

/** True if anyone certainly has access to the container or anything in it; absent `have`: as far as known. */
function isOpen(cloud: Cloud, have: CurrentAccess | undefined): boolean {
  if (have === undefined) return true;
  const regions = Object.values(have.images).flatMap((clouds) => Object.values(clouds[cloud] ?? {}));
  return regions.some((places) => Object.values(places).some(({ has, around = has }) => around.length > 0));
}

/**
 * Removed releases whose images exist until the engine deletes them, which is last; absent `have`: as far as known.
 */
function goneFrom(cloud: Cloud, old: Ledger, now: Ledger, have: CurrentAccess | undefined): string[] {
  const there =
    have === undefined
      ? Object.entries(old).flatMap(([version, { audience }]) => (audience[cloud] ? [version] : []))
      : Object.entries(have.images).flatMap(([version, clouds]) => (clouds[cloud] ? [version] : []));
  return there.filter((version) => now[version] === undefined);
}

/** New grantees of the container would see what is about to be deleted. */
function openedWith(
  whole: string,
  from: string,
  to: string | undefined,
  closed: string,
  gone: readonly string[],
): string | undefined {
  if (from !== closed || to === undefined || to === closed || gone.length === 0) return undefined;
  return (
    `${whole} is opened while the line of ${listSome(gone)} is gone, and what is deleted would be seen before it is; take the ` +
    "sharing back for one `up`, or put the line back for one"
  );
}

type Modes = Readonly<Record<string, string>>;

/**
 * For ledgers written before `sharedAs` was kept: releases that are not, or no longer, shared give no information.
 */
function toldByAudience(
  version: string,
  before: ReleaseEntry,
  after: ReleaseEntry | undefined,
  cloud: Cloud,
  have: CurrentAccess | undefined,
): Modes {
  const audience = before.audience[cloud];
  if (audience === undefined || after === undefined || !isShared(before.state)) return {};
  // In another place now, where nothing is shared yet.
  if (
    replacedImages(version, before, after, have).some((change) => "cloud" in change && change.cloud === cloud)
  )
    return {};
  const mode = CLOUD_CONFIGS[cloud].sharedAsAWhole?.with(Object.values(audience).flat());
  const wholes = Object.keys(after.sharedAs?.[cloud] ?? {});
  return mode === undefined ? {} : Object.fromEntries(wholes.map((whole) => [whole, mode]));
}
