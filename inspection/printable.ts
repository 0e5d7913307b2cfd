/** Maximum length; paths are limited to 4096 (PATH_MAX). Truncation is marked. */
const LONGEST = 1000;

/**
 * Text from a disk, made safe for a terminal, for XML and for reading: no control sequences, no bidirectional
 * controls, no lone surrogates. Each such character becomes U+FFFD.
 */
export function printable(text: string): string {
  const shown = text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
  return shown.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Noncharacter_Code_Point}]/gu, "\ufffd");
}
