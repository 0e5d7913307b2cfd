/**
 * The resources of an `up` that matter to users: those that share and close, as the state names them, and the calls
 * of each operation to the clouds. The real handlers call real clouds; the order of calls here is the same.
 */
import { awsGranteesIn } from "../../../config/aws/access";
import { azureRegionsOf, hasGalleryVersion, isGalleryShared } from "../../../config/azure/audience";
import { closedSince, galleryGranteesIn } from "../../../config/azure/access";
import { accessBefore, unfinishedSharing } from "../../../config/access";
import type { Ledger } from "../../../config/ledger";
import type { StackConfig } from "../../../config/stack";
import { closedNow } from "../../../provider/azure/region-closing";
import { type Clouds, Failed, GALLERY } from "./clouds";

export type Bag = Readonly<Record<string, unknown>>;

/** An operation failed and left a partial state, which is kept. */
export class Partial_ extends Error {
  constructor(readonly outputs: Bag) {
    super();
  }
}

export interface Desired {
  readonly type: string;
  readonly name: string;
  /** Name of the closing whose count this resource takes as `closings`. */
  readonly closedBy?: string;
  readonly inputs: Bag;
  /** Creates or updates. @throws {Partial_} */
  apply(clouds: Clouds, old: Bag | undefined, inputs: Bag, isBegun?: boolean): Bag;
  remove(clouds: Clouds, old: Bag): void;
  /** For a closing: removes all access to its place. */
  close?(clouds: Clouds): void;
  /** Keys of resources; unless they succeed this one is not run. */
  readonly needs?: readonly string[];
  /** State that a refresh reads; `undefined`: it is gone. Absent: a refresh reads nothing of it. */
  refresh?(clouds: Clouds, old: Bag): Bag | undefined;
}

const nothing = { apply: (_: Clouds, __: Bag | undefined, inputs: Bag) => inputs, remove: () => undefined };

export function desiredBy(config: StackConfig, ledger: Ledger): { closings: Desired[]; others: Desired[] } {
  const closings: Desired[] = [];
  const isShared = config.azure !== undefined && isGalleryShared(config.azure);
  const others: Desired[] = config.azure ? [gallery(isShared)] : [];
  for (const [version, { audience, digests, state }] of Object.entries(ledger)) {
    others.push({ type: "imprimatur:component:Release", name: `demo-${version}`, inputs: {}, ...nothing });
    for (const architecture of Object.keys(digests)) {
      const name = `demo-${version}-${architecture}`;
      for (const [region, who] of Object.entries(audience.aws ?? {})) {
        const place = `aws ${version} ${region} ${architecture}`;
        closings.push(closing("imprimatur:aws:ImageClosing", `${name}-${region}`, place, who));
        others.push(image("aws:ec2/amiCopy:AmiCopy", `${name}-${region}`, place));
        others.push(awsSharing(`${name}-${region}`, place, who));
      }
      if (audience.gcp) {
        const everywhere = audience.gcp.global ?? [];
        const place = `gcp ${version} global ${architecture}`;
        closings.push(closing("imprimatur:gcp:ImageClosing", name, place, everywhere));
        others.push(image("gcp:compute/image:Image", name, place));
        others.push(...everywhere.map((who) => gcpMember(name, place, who)));
      }
      if (config.azure) {
        const allowed = hasGalleryVersion(config.azure, state);
        const each = `${version} ${architecture}`;
        closings.push(versionClosing(name, each, allowed));
        closings.push(regionClosing(name, each, azureRegionsOf(config.azure, { state }), allowed));
        if (allowed) others.push(...galleryVersion(name, each, Object.keys(audience.azure ?? {})));
      }
    }
  }
  const { community, subscriptions = [], tenants = [] } = config.azure?.gallery.sharing ?? {};
  const inputs = { community: community !== undefined, subscriptions, tenants };
  const who = galleryGranteesIn(inputs);
  if (!config.azure) return { closings, others };
  closings.push(closing("imprimatur:azure:GalleryClosing", "demo-gallery", GALLERY, who));
  const hidden = Object.entries(ledger).flatMap(([version, { digests, state }]) =>
    config.azure && !hasGalleryVersion(config.azure, state)
      ? Object.keys(digests).map((architecture) => `${version} ${architecture}`)
      : [],
  );
  const publications = others
    .filter(({ type }) => type === "imprimatur:azure:VersionPublication")
    .map(({ type, name }) => `${type} ${name}`);
  if (who.length > 0) others.push(gallerySharing(inputs, hidden, publications));
  return { closings, others };
}

