import { digestsOf, isSameDisk } from "../config/disk-digests";
import { ARCHITECTURES, type Architecture, compareVersions } from "../config/release";
import type { Image } from "../config/image-file";
import { imageFileIn, type SignedRecord } from "../trust/records";
import type { Catalogue, CatalogueImage, CatalogueProduct, CatalogueRelease } from "./model";
import { changesBetween, packagesIn } from "./packages";
import { placesOf } from "./places";
import { recordPath, sbomPath } from "./paths";
import type { StackFacts } from "./stack-facts";
import { stackOf, stateOf } from "./state";
import { variantsOf } from "./variants";

/** A bill of materials, as found by its name. */
export interface SbomFile {
  /** As the user knows it. */
  readonly file: string;
  readonly text: string;
}

export interface CatalogueSources {
  /** Verified, each with the notice that withdraws it. */
  readonly records: readonly SignedRecord[];
  readonly stacks: readonly StackFacts[];
  /** By the SHA-256 that a record says. */
  readonly sboms: ReadonlyMap<string, SbomFile>;
  readonly now: Date;
}

/**
 * The products of verified records, with what the stacks' state adds.
 *
 * @throws {TrustProblem} for a bill of materials that is not the signed one
 */
export function productsOf(sources: CatalogueSources): CatalogueProduct[] {
  const newestFirst = [...sources.records].sort((a, b) => compareVersions(versionIn(b), versionIn(a)));
  const byProduct = new Map<string, CatalogueRelease[]>();
  for (const record of newestFirst) {
    const release = releaseOf(record, sources);
    if (release === undefined) continue;
    byProduct.set(release.product, [...(byProduct.get(release.product) ?? []), release]);
  }
  return [...byProduct.keys()].sort().map((name) => {
    const releases = withChanges(byProduct.get(name) ?? []);
    const stack = sources.stacks.find(({ product }) => product === name);
    return productOf(name, releases, stack);
  });
}

function productOf(
  name: string,
  releases: readonly CatalogueRelease[],
  stack: StackFacts | undefined,
): CatalogueProduct {
  const { publisher, provenance } = releases[0]!;
  const variants = variantsOf(releases, stack);
  const current = variants.find(({ isOwn }) => isOwn)?.current;
  return {
    ...{ name, publisher, provenance, releases, variants },
    ...(stack?.description !== undefined && { description: stack.description }),
    ...(current && { current }),
  };
}

function releaseOf(record: SignedRecord, sources: CatalogueSources): CatalogueRelease | undefined {
  const stack = stackOf(record, sources.stacks);
  const state = stateOf(record, stack, sources.now);
  if (state === undefined) return undefined;
  const { product, version, variant, publisher, provenance, finishedOn } = record.statement.predicate;
  const { images } = imageFileIn(record);
  return {
    ...{ product, version, publisher, provenance, ...state },
    variant,
    signedOn: finishedOn,
    images: ARCHITECTURES.flatMap((architecture) => {
      const image = images[architecture];
      return image === undefined ? [] : [imageOf(record, { architecture, image, stack, sources })];
    }),
    record: recordPath(product, version),
    ...(record.withdrawal && { notice: recordPath(product, version, "withdrawn") }),
  };
}

interface Described {
  readonly architecture: Architecture;
  readonly image: Image;
  readonly stack: StackFacts | undefined;
  readonly sources: CatalogueSources;
}

function imageOf(record: SignedRecord, { architecture, image, stack, sources }: Described): CatalogueImage {
  const { product, version, verificationSummaries = [] } = record.statement.predicate;
  const { file, size, bootMode, input, policy, sbom } = image;
  const digests = digestsOf(image);
  const isMeasured = verificationSummaries.some(({ subject }) =>
    subject.some(({ digest }) => isSameDisk(digest, digests)),
  );
  const measured = isMeasured ? "measured" : policy && "declared";
  const found = sbom && sources.sboms.get(sbom.sha256);
  return {
    architecture,
    disk: { file, size, ...digests, bootMode },
    input: typeof input === "object" ? input.signer.fingerprint : "unsigned",
    ...(measured && { policy: measured }),
    places: placesOf(record.statement, { version, architecture }, stack),
    ...(sbom &&
      found && {
        packages: {
          file: sbomPath(product, version, architecture),
          sha256: sbom.sha256,
          entries: packagesIn(found.text, found.file, sbom.sha256),
        },
      }),
  };
}

/** Each image with what changed since the release of its variant before that has a list of packages. */
function withChanges(newestFirst: readonly CatalogueRelease[]): CatalogueRelease[] {
  return newestFirst.map((release, index) => ({
    ...release,
    images: release.images.map((image) => {
      const { packages, architecture } = image;
      if (packages === undefined) return image;
      for (const older of newestFirst.slice(index + 1)) {
        if (older.variant !== release.variant) continue;
        const before = older.images.find((other) => other.architecture === architecture)?.packages;
        if (before !== undefined)
          return { ...image, changes: changesBetween(before.entries, packages.entries, older.version) };
      }
      return image;
    }),
  }));
}

/** Releases that are left out: staged ones, which are nobody's but the publisher's. */
export function stagedIn({ records, stacks, now }: CatalogueSources): string[] {
  return records
    .filter((record) => stateOf(record, stackOf(record, stacks), now) === undefined)
    .map(({ statement: { predicate } }) => `${predicate.product} ${predicate.version}`);
}

/** The newest date that it tells of: a feed's own. */
export function newestDate({ products, builtOn }: Pick<Catalogue, "products" | "builtOn">): string {
  const dates = products.flatMap(({ releases }) =>
    releases.flatMap(({ signedOn, withdrawnOn }) =>
      [signedOn, withdrawnOn].filter((date) => date !== undefined),
    ),
  );
  return dates.sort().at(-1) ?? builtOn;
}

function versionIn({ statement }: SignedRecord): string {
  return statement.predicate.version;
}
