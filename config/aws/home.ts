/** What a change of the home region would run into in the middle of the `up`. Pure. */
import type { Difference } from "../immutable";

/**
 * AWS gives a name once in a region of an account (`InvalidAMIName.Duplicate`; EC2 API reference, RegisterImage, read 2026-11). The image at
 * home is registered and all others are copies of it, so where the home region moves to, and where it was, an image of the
 * other kind is made while the old one is there. A copy that stays a copy is deleted first, and is in nobody's way.
 *
 * @param differences what is to be made anew, on AWS
 * @param there regions in which images are
 * @param wanted regions in which they are to be
 * @returns why it is refused, with the cure
 */
export function homeRefused(
  differences: readonly Difference[],
  there: readonly string[],
  wanted: readonly string[],
): string | undefined {
  for (const { architecture, name, is, wanted: home } of differences) {
    if (name !== "homeRegion") continue;
    // Under another name they are made beside the old ones.
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
