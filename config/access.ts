/**
 * Current access to images, from the state of the access resources themselves: a guard compares this with what is
 * wanted. The ledger only records intent and is written before anything is shared. Pure.
 */
import { type BegunClosings, inDoubt, keyOf, type SeenClosing, type SeenClosings } from "./begun";
import {
  type ByRelease,
  type KnownValues,
  observedValuesIn,
  type ImmutableReader,
  type ObservedValues,
} from "./immutable";
import { type Architecture, ARCHITECTURES } from "./release";
import type { ImageName, ReadState, StateResource } from "./state-resource";

/** One image in one region. */
export interface ImageAccess {
  /** Grantees that certainly have access, the owner apart; `public` is everyone. */
  readonly has: readonly string[];
  /**
   * Grantees that may have access, or had it until a removal that did not complete: a superset of `has`. Absent:
   * equals `has`.
   */
  readonly may?: readonly string[];
  /**
   * Grantees that certainly see the container (a gallery), even if the image may be gone from it. Absent: equals
   * `has`, or there is no container.
   */
  readonly around?: readonly string[];
}

/** By region and architecture: existing images, including private ones. */
type AccessByPlace = Readonly<Record<string, Readonly<Record<string, ImageAccess>>>>;

export interface CurrentAccess extends KnownValues {
  /** By version and cloud. */
  readonly images: Readonly<Record<string, Readonly<Record<string, AccessByPlace>>>>;
  /** Regions the last `up` was to add to published releases, done or not; by version and cloud. */
  readonly coming?: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
  /** The closings of the stack. Absent: none, or not read. */
  readonly closings?: SeenClosings;
  /** Values of containers and replicas that the cloud never changes. Absent: unknown. */
  readonly fixed?: ByRelease<ObservedValues>;
  /** Ends of support that users were told of last and the ledger has no more; by version. */
  readonly announcedEnds?: Readonly<Record<string, string>>;
}

/** An image found by a cloud's reader. */
export interface AccessEntry extends ImageAccess {
  readonly version: string;
  readonly architecture: Architecture;
  readonly region: string;
}

export type AccessReader = (state: ReadState) => AccessEntry[];

/** Grantees that may keep a closing's place, from its recorded inputs; by the closing's type. */
export type ClosingReaders = Readonly<
  Record<string, (properties: StateResource["outputs"]) => readonly string[]>
>;

const RELEASE = "imprimatur:component:Release";
const LIFECYCLE = "imprimatur:index:Lifecycle";

/** How the state of a cloud's resources is read. */
export interface CloudReaders {
  /** Current access. */
  readonly access: AccessReader;
  /** Possible grantees of its closings' places. Absent: closings are not read. */
  readonly closings?: ClosingReaders;
  /** Values its images were created with. Absent: not read. */
  readonly immutable?: ImmutableReader;
  /** Values it never changes. Absent: it has none. */
  readonly neverChanged?: ImmutableReader;
}

/** @param state as the last `up` left it, complete or not */
export function currentAccessIn(
  state: readonly StateResource[],
  clouds: Readonly<Record<string, CloudReaders>>,
): CurrentAccess {
  const readers = <K extends keyof CloudReaders>(kind: K) =>
    Object.fromEntries(
      Object.entries(clouds).flatMap(([cloud, { [kind]: reader }]) =>
        reader === undefined ? [] : [[cloud, reader as NonNullable<CloudReaders[K]>]],
      ),
    );
  const [makers, fixers, closers] = [readers("immutable"), readers("neverChanged"), readers("closings")];
  const [guard] = state.filter(({ type }) => type === LIFECYCLE);
  const product = guard?.name;
  // The guard is created before everything else: without it nothing can be shared.
  if (product === undefined) return { images: {} };
  const versions = state
    .filter(({ type, name }) => type === RELEASE && name.startsWith(`${product}-`))
    .map(({ name }) => name.slice(product.length + 1))
    // Longest first: `1.0-1` begins with another version.
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
  for (const [cloud, { access: read }] of Object.entries(clouds)) {
    for (const { version, region, architecture, has, may, around } of read({ ofType, ofImages, doubtOf })) {
      const regions = ((images[version] ??= {})[cloud] ??= {});
      (regions[region] ??= {})[architecture] = { has, ...(may && { may }), ...(around && { around }) };
    }
  }
  const coming = guard?.outputs.coming as CurrentAccess["coming"];
  const formerly = guard?.outputs.formerly as CurrentAccess["formerly"];
  const announcedEnds = guard?.outputs.announcedEnds as CurrentAccess["announcedEnds"];
  return {
    images,
    ...(coming && Object.keys(coming).length > 0 && { coming }),
    ...(isAny(makers) && { made: observedValuesIn({ ofType, ofImages, doubtOf }, makers) }),
    ...(isAny(fixers) && { fixed: observedValuesIn({ ofType, ofImages, doubtOf }, fixers) }),
    ...(isAny(closers) && {
      closings: closingsIn(state, Object.assign({}, ...Object.values(closers)) as ClosingReaders),
    }),
    ...(formerly && Object.keys(formerly).length > 0 && { formerly }),
    ...(announcedEnds && Object.keys(announcedEnds).length > 0 && { announcedEnds }),
  };
}

function isAny(readers: object): boolean {
  return Object.keys(readers).length > 0;
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

/** @param versions longest first */
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
 * Grantees according to the resource that shares the place.
 *
 * @param sharing its `unfinished` output lists the certain and the possible grantees after a failed operation
 * @param closing removes grantees from the same place; the sharing is current while both have the same closing count
 * @param doubt grantees this closing may have removed without recording it
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
  // A negative count, which no closing has, marks a sharing of unknown outcome (provider/gcp/image-member.ts).
  return imageAccess([], countIn(sharing) < 0 ? [...may, ...open] : open);
}

/** True if the access that a resource recorded for its place is from after its last closing. */
export function isAfterLastClosing(
  sharing: StateResource["outputs"],
  closing: StateResource["outputs"] | undefined,
): boolean {
  return countIn(sharing) === countIn(closing);
}

/** Without `may`: only those that certainly have access. */
export function imageAccess(has: readonly string[], may: readonly string[]): ImageAccess {
  const more = [...new Set([...has, ...may])];
  return more.length > has.length ? { has, may: more } : { has };
}

/** Grantees left by an operation that failed half-way: see {@link unfinishedSharing}. */
export function unfinishedIn(
  outputs: StateResource["outputs"],
): { has: readonly string[]; may: readonly string[] } | undefined {
  const value = outputs.unfinished as { has?: unknown; may?: unknown } | null | undefined;
  if (value === null || typeof value !== "object") return undefined;
  return { has: textsIn(value.has), may: textsIn(value.may) };
}

/**
 * Grantees at the start of an operation: those the last one left, none of them certain if the place was closed since.
 *
 * @param had according to the previous inputs
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
 * Grantees after an operation that was interrupted on the way from one set to another: certain if in both, possible
 * if in either.
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

/** True if the closing of this shared place failed and it is still open: see `Closing.open`. */
export function isLeftOpen({ open }: StateResource["outputs"]): boolean {
  return typeof open === "string" && open !== "";
}

/**
 * True if the place was closed exactly once since, and every wanted grantee certainly has access: nothing has to be
 * granted. If that closing failed, the failure has just been reported.
 */
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

/** Closings of a place, as the resource that shares or closes it has them; none counts as 0. */
export function countIn(outputs: StateResource["outputs"] | undefined): number {
  return typeof outputs?.closings === "number" ? outputs.closings : 0;
}

export function textsIn(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((text): text is string => typeof text === "string") : [];
}
