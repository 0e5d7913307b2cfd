/** Conflicts that a change of the home region would hit in the middle of an `up`. Pure. */
import type { Difference } from "../immutable";

/**
 * AWS allows a name once in a region of an account (`InvalidAMIName.Duplicate`; EC2 API reference, RegisterImage,
 * read 2026-11). The image at home is registered and all others are copies of it, so in the new and in the old home
 * region an image of the other kind is created while the existing one still holds the name. A copy that stays a copy
 * is deleted before it is replaced and causes no conflict.
 *
 * @param differences replacements on AWS
 * @param there regions that have images
 * @param wanted regions that are to have them
 * @returns the reason for refusal, with the cure
 */
export function homeRefused(
  differences: readonly Difference[],
  there: readonly string[],
  wanted: readonly string[],
): string | undefined {
  for (const { architecture, name, is, wanted: home } of differences) {
    if (name !== "homeRegion") continue;
    // Images under another name are created beside the old ones.
    if (
      differences.some((difference) => difference.name === "name" && difference.architecture === architecture)
    )
      continue;
    const isTaken = there.includes(home);
    const stays = is.filter((region) => region !== home && wanted.includes(region));
    if (!isTaken && stays.length === 0) continue;
    const cures = [
      ...(isTaken ? [`leave ${home} out of aws.regions for one \`up\` before`] : []),
      ...stays.map((region) => `leave ${region} out of aws.regions in the same \`up\``),
    ];
    return (
      `cannot move its home from ${is.join(" or ")} to ${home} while images of the same name are in ` +
      `${[...(isTaken ? [home] : []), ...stays].join(" and ")}: AWS gives a name once in a region; change aws.image.nameTemplate ` +
      `together with homeRegion, or ${cures.join(", and ")}`
    );
  }
  return undefined;
}
