/** Transitions between two ledgers that are never made, whatever is allowed; each is reported with its cure. Pure. */
import { identityTag } from "../facts/disk-identity";
import { CLOUDS, isCloud } from "../facts/clouds";
import { listSome } from "../facts/words";
import type { CurrentAccess } from "./access";
import type { Ledger, ImmutableValues, ReleaseEntry } from "./ledger";
import { replacedImages, formatDifference, versionsOf } from "./lifecycle";
import { differencesOf, type ObservedValues, knownImagesOf } from "./immutable";
import { sharingTransitions } from "./sharing-transitions";
import { CLOUD_CONFIGS } from "./clouds";

/** A transition that is never made, with its cure. */
interface ForbiddenTransition {
  readonly version: string;
  readonly message: string;
}

/**
 * Transitions that are never made, whatever is allowed.
 *
 * @param have current access and values at creation by the objects' own state; absent: only the old ledger is known
 */
export function forbiddenTransitions(old: Ledger, now: Ledger, have?: CurrentAccess): ForbiddenTransition[] {
  const ofReleases = versionsOf(old, now).flatMap((version): ForbiddenTransition[] => {
    const [before, after] = [old[version], now[version]];
    if (before === undefined) return [];
    const message =
      after === undefined ? illegalRemoval(version, before) : illegalChange(version, before, after, have);
    return message === undefined ? [] : [{ version, message }];
  });
  return [...ofReleases, ...sharingTransitions(old, now, have)];
}

function illegalRemoval(version: string, before: ReleaseEntry): string | undefined {
  if (!before.protected) return undefined;
  if (before.state === "deprecated" || before.state === "withdrawn") {
    return (
      `the line of ${version} is gone, and it had \`protect: true\`; put the line back without that, run \`pulumi up\`, ` +
      "and remove it then"
    );
  }
  return (
    `the line of ${version} is gone, and it was ${before.state} and protected; put the line back with ` +
    "`state: withdrawn` (or deprecated), run `pulumi up`, and remove it then"
  );
}

function illegalChange(
  version: string,
  before: ReleaseEntry,
  after: ReleaseEntry,
  have: CurrentAccess | undefined,
): string | undefined {
  const clash = Object.keys(before.digests).find(
    (candidate) =>
      after.digests[candidate] !== undefined && after.digests[candidate] !== before.digests[candidate],
  );
  if (clash !== undefined) {
    return (
      `${version} was made of other bytes on ${clash} (${identityTag(before.digests[clash]!)}) than its image file now says ` +
      `(${identityTag(after.digests[clash]!)}); give the new build a version of its own, or restore the image file`
    );
  }
  const dropped = Object.keys(before.digests).find((candidate) => after.digests[candidate] === undefined);
  if (dropped !== undefined && before.protected) {
    return `${version} has no ${dropped} image any more, and it is protected while it is ${before.state}; restore the image file`;
  }
  if (after.state === "staged" && before.state !== "staged") {
    return `${version} was ${before.state} and cannot be staged again: users may have it; use \`state: withdrawn\` to take it back`;
  }
  if (before.state === "withdrawn" && after.state !== "withdrawn") {
    if (after.reason === undefined)
      return `${version} was withdrawn; to make it ${after.state} again, say why: add \`reason: …\` to its line`;
    if (after.reason === before.reason)
      return `${version} was withdrawn with the reason ${JSON.stringify(before.reason)}; to make it ${after.state} again, say why in a new \`reason\``;
  }
  return (
    changeOfUnknown(version, before, after, have) ??
    lossWhileProtected(version, before, after, have) ??
    changeOfFixed(version, before, after, have) ??
    changeOfHome(version, before, after, have)
  );
}

/**
 * Version 0.1 recorded no values at creation, nor did its engine: the next change is compared with what is wanted, so
 * on the first one some images would be replaced and others not.
 */