/** Deleting it removes all access to it. */
function image(type: string, name: string, place: string): Desired {
  const remove = (clouds: Clouds) => {
    for (const one of [...clouds.sharedWith(place)]) clouds.take(place, one);
  };
  return { type, name, inputs: {}, apply: nothing.apply, remove };
}

/** Removes all access beyond the wanted, never fails, and counts. */
function closing(type: string, name: string, place: string, who: readonly string[]): Desired {
  return {
    type,
    name,
    inputs: { who, ...spelledFor(type, who) },
    apply(clouds, old, inputs, isBegun) {
      const had = [...((old?.who ?? []) as string[]), ...((old?.openFor ?? []) as string[])];
      const from = had.filter((candidate) => !who.includes(candidate));
      const before = (old?.closings as number | undefined) ?? 0;
      const open = (old?.openFor as string[] | undefined) ?? [];
      const isInDoubt = isBegun === true || open.length > 0;
      if (from.length === 0) return { ...inputs, closings: before + (isInDoubt ? 1 : 0), openFor: [] };
      const count = { ...inputs, closings: before + 1 };
      try {
        for (const one of clouds.sharedWith(place)) if (!who.includes(one)) clouds.take(place, one);
      } catch (error) {
        // As far as a caller can know, they had access.
        clouds.begin(place, from);
        if (error instanceof Failed) return { ...count, openFor: from };
        throw error;
      }
      return { ...count, openFor: [] };
    },
    remove: () => undefined,
    close(clouds) {
      for (const one of [...clouds.sharedWith(place)]) clouds.take(place, one);
    },
  };
}

/** The grantees in the form of each cloud's closing. */
function spelledFor(type: string, who: readonly string[]): Bag {
  const others = who.filter((each) => each !== "public");
  if (type.startsWith("imprimatur:aws:")) return spelledForAws(who);
  if (type.startsWith("imprimatur:gcp:"))
    return { members: who.map((grantee) => (grantee === "public" ? "allAuthenticatedUsers" : grantee)) };
  const permissions = who.includes("public") ? "Community" : who.length > 0 ? "Groups" : "Private";
  return { permissions, subscriptions: others, tenants: [] };
}

function spelledForAws(who: readonly string[]): Bag {
  return {
    public: who.includes("public"),
    accounts: who.filter((each) => /^\d/.test(each)),
    organizations: who.filter((each) => each.includes(":organization/")),
    organizationalUnits: who.filter((each) => each.includes(":ou/")),
  };
}

/** A gallery that others see must not have a version that they are not to have: it is deleted. */
function versionClosing(name: string, version: string, allowed: boolean): Desired {
  return {
    type: "imprimatur:azure:VersionClosing",
    name,
    inputs: { allowed },
    apply(clouds, old, inputs, isBegun) {
      const before = (old?.closings as number | undefined) ?? 0;
      const open = (old?.openFor as string[] | undefined) ?? [];
      const isToClose = !allowed && (old === undefined || old.allowed === true || open.length > 0);
      const isInDoubt = isBegun === true || open.length > 0;
      if (!isToClose || (old === undefined && clouds.regionsOf(version).length === 0))
        return { ...inputs, closings: before + (isInDoubt && allowed ? 1 : 0), openFor: [] };
      const count = { ...inputs, closings: before + 1 };
      try {
        clouds.replicate(version, []);
      } catch (error) {
        if (error instanceof Failed) return { ...count, openFor: ["whoever had it"] };
        throw error;
      }
      return { ...count, openFor: [] };
    },
    remove: () => undefined,
    close(clouds) {
      if (clouds.regionsOf(version).length > 0) clouds.replicate(version, []);
    },
  };
}

