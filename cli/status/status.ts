/** The published releases, by the state of a stack. Pure. */
import type { CurrentAccess, ImageAccess } from "../../config/access";
import type { Ledger } from "../../config/ledger";
import { describeProvenance, type Product } from "../../config/product";
import { compareVersions, type ReleaseState } from "../../config/release";
import { variantByVersion } from "../../config/variant";
import { type Cloud, CLOUDS } from "../../facts/clouds";

/** Regions of a cloud that the same people may use a release in. */
export interface StatusPlace {
  readonly cloud: Cloud;
  readonly architectures: readonly string[];
  readonly regions: readonly string[];
  /** Who surely may use it; `public` is everyone. Empty: nobody but its owner. */
  readonly sharedWith: readonly string[];
  /** Who perhaps may, because a change was interrupted. */
  readonly perhaps: readonly string[];
}

export interface StatusRelease {
  readonly version: string;
  readonly variant: string;
  readonly state: ReleaseState;
  readonly deprecateOn?: string;
  readonly endOfLife?: string;
  readonly reason?: string;
  readonly protected: boolean;
  readonly places: readonly StatusPlace[];
}

export interface StatusVariant {
  readonly name: string;
  /** Its contents, by the stack file. */
  readonly contents?: string;
  /** Newest release of it that is published. */
  readonly newest?: string;
}

export interface StackStatus {
  readonly stack: string;
  readonly product: string;
  /** That of the releases whose version names none. */
  readonly variant: string;
  /** Every variant that has a release here, or that the stack file describes. */
  readonly variants: readonly StatusVariant[];
  readonly provenance: string;
  /** Newest first. */
  readonly releases: readonly StatusRelease[];
  /** Places that the last `up` failed to close, a line each. */
  readonly open: readonly string[];
}

export interface StatusSources {
  readonly stack: string;
  readonly product: Product;
  readonly ledger: Ledger;
  readonly access: CurrentAccess["images"];
  readonly open: readonly string[];
}

export function statusOf({ stack, product, ledger, access, open }: StatusSources): StackStatus {
  const versions = Object.keys(ledger).sort((a, b) => compareVersions(b, a));
  return {
    ...{ stack, product: product.name, variant: product.variant, open },
    variants: variantsOf(product, versions, ledger),
    provenance: describeProvenance(product),
    releases: versions.map((version) => {
      const { state, deprecateOn, endOfLife, reason, protected: isProtected } = ledger[version]!;
      return {
        ...{ version, variant: variantByVersion(product, version), state, protected: isProtected },
        deprecateOn,
        endOfLife,
        reason,
        places: CLOUDS.flatMap((cloud) => placesOf(cloud, access[version]?.[cloud] ?? {})),
      };
    }),
  };
}

/** The product's own first. */
function variantsOf(product: Product, newestFirst: readonly string[], ledger: Ledger): StatusVariant[] {
  const names = [...new Set([product.variant, ...Object.keys(product.variants)])];
  return names.map((name) => {
    const contents = product.variants[name]?.description;
    const newest = newestFirst.find(
      (version) => variantByVersion(product, version) === name && ledger[version]!.state === "published",
    );
    return { name, contents, newest };
  });
}

/** Regions with the same grantees and architectures are one line. */
function placesOf(
  cloud: Cloud,
  regions: Readonly<Record<string, Readonly<Record<string, ImageAccess>>>>,
): StatusPlace[] {
  const groups = new Map<string, { regions: string[] } & Omit<StatusPlace, "regions">>();
  for (const region of Object.keys(regions).sort()) {
    const byGrantees = new Map<
      string,
      { architectures: string[]; has: readonly string[]; perhaps: string[] }
    >();
    for (const [architecture, { has, may = has }] of Object.entries(regions[region]!)) {
      const perhaps = may.filter((grantee) => !has.includes(grantee));
      const key = JSON.stringify([[...has].sort(), [...perhaps].sort()]);
      const group = byGrantees.get(key) ?? { architectures: [], has, perhaps };
      group.architectures.push(architecture);
      byGrantees.set(key, group);
    }
    for (const [grantees, { architectures, has, perhaps }] of byGrantees) {
      const key = `${grantees} ${architectures.sort().join()}`;
      const group = groups.get(key) ?? { cloud, architectures, sharedWith: has, perhaps, regions: [] };
      group.regions.push(region);
      groups.set(key, group);
    }
  }
  return [...groups.values()];
}