function changeOfUnknown(
  version: string,
  before: ReleaseEntry,
  after: ReleaseEntry,
  have: CurrentAccess | undefined,
): string | undefined {
  const changes = Object.entries(after.made ?? {}).flatMap(([cloud, wanted]) => {
    if (before.made?.[cloud] !== undefined) return [];
    const differences = differencesOf(undefined, wanted, knownImagesOf(have, version, cloud));
    return differences.map((difference) => `${formatDifference(difference)} on ${cloud}`);
  });
  if (changes.length === 0) return undefined;
  return (
    `${[...new Set(changes)].join("; ")}: ${version} was made by an older version, and images cannot change that; take the ` +
    "change back (where the stack file did not change, somebody changed the image: put it back there and run `pulumi refresh`), " +
    "run `pulumi up` once with this version, and make the change then"
  );
}

/** The cloud would refuse it in the middle of the `up`, in words that name no key of a stack file. */
function changeOfFixed(
  version: string,
  before: ReleaseEntry,
  after: ReleaseEntry,
  have: CurrentAccess | undefined,
): string | undefined {
  // Another place has its own definition, where nothing is fixed yet.
  const elsewhere = replacedImages(version, before, after, have).map((change) =>
    change.kind === "delete-published" ? change.cloud : undefined,
  );
  const changes = Object.entries(after.fixed ?? {}).flatMap(([cloud, wanted]) => {
    if (elsewhere.includes(cloud)) return [];
    const old = before.fixed?.[cloud] ?? onlyOf(have?.fixed?.[version]?.[cloud]);
    return Object.entries(wanted).flatMap(([architecture, values]) => {
      const was = old[architecture] ?? {};
      return Object.keys(values)
        .filter((name) => was[name] !== undefined && was[name] !== values[name])
        .map((name) => `${name} from ${was[name]} to ${values[name]} on ${cloud}`);
    });
  });
  if (changes.length === 0) return undefined;
  return (
    `${version} cannot change ${listSome([...new Set(changes)])}: the cloud keeps what it was made with; take the change ` +
    "back, leave the region out for one `up`, or give the definition another name"
  );
}

/** A change that the cloud would refuse half-way, leaving images of both kinds. */
function changeOfHome(
  version: string,
  before: ReleaseEntry,
  after: ReleaseEntry,
  have: CurrentAccess | undefined,
): string | undefined {
  for (const cloud of CLOUDS) {
    const refused = CLOUD_CONFIGS[cloud].home;
    const wanted = after.made?.[cloud];
    if (refused === undefined || wanted === undefined) continue;
    const differences = differencesOf(before.made?.[cloud], wanted, knownImagesOf(have, version, cloud));
    const there = Object.keys(have?.images[version]?.[cloud] ?? before.audience[cloud] ?? {});
    const message = refused(differences, there, Object.keys(after.audience[cloud] ?? {}));
    if (message !== undefined) return `${version} ${message}`;
  }
  return undefined;
}

/** Values from the state where no ledger has them: version 0.1's. */
function onlyOf(seen: ObservedValues = {}): ImmutableValues {
  return Object.fromEntries(
    Object.entries(seen).map(([architecture, values]) => [
      architecture,
      Object.fromEntries(
        Object.entries(values).flatMap(([name, [value]]) => (value === undefined ? [] : [[name, value]])),
      ),
    ]),
  );
}

/** The engine would refuse it too, but later and without the cure. */
function lossWhileProtected(
  version: string,
  before: ReleaseEntry,
  after: ReleaseEntry,
  have: CurrentAccess | undefined,
): string | undefined {
  if (!before.protected || after.state === "withdrawn") return undefined;
  const left = Object.entries(before.audience).flatMap(([cloud, audience]) => {
    const now = after.audience[cloud];
    if (now === undefined) return [`the images on ${cloud} are deleted`];
    const regions = Object.keys(audience).filter((region) => now[region] === undefined);
    if (regions.length === 0 || !isCloud(cloud) || !CLOUD_CONFIGS[cloud].hasImagePerRegion) return [];
    return [`the images in ${listSome(regions)} of ${cloud} are deleted`];
  });
  const anew = replacedImages(version, before, after, have).flatMap((each) =>
    "what" in each ? [each.what] : [],
  );
  const losses = [...left, ...anew];
  if (losses.length === 0) return undefined;
  return (
    `${losses.join("; ")}, and ${version} is protected while it is ${before.state}; take the change back, or say ` +
    "`protect: false` on its line for one `up` first"
  );
}
