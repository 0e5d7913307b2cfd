/** Facts about releases from the state of a publisher's stack: unsigned. */
import type { CurrentAccess, ImageAccess } from "../config/access";
import type { Ledger } from "../config/ledger";
import type { Cloud } from "../facts/clouds";
import type { Architecture } from "../config/release";
import type { Availability } from "./model";

export interface StackFacts {
  readonly stack: string;
  readonly product: string;
  /** Of the stack file, where there is one. */
  readonly variant?: string;
  /** Contents of each variant, by its name. */
  readonly contents?: Readonly<Record<string, string>>;
  readonly description?: string;
  readonly ledger: Ledger;
  /** Who has which images. */
  readonly access: CurrentAccess["images"];
}

/** Who has an image of a release, by region. */
export function accessIn(
  { access }: StackFacts,
  { version, cloud, architecture }: { version: string; cloud: Cloud; architecture: Architecture },
): ReadonlyMap<string, ImageAccess> {
  const regions = access[version]?.[cloud] ?? {};
  return new Map(
    Object.entries(regions).flatMap(([region, byArchitecture]) => {
      const found = byArchitecture[architecture];
      return found === undefined ? [] : [[region, found] as const];
    }),
  );
}

/** How much of it is published: the names of accounts are not. */
export function availabilityOf(access: ImageAccess | undefined): Availability {
  if (access === undefined) return "gone";
  if (access.has.includes("public")) return "everyone";
  if (access.has.length > 0) return "named";
  return (access.may ?? []).length > 0 ? "unsure" : "nobody";
}
