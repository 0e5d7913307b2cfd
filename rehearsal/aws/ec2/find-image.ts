import type { Call } from "../call";
import { AwsError } from "../protocol/errors";
import type { Image } from "../state/records";

const IMAGE_ID = /^ami-([0-9a-f]{8}|[0-9a-f]{17})$/;
const TWO_YEARS = 2;

type ImageState = "pending" | "available" | "disabled" | "failed";

export function imageState(image: Image, call: Pick<Call, "world">): ImageState {
  if (image.disabled) return "disabled";
  if (image.failed && call.world.now() >= image.availableAt) return "failed";
  return call.world.now() >= image.availableAt ? "available" : "pending";
}

/** True if the account may launch it, also through an organisation; a disabled image is usable by its owner only. */
export function mayLaunch(image: Image, call: Call): boolean {
  const { everyone, accounts, arns } = image.permissions;
  const { id, organization } = call.account;
  if (image.owner === id) return true;
  if (image.disabled) return false;
  return everyone || accounts.includes(id) || organization.some((arn) => arns.includes(arn));
}

/**
 * Deprecation time: the owner's, but for a public image at most two years after its creation
 * (https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ami-deprecate.html).
 */
export function deprecationTime(image: Image): number | undefined {
  if (!image.permissions.everyone) return image.deprecateAt;
  const latest = new Date(image.createdAt);
  latest.setUTCFullYear(latest.getUTCFullYear() + TWO_YEARS);
  latest.setUTCSeconds(0, 0);
  return Math.min(image.deprecateAt ?? Infinity, latest.getTime());
}

/**
 * An image visible to the caller.
 *
 * @throws AwsError InvalidAMIID.NotFound for any other, as if it did not exist
 */
export function findImage(id: string, call: Call, region = call.region): Image {
  if (!IMAGE_ID.test(id)) {
    throw new AwsError("InvalidAMIID.Malformed", `Invalid id: "${id}" (expecting "ami-...")`);
  }
  const image = call.world.images.get(`${region}/${id}`);
  if (!image || !mayLaunch(image, call) || !call.world.isVisible(image)) throw noImage([id]);
  return image;
}

/**
 * The caller's own image.
 *
 * @throws AwsError InvalidAMIID.Unavailable for a deregistered one: "The specified AMI has been deregistered and
 *   is no longer available, or is not in a state from which you can launch an instance or modify attributes"
 *   (EC2 API reference, error codes, read 2026-11)
 */
export function ownImage(id: string, call: Call): Image {
  if (call.world.deregistered.get(`${call.region}/${id}`) === call.account.id)
    throw new AwsError("InvalidAMIID.Unavailable", `The image ID '${id}' is no longer available`);
  const image = findImage(id, call);
  if (image.owner !== call.account.id) {
    throw new AwsError("AuthFailure", `Not authorized for images: [${id}]`, 403);
  }
  return image;
}

/** The caller's own image, no longer pending: its permissions can be changed. */
export function ownReadyImage(id: string, call: Call): Image {
  const image = ownImage(id, call);
  if (imageState(image, call) === "pending") {
    throw new AwsError("InvalidAMIID.Unavailable", `The image ID '${id}' is not available`);
  }
  return image;
}

export function noImage(ids: string[]): AwsError {
  const [message, verb] = ids.length > 1 ? ["image ids", "do"] : ["image id", "does"];
  return new AwsError("InvalidAMIID.NotFound", `The ${message} '[${ids.join(", ")}]' ${verb} not exist`);
}
