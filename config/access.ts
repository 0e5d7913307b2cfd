/**
 * Who has which images now, by the state of the objects themselves: what a guard compares with what is wanted. A ledger says what
 * was meant, and is written before anything is shared. Pure.
 */
import { type BegunClosings, inDoubt, keyOf, type SeenClosing, type SeenClosings } from "./begun";
import { type ByRelease, observedValuesIn, type ImmutableReader, type ObservedValues } from "./immutable";
import type { Architecture } from "./release";
import { ARCHITECTURES } from "./release";

/** One image in one region. */
export interface ImageAccess {
  /** Who besides the owner surely has it; `public` is everyone. */
  readonly has: readonly string[];
  /** Who may have it, or did until it was taken away in part: all of `has`, and more. Absent: `has`. */
  readonly may?: readonly string[];
  /** Who surely sees the whole that it is in, where it may be gone from there itself. Absent: `has`, or there is no whole. */
  readonly around?: readonly string[];
}

/** By region and architecture: images that are there, also where nobody has them. */
export type AccessByPlace = Readonly<Record<string, Readonly<Record<string, ImageAccess>>>>;

export interface CurrentAccess {
  /** By version and cloud. */
  readonly images: Readonly<Record<string, Readonly<Record<string, AccessByPlace>>>>;
  /** Regions that published releases were to come to by the last `up`, by version and cloud, whether they did or not. */
  readonly coming?: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
  /** What the images that are there were made with. Absent: not known. */
  readonly made?: ByRelease<ObservedValues>;
  /** The closings of the stack. Absent: there are none, or nobody asked for them. */
  readonly closings?: SeenClosings;
  /** What images were made with that the last `up` was to replace, whether it did or not. */
  readonly formerly?: ByRelease<ObservedValues>;
  /** What their cloud never changes of what they are in, nor of their replicas. Absent: not known. */
  readonly fixed?: ByRelease<ObservedValues>;
}

/** A resource in the stack's state, as the engine tells a program of it. */
export interface StateResource {
  /** `imprimatur:aws:ImageSharing` */
  readonly type: string;
  /** `demo-20261120.0-x86_64-eu-central-1` */
  readonly name: string;
  readonly outputs: Readonly<Record<string, unknown>>;
}

/** What a resource of a release is about. */
export interface ImageName {
  readonly version: string;
  readonly architecture: Architecture;
  /** What comes after the architecture: a region, a member. */
  readonly rest: string;
}

/** A resource with what its name says. */
export type NamedResource = StateResource & ImageName;

/** An image that a cloud's reader found. */
export interface AccessEntry extends ImageAccess {
  readonly version: string;
  readonly architecture: Architecture;
  readonly region: string;
}

/** What the reader of one cloud is given. */
export interface ReadState {
  /** Resources of this type whose name says what they are about. */
  readonly ofImages: (...types: readonly string[]) => NamedResource[];
  /** All resources of this type. */
  readonly ofType: (...types: readonly string[]) => StateResource[];
  /** From whom this closing may have taken its place when it was killed: what shares the place does not know. */
  readonly doubtOf: (closing: Pick<StateResource, "type" | "name">) => readonly string[];
}

export type AccessReader = (state: ReadState) => AccessEntry[];

/** Who may have the place of a closing by its inputs, by the closing's type. */
export type ClosingReaders = Readonly<
  Record<string, (properties: StateResource["outputs"]) => readonly string[]>
>;

const RELEASE = "imprimatur:component:Release";
const LIFECYCLE = "imprimatur:index:Lifecycle";

/**
 * @param state what the last `up` left in the stack's state, done or not
 * @param readers one for each cloud
 * @param makers one for each cloud too; absent: what images were made with is not asked
 * @param fixers one for each cloud that never changes something; absent: that is not asked
 */
export function currentAccessIn(
  state: readonly StateResource[],
  readers: Readonly<Record<string, AccessReader>>,
  makers?: Readonly<Record<string, ImmutableReader>>,
  fixers?: Readonly<Record<string, ImmutableReader>>,
  closers?: ClosingReaders,
): CurrentAccess {
  const [guard] = state.filter(({ type }) => type === LIFECYCLE);
  const product = guard?.name;
  // The guard comes before everything: without it there is nothing that could be shared.
  if (product === undefined) return { images: {} };
  const versions = state
    .filter(({ type, name }) => type === RELEASE && name.startsWith(`${product}-`))
    .map(({ name }) => name.slice(product.length + 1))
    // The longest first: `1.0-1` begins with another version.
    .sort((a, b) => b.length - a.length);
  const ofType = (...types: readonly string[]) => state.filter(({ type }) => types.includes(type));
  const ofImages = (...types: readonly string[]) =>
    ofType(...types).flatMap((resource) => {
      const named = imageNamed(resource.name, product, versions);
      return named === undefined ? [] : [{ ...resource, ...named }];
    });
  const begun = guard?.outputs.begun as BegunClosings | undefined;
  const doubtOf: ReadState["doubtOf"] = (closing) => {
    const key = keyOf(closing);
    const [found] = state.filter((candidate) => keyOf(candidate) === key);
    return found === undefined ? [] : inDoubt(begun, key, countIn(found.outputs));
  };
  const images: Record<string, Record<string, Record<string, Record<string, ImageAccess>>>> = {};
  for (const [cloud, read] of Object.entries(readers)) {
    for (const { version, region, architecture, has, may, around } of read({ ofType, ofImages, doubtOf })) {
      const regions = ((images[version] ??= {})[cloud] ??= {});
      (regions[region] ??= {})[architecture] = { has, ...(may && { may }), ...(around && { around }) };
    }
  }
  const coming = guard?.outputs.coming as CurrentAccess["coming"];
  const formerly = guard?.outputs.formerly as CurrentAccess["formerly"];
  return {
    images,
    ...(coming && Object.keys(coming).length > 0 && { coming }),
    ...(makers && { made: observedValuesIn({ ofType, ofImages, doubtOf }, makers) }),
    ...(fixers && { fixed: observedValuesIn({ ofType, ofImages, doubtOf }, fixers) }),
    ...(closers && { closings: closingsIn(state, closers) }),
    ...(formerly && Object.keys(formerly).length > 0 && { formerly }),
  };
}

