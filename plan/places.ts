import { listWords } from "../facts/words";
import type { Statement } from "./statement";

/** Shorter lists are repeated: they read faster than a reference. */
const REPEATED = 3;

/** Where the statements of one rendering apply. A long list of regions is written out once, and counted from then on. */
export class Places {
  /** The lists written so far, by cloud. */
  private readonly listed = new Map<string, (readonly string[])[]>();

  /** ` in eu-central-1`, ` in 3 regions: a, b, c`, ` in the same 17 regions`; "": no regions. */
  describe(preposition: string, { regions = [], cloud = "" }: Pick<Statement, "regions" | "cloud">): string {
    const where = preposition === "" ? "" : ` ${preposition}`;
    const named = regions.filter((region) => region !== "global");
    if (named.length === 0) return "";
    if (named.length === 1) return `${where} ${named[0]}`;
    if (named.length <= REPEATED) return `${where} ${named.length} regions: ${named.join(", ")}`;
    const before = this.listed.get(cloud) ?? [];
    this.listed.set(cloud, [...before, named]);
    const [known] = before
      .filter((list) => list.every((region) => named.includes(region)))
      .sort((a, b) => b.length - a.length);
    const more = named.filter((region) => !known?.includes(region));
    if (known === undefined || more.length > REPEATED)
      return `${where} ${named.length} regions: ${named.join(", ")}`;
    if (more.length === 0) return `${where} the same ${named.length} regions`;
    return `${where} ${named.length} regions: the same ${known.length} and ${listWords(more)}`;
  }
}
