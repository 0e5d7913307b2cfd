/**
 * Immutable values that images were created with, from their own state. The ledger is written before an image is
 * replaced, so after a failed `up` it holds values that never came true, and version 0.1's has none. Pure.
 */
import type { Ledger, ImmutableValues } from "./ledger";
import type { Architecture } from "./release";
import type { ReadState } from "./state-resource";

/** Immutable values of one image as its cloud returns them; `undefined`: the cloud returns none. */
export interface ObservedImage {
  readonly version: string;
  readonly architecture: Architecture;
  readonly values: Readonly<Record<string, string | undefined>>;
}

export type ImmutableReader = (state: ReadState) => ObservedImage[];

/** By architecture and name of the value: all values of an image; an empty text means none. */
export type ObservedValues = Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;

/** By version and cloud. */
export type ByRelease<T> = Readonly<Record<string, Readonly<Record<string, T>>>>;

/** Values of all images that are known apart from the ledger. */
export interface KnownValues {
  /** Values the existing images were created with. Absent: unknown. */
  readonly made?: ByRelease<ObservedValues>;
  /** Values of images that the last `up` was to replace, done or not. */
  readonly formerly?: ByRelease<ObservedValues>;
}

/** Values of the existing images, and those from when the ledger was last overwritten. */
interface KnownImages {
  /** From the images; absent: unknown, even whether images exist. */
  readonly seen?: ObservedValues;
  /** Values an `up` was to replace, done or not. */
  readonly formerly?: ObservedValues;
}

/** Known values of one release's images, apart from the ledger. */
export function knownImagesOf(have: KnownValues | undefined, version: string, cloud: string): KnownImages {
  const [seen, formerly] = [have?.made?.[version]?.[cloud], have?.formerly?.[version]?.[cloud]];
  return { ...(have?.made && { seen: seen ?? {} }), ...(formerly && { formerly }) };
}

/** One value that differs from the wanted one. */
export interface Difference {
  readonly architecture: string;
  readonly name: string;
  /** Values that at least some of the images have. */
  readonly is: readonly string[];
  readonly wanted: string;
}

/**
 * Name of a pseudo-value: a digest of the whole request for an image; wanted: of all possible requests,
 * comma-separated. It decides where a list that the cloud adds to cannot.
 */
export const REQUEST_DIGEST = "asked for";

/** @param readers one for each cloud */
export function observedValuesIn(
  state: ReadState,
  readers: Readonly<Record<string, ImmutableReader>>,
): ByRelease<ObservedValues> {
  const made: Record<string, Record<string, Record<string, Record<string, string[]>>>> = {};
  for (const [cloud, read] of Object.entries(readers)) {
    for (const { version, architecture, values } of read(state)) {
      const seen = (((made[version] ??= {})[cloud] ??= {})[architecture] ??= {});
      for (const [name, value = ""] of Object.entries(values))
        seen[name] = [...new Set([...(seen[name] ?? []), value])].sort();
    }
  }
  return made;
}

/**
 * Values whose difference forces replacement, on one cloud.
 *
 * @param old from the ledger; absent: written before values were kept
 */
export function differencesOf(
  old: ImmutableValues | undefined,
  wanted: ImmutableValues,
  { seen, formerly }: KnownImages,
): Difference[] {
  return Object.entries(wanted).flatMap(([architecture, values]): Difference[] => {
    const before = old?.[architecture];
    const there = seen?.[architecture];
    // No image exists that could be replaced.
    if (seen !== undefined && there === undefined) return [];
    const names = [...new Set([...Object.keys(before ?? there ?? {}), ...Object.keys(values)])].filter(
      (name) => name !== REQUEST_DIGEST,
    );
    const asked = isRequested(there?.[REQUEST_DIGEST], values[REQUEST_DIGEST]);
    return names.flatMap((name): Difference[] => {
      const former = formerly?.[architecture]?.[name] ?? [];
      const meant = before && [...former, before[name] ?? ""];
      const want = values[name] ?? "";
      const is = there?.[name]?.flatMap((value) => originalOf(value, meant)) ?? meant ?? [];
      const isSame = (value: string) =>
        meant === undefined
          ? equalsIgnoringSpelling(value, want) || (ADDED_TO.has(name) && mayBeRequested(value, want, asked))
          : sameValue(value, want);
      const others = [...new Set(is)].filter((value) => !isSame(value));
      return others.length === 0 ? [] : [{ architecture, name, is: others, wanted: want }];
    });
  });
}

/**
 * The value at creation decides, not the one a cloud returns today, which drifts (a description) or is spelled
 * differently (`West Europe`): the latter selects among several possible values at creation.
 */
function originalOf(seen: string, meant: readonly string[] | undefined): readonly string[] {
  if (meant === undefined) return [seen];
  const same = meant.filter((value) => equalsIgnoringSpelling(value, seen));
  return same.length > 0 ? same : meant;
}

/**
 * Lists that Google extends by itself: features (seen on Debian's images), a storage location where none was
 * requested; licences are returned as URLs. Without a ledger entry or request digest, only values missing from such a
 * list are known not to have been requested.
 */
const ADDED_TO = new Set(["guestOsFeatures", "storageLocations", "licenses"]);

/**
 * True if an image that has one list may have been requested with the other.
 *
 * @param asked true if the whole request equals the wanted one; absent: unknown
 */
function mayBeRequested(list: string, wanted: string, asked: boolean | undefined): boolean {
  if (asked === true) return true;
  const [words, wantedWords] = [wordsOf(list), wordsOf(wanted)];
  const holds = wantedWords.every((word) =>
    words.some((candidate) => equalsIgnoringSpelling(candidate, word) || candidate.endsWith(`/${word}`)),
  );
  return holds && (asked === undefined || words.length === wantedWords.length);
}

function wordsOf(list: string): string[] {
  return list.split(", ").filter((word) => word !== "");
}

/** Absent: unknown. */
function isRequested(was: readonly string[] | undefined, wanted: string | undefined): boolean | undefined {
  const [digest] = was ?? [];
  return digest === undefined || digest === "" || wanted === undefined
    ? undefined
    : wanted.split(", ").includes(digest);
}

/** Constants in a list (`GVNIC, UEFI_COMPATIBLE`) are unordered; older ledgers keep the stack file's order. */
function sameValue(one: string, other: string): boolean {
  return inOrder(one) === inOrder(other);
}

function inOrder(value: string): string {
  return /^[A-Z0-9_]+(, [A-Z0-9_]+)+$/.test(value) ? value.split(", ").sort().join(", ") : value;
}

/** Azure returns regions and ids in varying case and spacing. */
function equalsIgnoringSpelling(one: string, other: string): boolean {
  const sound = (value: string) => inOrder(value).toLowerCase().replace(/\s/g, "");
  return sound(one) === sound(other);
}

/** Values that this `up` is to replace, for the next one: the ledger will already hold the new values. */
export function formerValuesOf(
  old: Ledger,
  now: Ledger,
  have: KnownValues | undefined,
): ByRelease<ObservedValues> {
  const formerly: Record<string, Record<string, Record<string, Record<string, readonly string[]>>>> = {};
  for (const [version, { made = {} }] of Object.entries(now)) {
    for (const [cloud, wanted] of Object.entries(made)) {
      const before = old[version]?.made?.[cloud];
      for (const { architecture, name, is } of differencesOf(
        before,
        wanted,
        knownImagesOf(have, version, cloud),
      ))
        (((formerly[version] ??= {})[cloud] ??= {})[architecture] ??= {})[name] = is;
    }
  }
  return formerly;
}
