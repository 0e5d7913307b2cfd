import type { Call } from "../call";
import { AwsError } from "../protocol/errors";
import { PRIVATE, type Image } from "../state/records";
import { IMAGES, quota } from "./quotas";

type Chosen = Omit<
  Image,
  "id" | "region" | "owner" | "createdAt" | "visibleAt" | "settledAt" | "permissions"
>;

/** Creates an image in the caller's account and region: private, and eventually consistent. */
export function newImage(call: Call, chosen: Chosen & { id?: string }): Image {
  const { world, account, region } = call;
  const held = [...world.images.values()].filter(
    (image) => image.owner === account.id && image.region === region,
  );
  if (held.length >= quota(IMAGES, call)) {
    throw new AwsError(
      "ResourceLimitExceeded",
      `You have reached your quota of ${quota(IMAGES, call)} images in this Region.`,
    );
  }
  const image: Image = {
    ...chosen,
    id: chosen.id ?? world.newId("ami"),
    region,
    owner: account.id,
    createdAt: world.now(),
    visibleAt: world.after("imageVisible"),
    settledAt: world.after("imageSettled"),
    permissions: PRIVATE,
  };
  world.images.set(world.key(image), image);
  return image;
}

/** @throws AwsError InvalidAMIName.Malformed */
export function checkName(name: string): void {
  if (!/^[A-Za-z0-9()[\] ./\-'@_]{3,128}$/.test(name)) {
    throw new AwsError(
      "InvalidAMIName.Malformed",
      "AMI names must be between 3 and 128 characters long, and may contain letters, numbers, '(', ')', '.', '-', '/' and '_'",
    );
  }
}

/** A registered name is unique in account and region; copies may share it. */
export function checkFree(name: string, call: Call): void {
  const taken = [...call.world.images.values()].find(
    (image) => image.region === call.region && image.owner === call.account.id && image.name === name,
  );
  if (taken) {
    throw new AwsError("InvalidAMIName.Duplicate", `AMI name ${name} is already in use by AMI ${taken.id}`);
  }
}

/** EC2 uses these words for other descriptions, too (psd401/aistudio, pull request 1049, for a group's). */
export function checkDescription(description: string | undefined): void {
  if (description === undefined) return;
  if (description.length > 255) {
    throw new AwsError("InvalidParameterValue", "The description must not be longer than 255 characters.");
  }
  if (/[^\x00-\x7f]/.test(description)) {
    throw new AwsError(
      "InvalidParameterValue",
      `Value (${description}) for parameter description is invalid. Character sets beyond ASCII are not supported.`,
    );
  }
}
