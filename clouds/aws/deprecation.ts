import {
  DescribeImagesCommand,
  DisableImageDeprecationCommand,
  type EC2Client,
  EnableImageDeprecationCommand,
} from "@aws-sdk/client-ec2";
import { ec2Client } from "./clients";
import { onceSeen } from "./once-seen";
import { call, callIfPresent, type Session } from "./session";

const MINUTE = 60_000;

type Client = (region: string) => EC2Client;

/**
 * Deprecates an AMI at a time. One that is past means at once: AWS takes no date in the past, and rounds to the nearest
 * minute (EC2 API reference, EnableImageDeprecation, 2026-11), so "at once" is the next whole minute.
 *
 * @param at milliseconds since 1970
 * @throws {CloudFailure} `absent`: there is no such AMI
 */
export async function deprecateImage(
  session: Session,
  imageId: string,
  at: number,
  { client = ec2Client, now = Date.now }: { client?: Client; now?: () => number } = {},
): Promise<void> {
  const enable = () =>
    call(session, `EnableImageDeprecation ${imageId}`, (abortSignal) => {
      // Asked anew for each try: the minute may have passed.
      const DeprecateAt = new Date(Math.max(at, Math.ceil(now() / MINUTE) * MINUTE));
      return client(session.region).send(
        new EnableImageDeprecationCommand({ ImageId: imageId, DeprecateAt }),
        { abortSignal },
      );
    });
  await onceSeen(session, imageId, enable);
}

/** Takes the date away again. AWS keeps one of its own on public AMIs, two years after they were made. */
export async function undeprecateImage(
  session: Session,
  imageId: string,
  { client = ec2Client }: { client?: Client } = {},
): Promise<void> {
  await callIfPresent(session, `DisableImageDeprecation ${imageId}`, (abortSignal) =>
    client(session.region).send(new DisableImageDeprecationCommand({ ImageId: imageId }), { abortSignal }),
  );
}

/** The AMI's deprecation time in milliseconds since 1970, if it has one; `undefined`: there is no such AMI. */
export async function deprecationOf(
  session: Session,
  imageId: string,
  { client = ec2Client }: { client?: Client } = {},
): Promise<{ readonly at?: number } | undefined> {
  const answer = await callIfPresent(session, `DescribeImages ${imageId}`, (abortSignal) =>
    client(session.region).send(new DescribeImagesCommand({ ImageIds: [imageId] }), { abortSignal }),
  );
  const image = answer?.Images?.[0];
  if (!image) return undefined;
  return image.DeprecationTime ? { at: Date.parse(image.DeprecationTime) } : {};
}
