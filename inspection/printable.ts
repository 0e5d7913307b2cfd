/** Longer than any path that a system allows is worth reading (PATH_MAX is 4096); what is cut off ends with a mark. */
const LONGEST = 1000;

/**
 * Text that a disk holds, fit for a terminal, for XML and for a person's eye: no control sequences, nothing that turns
 * the order of letters around, no half characters. Each such character becomes U+FFFD.
 */
export function printable(text: string): string {
  const shown = text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
  return shown.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Noncharacter_Code_Point}]/gu, "\ufffd");
}
