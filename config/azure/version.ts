import type { Release } from "../release";
import { plainVersion } from "../variant";

/**
 * A gallery version is exactly three integers of 32 bits, each from 0 (Azure's own message, quoted in
 * github.com/Azure/az-hop/issues/707; read 2026-11); a release version has one to three of its own. Three are taken as they are.
 * The missing ones are zeros in front, so that the order stays:
 *
 *     20261120     ↔  0.0.20261120
 *     20261120.0   ↔  0.20261120.0
 *     13.2.1       ↔  13.2.1
 *     0.9.3        ↔  0.9.3
 *
 * A shorter version may not begin with a zero, nor any part have one in front of another digit: so two releases meet in one
 * gallery version only where one of three parts is written with the zeros of another, as 0.20261120.0, and rules.ts refuses both in
 * one stack.
 */
const LARGEST = 2 ** 31 - 1;

export const GALLERY_VERSION_RULE = `one to three whole numbers joined by dots for Azure, none above ${LARGEST}, without zeros in front, the first of one or two above 0`;

/** `undefined`: the release version cannot be expressed as a gallery version. */
export function toGalleryVersion(releaseVersion: string): string | undefined {
  const parts = releaseVersion.split(".");
  if (parts.length > 3 || !parts.every(isCanonicalNumber)) return undefined;
  if (parts.length < 3 && parts[0] === "0") return undefined;
  return [...Array<string>(3 - parts.length).fill("0"), ...parts].join(".");
}

/** That of a release: a variant has definitions of its own, so its name is not in the version. */
export function galleryVersionOf(release: Pick<Release, "version" | "variant">): string | undefined {
  return toGalleryVersion(plainVersion(release));
}

function isCanonicalNumber(part: string): boolean {
  return /^(0|[1-9]\d{0,9})$/.test(part) && Number(part) <= LARGEST;
}