function closingsIn(state: readonly StateResource[], closers: ClosingReaders): SeenClosings {
  const seen = state.flatMap((resource): [string, SeenClosing][] => {
    const may = closers[resource.type]?.(resource.outputs);
    if (may === undefined) return [];
    const open = textsIn(resource.outputs.openFor);
    return [[keyOf(resource), { closings: countIn(resource.outputs), may: [...new Set([...may, ...open])] }]];
  });
  return Object.fromEntries(seen);
}

/** @param versions the longest first */
function imageNamed(name: string, product: string, versions: readonly string[]): ImageName | undefined {
  const version = versions.find((version) => name.startsWith(`${product}-${version}-`));
  if (version === undefined) return undefined;
  const rest = name.slice(`${product}-${version}-`.length);
  const architecture = ARCHITECTURES.find(
    (architecture) => rest === architecture || rest.startsWith(`${architecture}-`),
  );
  return architecture && { version, architecture, rest: rest.slice(architecture.length + 1) };
}

/**
 * Who has something by what the resource says that shares it.
 *
 * @param sharing what an operation that failed leaves of it says `unfinished`: who surely, and who perhaps
 * @param closing what takes the same place away from people; the sharing is true while both count the same closings
 * @param doubt from whom that may have taken it unseen
 */
export function accessBy(
  grantees: readonly string[],
  sharing: StateResource["outputs"],
  closing: StateResource["outputs"] | undefined,
  doubt: readonly string[] = [],
): ImageAccess {
  const open = textsIn(closing?.openFor);
  const { has: told, may } = unfinishedIn(sharing) ?? { has: grantees, may: grantees };
  const has = told.filter((grantee) => !doubt.includes(grantee));
  if (isAfterLastClosing(sharing, closing)) return imageAccess(has, [...may, ...open]);
  // A number that no closing has: nobody knows how it ended.
  return imageAccess([], countIn(sharing) < 0 ? [...may, ...open] : open);
}

/** Whether what a resource keeps of its place was true after the last closing of it. */
export function isAfterLastClosing(
  sharing: StateResource["outputs"],
  closing: StateResource["outputs"] | undefined,
): boolean {
  return countIn(sharing) === countIn(closing);
}

/** Absent `may`: nobody but who surely has it. */
export function imageAccess(has: readonly string[], may: readonly string[]): ImageAccess {
  const more = [...new Set([...has, ...may])];
  return more.length > has.length ? { has, may: more } : { has };
}

/** Of what failed half-way: see {@link unfinishedSharing}. */
export function unfinishedIn(
  outputs: StateResource["outputs"],
): { has: readonly string[]; may: readonly string[] } | undefined {
  const value = outputs.unfinished as { has?: unknown; may?: unknown } | null | undefined;
  if (value === null || typeof value !== "object") return undefined;
  return { has: textsIn(value.has), may: textsIn(value.may) };
}

/**
 * Who has a place as an operation on it begins: by what the last one left, and nobody for certain where it was closed since then.
 *
 * @param had by what was wanted then
 */
export function accessBefore(
  old: StateResource["outputs"],
  wanted: StateResource["outputs"],
  had: readonly string[],
): { has: readonly string[]; may: readonly string[] } {
  const told = unfinishedIn(old) ?? { has: had, may: had };
  return countIn(old) === countIn(wanted) ? told : { has: [], may: told.may };
}

/**
 * What an operation leaves behind that ended in the middle, from one set to another: who was in both still is, and whoever was in
 * one of them may be.
 */
export function unfinishedSharing(
  before: { readonly has: readonly string[]; readonly may: readonly string[] },
  wanted: readonly string[],
): { has: string[]; may: string[] } {
  return {
    has: before.has.filter((grantee) => wanted.includes(grantee)).sort(),
    may: [...new Set([...before.may, ...wanted])].sort(),
  };
}

/** Whether the place that is shared is open still that its closing was to close: see `Closing.open`. */
export function isLeftOpen({ open }: StateResource["outputs"]): boolean {
  return typeof open === "string" && open !== "";
}

/** Whether everybody who is wanted surely has it: nothing has to be done for them. What was closed since was told to fail just now. */
export function grantsNobodyNew(
  old: StateResource["outputs"],
  wanted: StateResource["outputs"],
  granteesIn: (outputs: StateResource["outputs"]) => readonly string[],
): boolean {
  const has = unfinishedIn(old)?.has ?? granteesIn(old);
  return (
    countIn(wanted) === countIn(old) + 1 && granteesIn(wanted).every((candidate) => has.includes(candidate))
  );
}

function countIn(outputs: StateResource["outputs"] | undefined): number {
  return typeof outputs?.closings === "number" ? outputs.closings : 0;
}

export function textsIn(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((text): text is string => typeof text === "string") : [];
}
