/**
 * Terms of a try's cost bound. Prices in `cli/<cloud>/try.ts` are list prices in US dollars; the pages could not be read
 * from here (2026-11-29), and those of the dearest regions are from memory, rounded up. Every object is counted for a
 * whole day, though a try ends within the hour.
 */

/** The demo disk: at most its whole size is billed, though only 12 blocks hold data. */
export const GIB = 1;
export const BLOCKS = 12;
/** Months in a day. */
export const DAY = 1 / 30;

/** `0.21 US dollars`, rounded up to cents. */
export function formatDollars(amount: number): string {
  return `${(Math.ceil(amount * 100) / 100).toFixed(2)} US dollars`;
}
