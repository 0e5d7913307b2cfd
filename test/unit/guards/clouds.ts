/** Clouds as strangers see them, and the faults of calls to them. */
import type { Random } from "./random";

/** A call that failed; the caller does not learn if the cloud took effect all the same. */
export class Failed extends Error {}
/** Engine and plugins are gone: the operation under way records nothing. */
export class Killed extends Error {}

/** Current access, as `aws 1.0.0 eu-central-1 x86_64 public`. */
export type Seen = ReadonlySet<string>;

export class Clouds {
  /** Grantees by place. */
  private readonly shares = new Map<string, Set<string>>();
  /** Regions of a gallery version, by its place. */
  private readonly versions = new Map<string, Set<string>>();
  private readonly gallery = new Set<string>();
  private trouble: Random | undefined;
  private readonly tried = new Set<string>();

  /** @param look receives everything visible to strangers, after each call */
  constructor(private readonly look: (seen: Seen) => void) {}

  /** @param random absent: no more faults */
  troubled(random: Random | undefined): void {
    this.trouble = random;
  }

  /** Multiplies the probability of each fault. */
  weight = 1;

  sharedWith(place: string): Set<string> {
    return place === GALLERY ? this.gallery : known(this.shares, place);
  }

  /** From now on a cloud may have let these in, as far as a caller can know. */
  begin(place: string, grantees: readonly string[]): void {
    for (const one of grantees) this.tried.add(`${place} ${one}`);
  }

  give(place: string, grantee: string): void {
    this.call(() => this.sharedWith(place).add(grantee));
  }

  take(place: string, grantee: string): void {
    this.call(() => this.sharedWith(place).delete(grantee));
  }

  /** Without regions: the version is deleted. */
  replicate(version: string, regions: readonly string[]): void {
    this.call(() => this.versions.set(version, new Set(regions)));
  }

  regionsOf(version: string): string[] {
    return [...known(this.versions, version)];
  }

  seen(): Seen {
    const images = [...this.shares].flatMap(([place, who]) => [...who].map((each) => `${place} ${each}`));
    const versions = [...this.versions].flatMap(([version, regions]) => {
      const [release, architecture] = version.split(" ");
      const places = [...regions].map((region) => `azure ${release} ${region} ${architecture}`);
      return places.flatMap((place) => [...this.gallery].map((each) => `${place} ${each}`));
    });
    return new Set([...images, ...versions]);
  }

  /** True if a cloud was ever asked to give access to this. */
  wasTried(what: string): boolean {
    return this.tried.has(what);
  }

  /** @throws {Failed} @throws {Killed} */
  private call(effect: () => unknown): void {
    const random = this.trouble;
    const [happens, fails, ends] = [
      random === undefined || !random.chance(0.04 * this.weight),
      random?.chance(0.06 * this.weight) ?? false,
      random?.chance(0.04 * this.weight) ?? false,
    ];
    const undo = this.copy();
    effect();
    for (const one of this.seen()) this.tried.add(one);
    for (const one of this.gallery) this.tried.add(`${GALLERY} ${one}`);
    if (happens) this.look(this.seen());
    else undo();
    if (ends) throw new Killed();
    if (fails || !happens) throw new Failed();
  }

  /** @returns a function that restores the present state */
  private copy(): () => void {
    const copyOf = (map: Map<string, Set<string>>) =>
      [...map].map(([key, set]) => [key, new Set(set)] as const);
    const [shares, versions, gallery] = [copyOf(this.shares), copyOf(this.versions), [...this.gallery]];
    return () => {
      for (const [map, before] of [
        [this.shares, shares],
        [this.versions, versions],
      ] as const) {
        map.clear();
        for (const [key, set] of before) map.set(key, set);
      }
      this.gallery.clear();
      for (const one of gallery) this.gallery.add(one);
    };
  }
}

export const GALLERY = "gallery";

function known(map: Map<string, Set<string>>, key: string): Set<string> {
  const found = map.get(key) ?? new Set<string>();
  map.set(key, found);
  return found;
}
