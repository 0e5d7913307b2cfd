/** AMIs with deregistration protection. This project never enables or disables that protection. */
import { CloudFailure } from "../failure";
import { describeImage } from "./api/images";
import type { Session } from "./api/session";

/**
 * Checked before any change to an AMI that is to be deregistered: the refusal of the deregistration itself comes
 * after those changes, and names no command. Protection, and the 24 hours for which it continues after being disabled
 * if it has a cooldown: EC2 User Guide, "Protect an Amazon EC2 AMI from deregistration"; the field, EC2 API
 * reference, Image (read 2026-11). Its values are not documented: every value other than `disabled` counts as
 * protection, and one that names a cooldown ends without action.
 *
 * @throws {CloudFailure} `refused`: the AMI is protected; with the cure
 */
export async function refuseProtected(session: Session, imageId: string): Promise<void> {
  const protection = (await describeImage(session, imageId))?.DeregistrationProtection;
  if (protection === undefined || protection === "disabled") return;
  const { region } = session;
  const command = `aws ec2 disable-image-deregistration-protection --region ${region} --image-id ${imageId}`;
  const said = `AMI ${imageId} in ${region} cannot be deregistered, and was left as it is`;
  const isOver = protection.includes("cooldown") && !protection.startsWith("enabled");
  throw new CloudFailure("refused", said, {
    cure: isOver
      ? "its protection was switched off less than 24 hours ago: run the same command again after that"
      : `somebody protected it (${protection}): run \`${command}\`` +
        (protection === "enabled-with-cooldown" ? ", and the same command again 24 hours later" : ""),
  });
}
