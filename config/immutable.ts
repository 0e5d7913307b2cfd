/**
 * What images were made with and cannot change, by their own state: the ledger is written before an image is replaced, so after an
 * `up` that failed it says what never came true; and that of version 0.1 says nothing of it. Pure.
 */
import type { CurrentAccess, ReadState } from "./access";
import type { Ledger, ImmutableValues } from "./ledger";
import type { Architecture } from "./release";

/** What one image of a release is made of, as the cloud tells it; `undefined`: the cloud says none. */
export interface ObservedImage {
  readonly version: string;
  readonly architecture: Architecture;
  readonly values: Readonly<Record<string, string | undefined>>;
}

export type ImmutableReader = (state: ReadState) => ObservedImage[];

/** By architecture and name of the value: every value that an image has; empty text is none. */
export type ObservedValues = Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;

/** By version and cloud. */
export type ByRelease<T> = Readonly<Record<string, Readonly<Record<string, T>>>>;

/** What is there, and what was there when the ledger took over what is wanted now. */
export interface KnownImages {
  /** By the images; absent: nothing is known of them, not even whether they are there. */
  readonly seen?: ObservedValues;
  /** What an `up` was to replace, whether it did or not. */
  readonly formerly?: ObservedValues;
}

/** What is known besides the ledger of the images of one release. */
export function knownImagesOf(have: CurrentAccess | undefined, version: string, cloud: string): KnownImages {
  const [seen, formerly] = [have?.made?.[version]?.[cloud], have?.formerly?.[version]?.[cloud]];
  return { ...(have?.made && { seen: seen ?? {} }), ...(formerly && { formerly }) };
}

/** One value that is not what is wanted. */
export interface Difference {
  readonly architecture: string;
  readonly name: string;
  /** What the images are, in part at least. */
  readonly is: readonly string[];
  readonly wanted: string;
}

/**
 * Name of a value that no image has: a digest of all that it was asked for; wanted: of all that it may have been asked for, with
 * commas. It tells what a list that a cloud adds to cannot.
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
 * What is to be made anew, on one cloud.
 *
 * @param old what the ledger says; absent: it was written before that was kept
 */
export function differencesOf(
  old: ImmutableValues | undefined,
  wanted: ImmutableValues,
  { seen, formerly }: KnownImages,
): Difference[] {
  return Object.entries(wanted).flatMap(([architecture, values]): Difference[] => {
    const before = old?.[architecture];
    const there = seen?.[architecture];
    // No image is there that could be replaced, whatever was meant.
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
 * What decides is what an image was made with, and not what a cloud tells of it today, which drifts (a description) and is spelled
 * otherwise (`West Europe`): of several values that it may have been made with, it tells which.
 */
function originalOf(seen: string, meant: readonly string[] | undefined): readonly string[] {
  if (meant === undefined) return [seen];
  const same = meant.filter((value) => equalsIgnoringSpelling(value, seen));
  return same.length > 0 ? same : meant;
}

/**
 * Lists to which Google adds by itself: features (it did to Debian's images), a place where nobody named one; licences are told as URLs.
 * Where no ledger says what it was asked for, and no digest of that, only what is missing there was surely not asked for.
 */
const ADDED_TO = new Set(["guestOsFeatures", "storageLocations", "licenses"]);

/**
 * Whether an image that has one list may have been asked for the other.
 *
 * @param asked whether all that it was asked for is what is wanted; absent: not known
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

/** Absent: not known. */
function isRequested(was: readonly string[] | undefined, wanted: string | undefined): boolean | undefined {
  const [digest] = was ?? [];
  return digest === undefined || digest === "" || wanted === undefined
    ? undefined
    : wanted.split(", ").includes(digest);
}

/** Constants in a list (`GVNIC, UEFI_COMPATIBLE`) have no order; ledgers of older versions have that of the stack file. */
function sameValue(one: string, other: string): boolean {
  return inOrder(one) === inOrder(other);
}

function inOrder(value: string): string {
  return /^[A-Z0-9_]+(, [A-Z0-9_]+)+$/.test(value) ? value.split(", ").sort().join(", ") : value;
}

/** Azure spells regions and ids as it likes. */
function equalsIgnoringSpelling(one: string, other: string): boolean {
  const sound = (value: string) => inOrder(value).toLowerCase().replace(/\s/g, "");
  return sound(one) === sound(other);
}

/** What the next `up` must know of what this one is to replace, since the ledger will say then that it was. */
export function formerValuesOf(
  old: Ledger,
  now: Ledger,
  have: CurrentAccess | undefined,
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
