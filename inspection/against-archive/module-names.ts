/** Names of kernel modules in a list of depmod(8), as text or in its binary form (`modules.dep.bin`). */
export function modulesIn(list: string): string[] {
  return [...new Set([...list.matchAll(/[\w./-]*\.ko(?:\.(?:xz|gz|zst))?(?![\w.])/g)].map(([name]) => name))];
}

/** Bytes before a name in the binary form, a number of up to four, may look like characters of it. */
const MOST_BEFORE = 4;

/** What a name may be, without bytes that were before it. */
export function withoutBytesBefore(name: string): string[] {
  return Array.from({ length: MOST_BEFORE + 1 }, (_, count) => name.slice(count));
}
