/**
 * A gallery version is exactly three integers of 32 bits; a release version has one to three of its own. The missing
 * ones are zeros in front, so that the order stays and the way back is to take them off again:
 *
 *     20261120     ↔  0.0.20261120
 *     20261120.0   ↔  0.20261120.0
 *     13.2.1       ↔  13.2.1
 *
 * It is one to one because a release version may neither begin with a zero nor hold one in front of another digit: no
 * two releases ever meet in one gallery version.
 */
const LARGEST = 2 ** 31 - 1;

export const GALLERY_VERSION_RULE = `one to three whole numbers joined by dots for Azure, none above ${LARGEST}, the first above 0, without zeros in front`;

/** `undefined`: the release version cannot be expressed as a gallery version. */
export function toGalleryVersion(releaseVersion: string): string | undefined {
  const parts = releaseVersion.split(".");
  if (parts.length > 3 || !parts.every(isCanonicalNumber) || parts[0] === "0") return undefined;
  return [...Array<string>(3 - parts.length).fill("0"), ...parts].join(".");
}

function isCanonicalNumber(part: string): boolean {
  return /^(0|[1-9]\d{0,9})$/.test(part) && Number(part) <= LARGEST;
}