/**
 * Removes a version from the regions where it is not to be; the book-keeping is that of
 * provider/azure/region-closing.ts.
 */
function regionClosing(name: string, version: string, regions: readonly string[], allowed: boolean): Desired {
  const type = "imprimatur:azure:RegionClosing";
  return {
    type,
    name: `${name}-regions`,
    inputs: { regions, allowed },
    apply(clouds, old, inputs, isBegun) {
      const open = (old?.openFor as string[] | undefined) ?? [];
      const had = [...((old?.regions as string[] | undefined) ?? []), ...open];
      const from = had.filter((each) => !regions.includes(each));
      const before = (old?.closings as number | undefined) ?? 0;
      const isInDoubt = isBegun === true || open.length > 0;
      const closings = before + (from.length > 0 || isInDoubt ? 1 : 0);
      const told = (openFor: readonly string[]) => {
        const next = { ...inputs, closings, openFor };
        return { ...next, closedRegions: closedNow(old ?? {}, next) };
      };
      if (from.length === 0 || !allowed) return told([]);
      try {
        const there = clouds.regionsOf(version);
        const stay = there.filter((each) => regions.includes(each));
        if (stay.length < there.length) clouds.replicate(version, stay);
      } catch (error) {
        if (error instanceof Failed) return told(from);
        throw error;
      }
      return told([]);
    },
    remove: () => undefined,
    close: () => undefined,
  };
}

function awsSharing(name: string, place: string, who: readonly string[]): Desired {
  return {
    type: "imprimatur:aws:ImageSharing",
    name,
    closedBy: `imprimatur:aws:ImageClosing ${name}`,
    inputs: spelledForAws(who),
    apply: (clouds, old, inputs) =>
      shareWhole(clouds, place, old, inputs, [awsGranteesIn(old ?? {}), awsGranteesIn(inputs)]),
    remove: (clouds) => shareAs(clouds, place, []),
    refresh(clouds, old) {
      return { ...old, ...spelledForAws([...clouds.sharedWith(place)]), unfinished: undefined };
    },
  };
}

/** Azure does not make a shared gallery private: it has to be reset first. */
function gallery(isShared: boolean): Desired {
  return {
    type: "azure-native:compute:Gallery",
    name: "demo-gallery",
    inputs: { isShared },
    apply(clouds, _old, inputs) {
      if (!isShared && clouds.sharedWith(GALLERY).size > 0) throw new Failed();
      return inputs;
    },
    remove: () => undefined,
  };
}

const GALLERY_KEY = "azure-native:compute:Gallery demo-gallery";

/**
 * @param hidden versions that others are not to see: access is given only after they are gone
 * @param publications those of the versions that others are to see: access is given only once they are in their
 * regions
 */
function gallerySharing(inputs: Bag, hidden: readonly string[], publications: readonly string[]): Desired {
  return {
    type: "imprimatur:azure:GallerySharing",
    name: "demo-gallery",
    closedBy: "imprimatur:azure:GalleryClosing demo-gallery",
    inputs,
    apply(clouds, old, inputs) {
      if (hidden.some((version) => clouds.regionsOf(version).length > 0)) throw new Failed();
      const grantees = [galleryGranteesIn(old ?? {}), galleryGranteesIn(inputs)] as const;
      return shareWhole(clouds, GALLERY, old, inputs, [...grantees]);
    },
    remove: (clouds) => shareAs(clouds, GALLERY, []),
    needs: [GALLERY_KEY, ...publications],
    refresh(clouds, old) {
      const seen = [...clouds.sharedWith(GALLERY)];
      const subscriptions = seen.filter((found) => found !== "public");
      return { ...old, community: seen.includes("public"), subscriptions, unfinished: undefined };
    },
  };
}

