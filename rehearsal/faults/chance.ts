/**
 * Pseudorandom numbers from 0 to 1 for faults that affect a share of the requests: the same seed gives the same
 * sequence. Mulberry32 (public domain, Tommy Ettinger, 2017): visits all of its 2^32 states once.
 */
export function chance(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
