/**
 * Statement of a signed index about a product: its target `releases.json`. Its digest is in the metadata of the `targets` role, so that
 * role's keys vouch for every word of it. docs/signed-index.md.
 */
import { z } from "zod";
import { ARCHITECTURES, type Architecture, compareVersions } from "../../config/release";
import { reasonOf, TrustProblem } from "../problem";
import { parseStrictly } from "../strict-json";

export const RELEASE_LIST = "releases.json";

/** `recorded`: signed, and the publisher's index was made without a stack's state; `deleted`: no longer in the stack. */
const INDEXED_STATES = ["published", "deprecated", "withdrawn", "deleted", "recorded"] as const;

const time = z.iso.datetime({ offset: true });

const indexedRelease = z.strictObject({
  version: z.string(),
  /** Absent: the product's own. */
  variant: z.string().optional(),
  state: z.enum(INDEXED_STATES),
  /** Why it is withdrawn or deprecated. */
  reason: z.string().optional(),
  withdrawnOn: time.optional(),
  deprecateOn: time.optional(),
  endOfLife: time.optional(),
  architectures: z.array(z.enum(ARCHITECTURES)).min(1),
  /** Target path of the signed record, and of the notice that withdraws it. */
  record: z.string(),
  notice: z.string().optional(),
});

const releaseList = z.strictObject({
  schemaVersion: z.literal(1),
  kind: z.literal("releases"),
  product: z.string(),
  publisher: z.string(),
  /** When the publisher made the list, by the clock of the machine that did. */
  madeOn: time,
  /** Whose signature the records have: public keys in PEM, or identities. */
  signers: z
    .array(
      z.union([
        z.strictObject({ publicKey: z.string() }),
        z.strictObject({ identity: z.string(), issuer: z.string() }),
      ]),
    )
    .min(1),
  /** The newest release of each variant and architecture that is published and within its support. */
  newest: z.array(
    z.strictObject({
      variant: z.string().optional(),
      architecture: z.enum(ARCHITECTURES),
      version: z.string(),
    }),
  ),
  /** Newest first. */
  releases: z.array(indexedRelease),
});

export type ReleaseList = z.infer<typeof releaseList>;
export type IndexedRelease = z.infer<typeof indexedRelease>;

/**
 * @param where the file as the user knows it
 * @throws {TrustProblem} for content that this version does not understand
 */
export function parseReleaseList(text: string | Uint8Array, where: string): ReleaseList {
  let value: unknown;
  try {
    value = parseStrictly(text);
  } catch (error) {
    throw new TrustProblem(`${where}: ${reasonOf(error)}; ask the publisher what they signed`);
  }
  const parsed = releaseList.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new TrustProblem(
    `${where}: signed, but not a list of releases that this version understands: ${issue?.path.join(".") ?? ""} ${issue?.message ?? ""}; take a newer imprimatur`,
  );
}

/** True while users may be told to start from it. */
export function isOffered({ state, endOfLife }: IndexedRelease, now: Date): boolean {
  const isOver = endOfLife !== undefined && Date.parse(endOfLife) <= now.getTime();
  return (state === "published" || state === "recorded") && !isOver;
}

/** For each variant and architecture that has a release. */
export function newestOf(releases: readonly IndexedRelease[], now: Date): ReleaseList["newest"] {
  const newest = new Map<string, ReleaseList["newest"][number]>();
  const newestFirst = [...releases].sort((a, b) => compareVersions(b.version, a.version));
  for (const release of newestFirst.filter((release) => isOffered(release, now))) {
    const { variant, version } = release;
    for (const architecture of release.architectures) {
      const place = JSON.stringify([variant, architecture]);
      if (!newest.has(place))
        newest.set(place, { ...(variant !== undefined && { variant }), architecture, version });
    }
  }
  return [...newest.values()];
}

/** The newest one that is offered with the architecture, in the same variant, when that is newer. */
export function newerIn(
  { releases }: Pick<ReleaseList, "releases">,
  release: IndexedRelease,
  { architecture, now }: { readonly architecture: Architecture | undefined; readonly now: Date },
): IndexedRelease | undefined {
  return releases
    .filter((other) => other.variant === release.variant && isOffered(other, now))
    .filter((other) => architecture === undefined || other.architectures.includes(architecture))
    .filter((other) => compareVersions(other.version, release.version) > 0)
    .sort((a, b) => compareVersions(b.version, a.version))[0];
}
