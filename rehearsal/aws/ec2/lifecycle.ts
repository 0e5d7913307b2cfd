import type {
  DisableImageDeprecationRequest,
  DisableImageDeregistrationProtectionRequest,
  DisableImageRequest,
  EnableImageDeprecationRequest,
  EnableImageDeregistrationProtectionRequest,
  EnableImageRequest,
} from "@aws-sdk/client-ec2";
import type { Actions, Call } from "../call";
import { AwsError } from "../protocol/errors";
import { PRIVATE, type Image } from "../state/records";
import { ownImage, ownReadyImage } from "./find-image";

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

export const lifecycleActions = {
  EnableImageDeprecation(input: EnableImageDeprecationRequest, call: Call) {
    const image = ownReadyImage(input.ImageId!, call);
    // "If you specify a value for seconds, Amazon EC2 rounds the seconds to the nearest minute."
    const at = Math.round((input.DeprecateAt as Date).getTime() / MINUTE) * MINUTE;
    if (at < call.world.now() - MINUTE) {
      throw new AwsError("InvalidParameterValue", "The deprecation date cannot be in the past.");
    }
    checkLatest(at, image);
    save({ ...image, deprecateAt: at }, call);
    return { Return: true };
  },

  /** No effect on public images: `deprecationTime` still returns their two years. */
  DisableImageDeprecation(input: DisableImageDeprecationRequest, call: Call) {
    save({ ...ownReadyImage(input.ImageId!, call), deprecateAt: undefined }, call);
    return { Return: true };
  },

  /** Disabling an image makes it private: its sharing is removed, and enabling it does not restore that. */
  DisableImage(input: DisableImageRequest, call: Call) {
    save({ ...ownReadyImage(input.ImageId!, call), disabled: true, permissions: PRIVATE }, call);
    return { Return: true };
  },

  EnableImage(input: EnableImageRequest, call: Call) {
    save({ ...ownReadyImage(input.ImageId!, call), disabled: undefined }, call);
    return { Return: true };
  },

  EnableImageDeregistrationProtection(input: EnableImageDeregistrationProtectionRequest, call: Call) {
    const image = ownReadyImage(input.ImageId!, call);
    const cooldown = input.WithCooldown ?? false;
    save({ ...image, protection: { enabled: true, cooldown } }, call);
    return { Return: cooldown ? "enabled-with-cooldown" : "enabled-without-cooldown" };
  },

  /** With a cooldown, the image can be deregistered after 24 hours. */
  DisableImageDeregistrationProtection(input: DisableImageDeregistrationProtectionRequest, call: Call) {
    const image = ownImage(input.ImageId!, call);
    const cooldown = image.protection?.cooldown ?? false;
    const until = cooldown ? call.world.now() + DAY : undefined;
    save({ ...image, protection: { enabled: false, cooldown, until } }, call);
    return { Return: cooldown ? "disabled-with-cooldown" : "disabled" };
  },
} satisfies Actions;

/** Ten years for private images, two for public ones, from their creation. */
function checkLatest(at: number, image: Image): void {
  const years = image.permissions.everyone ? 2 : 10;
  const latest = new Date(image.createdAt);
  latest.setUTCFullYear(latest.getUTCFullYear() + years);
  if (at > latest.getTime()) {
    throw new AwsError(
      "InvalidParameterValue",
      `The deprecation date of a ${image.permissions.everyone ? "public" : "private"} image cannot be more than ${years} years after its creation.`,
    );
  }
}

function save(image: Image, call: Call): void {
  call.world.images.set(call.world.key(image), image);
}
