import type { Image } from "@aws-sdk/client-ec2";
import { TAG } from "../../facts/tags";
import { describeImages, lastLaunchOf } from "./api/images";
import { ifPresent, openSession, type Session, type SessionOptions } from "./api/session";
import { tagFilters, tagRecord } from "./api/tags";

/** The last launch of an AMI of a release. */
interface ImageLaunch {
  /** Version of the release, from the tag `imprimatur:release`. */
  readonly version: string;
  readonly image: string;
  readonly region: string;
  /** Milliseconds since 1970. AWS reports a launch within a day (EC2 API reference, Image.lastLaunchedTime, 2026-11). */
  readonly at: number;
}

interface LaunchesArgs {
  readonly regions: readonly string[];
  /** Values of the tags `imprimatur:product` and `imprimatur:stack`. */
  readonly product: string;
  readonly stack: string;
  readonly signal: AbortSignal;
  /** Called once, at the first call that is retried. */
  readonly onDelay?: (line: string) => void;
}

const ASKED_AT_ONCE = 20;

/**
 * The launches of a stack's own AMIs, including deprecated and disabled ones. AMIs that were never launched are
 * omitted.
 */
export async function launchesOf(
  { regions, product, stack, signal, onDelay }: LaunchesArgs,
  open: (region: string, options: SessionOptions) => Session = (region, options) =>
    openSession(region, signal, options),
): Promise<ImageLaunch[]> {
  let told = false;
  const status = (line: string) => {
    if (!told) onDelay?.(line);
    told = true;
  };
  const own = tagFilters({ [TAG.product]: product, [TAG.stack]: stack });
  const perRegion = regions.map(async (region) => {
    const session = open(region, { status });
    const images = await describeImages(session, { own });
    const times = images.some(({ LastLaunchedTime }) => LastLaunchedTime)
      ? images.map(({ LastLaunchedTime }) => LastLaunchedTime)
      : await lastLaunches(session, images);
    return images.flatMap(({ ImageId = "", Tags }, index): ImageLaunch[] => {
      const version = tagRecord(Tags)[TAG.release];
      const launched = times[index];
      if (version === undefined || !launched) return [];
      return [{ version, image: ImageId, region, at: Date.parse(launched) }];
    });
  });
  return (await Promise.all(perRegion)).flat();
}

/**
 * DescribeImages returns the time according to the current model (@aws-sdk/client-ec2 3.1169,
 * `Image.LastLaunchedTime`), and in none of the responses recorded in 2022; DescribeImageAttribute did
 * (cloud-custodian, tests/data/placebo test_ami_with_last_launched_time, 2022-10: `{Value: "2022-10-20T07:07:19Z"}`,
 * or an empty object). So if no image of a region has the field, each image is queried: a missing field is not
 * evidence of "never launched".
 */
async function lastLaunches(session: Session, images: readonly Image[]): Promise<(string | undefined)[]> {
  const times: (string | undefined)[] = [];
  for (let at = 0; at < images.length; at += ASKED_AT_ONCE) {
    const some = images
      .slice(at, at + ASKED_AT_ONCE)
      .map(({ ImageId = "" }) => ifPresent(lastLaunchOf(session, ImageId)));
    times.push(...(await Promise.all(some)));
  }
  return times;
}