/** Sets the whole list of grantees: provider/aws/image-sharing.ts, provider/azure/gallery-sharing.ts. */
function shareWhole(
  clouds: Clouds,
  place: string,
  old: Bag | undefined,
  inputs: Bag,
  [former, wanted]: readonly [string[], string[]],
): Bag {
  const before = accessBefore(old ?? {}, inputs, former);
  clouds.begin(place, wanted);
  try {
    shareAs(clouds, place, wanted);
    return inputs;
  } catch (error) {
    if (!(error instanceof Failed)) throw error;
    throw new Partial_({ ...inputs, unfinished: unfinishedSharing(before, wanted) });
  }
}

function shareAs(clouds: Clouds, place: string, wanted: readonly string[]): void {
  const have = [...clouds.sharedWith(place)];
  for (const one of have) if (!wanted.includes(one)) clouds.take(place, one);
  for (const one of wanted) if (!have.includes(one)) clouds.give(place, one);
}

function gcpMember(image: string, place: string, who: string): Desired {
  return {
    type: "imprimatur:gcp:ImageMember",
    name: `${image}-${who.replace(":", "-")}`,
    closedBy: `imprimatur:gcp:ImageClosing ${image}`,
    inputs: { member: who === "public" ? "allAuthenticatedUsers" : who },
    apply(clouds, _old, inputs) {
      clouds.give(place, who);
      return inputs;
    },
    remove: (clouds) => clouds.take(place, who),
    refresh: (clouds, old) => (clouds.sharedWith(place).has(who) ? old : undefined),
  };
}

/** Created in the home region, then replicated to the others. */
function galleryVersion(name: string, version: string, regions: readonly string[]): Desired[] {
  const targets = (names: readonly string[]) => ({ targetRegions: names.map((name) => ({ name })) });
  const home = regions.slice(0, 1);
  return [
    {
      type: "azure-native:compute:GalleryImageVersion",
      name,
      inputs: { publishingProfile: targets(home) },
      apply(clouds, old, inputs) {
        // Of an existing version the PUT is refused.
        if (old === undefined)
          clouds.replicate(version, [...new Set([...clouds.regionsOf(version), ...home])]);
        return inputs;
      },
      remove: (clouds) => clouds.replicate(version, []),
      needs: [GALLERY_KEY],
      refresh: (clouds, old) => (clouds.regionsOf(version).length > 0 ? old : undefined),
    },
    {
      type: "imprimatur:azure:VersionPublication",
      name,
      closedBy: `imprimatur:azure:VersionClosing ${name}`,
      inputs: targets(regions),
      apply(clouds, old, inputs) {
        const names = (bag: Bag) =>
          ((bag.targetRegions ?? []) as { name: string }[]).map((each) => each.name);
        const had = accessBefore(old ?? {}, inputs, names(old ?? {}));
        const isClosed = closedSince(old ?? {}, inputs);
        const before = { has: had.has.filter((region) => !isClosed(region)), may: had.may };
        try {
          const now = clouds.regionsOf(version);
          clouds.replicate(version, [...now, ...regions]);
          if (now.some((candidate) => !regions.includes(candidate))) clouds.replicate(version, regions);
          return inputs;
        } catch (error) {
          if (!(error instanceof Failed)) throw error;
          throw new Partial_({ ...inputs, unfinished: unfinishedSharing(before, regions) });
        }
      },
      needs: [`azure-native:compute:GalleryImageVersion ${name}`],
      refresh(clouds, old) {
        const there = clouds.regionsOf(version);
        return there.length > 0 ? { ...old, ...targets(there), unfinished: undefined } : undefined;
      },
      remove(clouds) {
        if (clouds.regionsOf(version).length > 0) clouds.replicate(version, home);
      },
    },
  ];
}
