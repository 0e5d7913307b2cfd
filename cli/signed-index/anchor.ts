/** An index as a user opens it: from a root, or a trust file, that the publisher gave them. */
import { TrustProblem } from "../../trust/problem";
import { readText } from "../../trust/read-text";
import { type OpenedIndex, openIndex } from "../../trust/signed-index/client";
import { parseTrustFile } from "../../trust/signed-index/trust-file";
import { UsageProblem } from "../problem";
import type { IndexOptions } from "../verify-index";

/** Where the index is, which root it has to follow from, and of which product it has to be. */
interface Anchor {
  readonly place: string;
  readonly root: string;
  readonly rootFile: string;
  readonly product?: string;
}

/** @throws {UsageProblem} for a trust file without an address, and none given */
export function anchorOf({ index, root, trust }: IndexOptions): Anchor {
  if (trust === undefined) return { place: index!, root: readText(root!), rootFile: root! };
  const file = parseTrustFile(readText(trust), trust);
  const place = index ?? file.index;
  if (place === undefined)
    throw new UsageProblem(`${trust}: it says no address; say with --index where the index is`);
  return { place, root: JSON.stringify(file.root), rootFile: trust, product: file.product };
}

/**
 * @param product that the asker expects, where one is said
 * @throws {TrustProblem} see `openIndex`
 */
export async function openAnchored(
  options: IndexOptions,
  { signal, product }: { readonly signal: AbortSignal; readonly product?: string },
): Promise<OpenedIndex> {
  const anchor = anchorOf(options);
  const index = await openIndex({ ...anchor, signal, now: new Date() });
  const wanted = [anchor.product, product].find((name) => name !== undefined && name !== index.list.product);
  if (wanted === undefined) return index;
  const says = wanted === product ? "--product" : options.trust;
  throw new TrustProblem(
    `${anchor.place}: this is the index of ${index.list.product}, and ${says} says ${wanted}; name the index of ${wanted} with --index`,
  );
}
