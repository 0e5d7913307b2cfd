import {
  DescribeImageAttributeCommand,
  type EC2Client,
  type Image,
  paginateDescribeImages,
} from "@aws-sdk/client-ec2";
import { TAG } from "../../facts/tags";
import type { CloudFailure } from "../failure";
import { PATIENT, retry, type RetryPolicy } from "../retry";
import { ec2Client } from "./clients";
import { explainAws } from "./failure";

/** When an AMI of a release was launched last. */
export interface ImageLaunch {
  /** Version of the release, from the tag `imprimatur:release`. */
  readonly version: string;
  readonly image: string;
  readonly region: string;
  /** Milliseconds since 1970. AWS reports a launch within a day (EC2 API reference, Image.lastLaunchedTime, 2026-11). */
  readonly at: number;
}

export interface LaunchesArgs {
  readonly regions: readonly string[];
  /** Values of the tags `imprimatur:product` and `imprimatur:stack`. */
  readonly product: string;
  readonly stack: string;
  readonly signal: AbortSignal;
  /** Told once, of the first call that is tried again. */
  readonly onDelay?: (line: string) => void;
}

const ASKED_AT_ONCE = 20;

/** The launches of a stack's own AMIs, deprecated ones too. AMIs that nobody launched are not in it. */
export async function launchesOf(
  { regions, product, stack, signal, onDelay }: LaunchesArgs,
  {
    client = ec2Client,
    policy = PATIENT,
  }: { client?: (region: string) => EC2Client; policy?: RetryPolicy } = {},
): Promise<ImageLaunch[]> {
  let waits = false;
  const onRetry = (failure: CloudFailure, tries: number) => {
    if (waits || tries <= 2) return;
    waits = true;
    onDelay?.(`${failure.message}; trying again (${tries} of ${policy.attempts})`);
  };
  const perRegion = regions.map((region) =>
    retry(
      {
        cloud: "AWS",
        signal,
        policy,
        explain: (error) => explainAws("DescribeImages", region, error),
        onRetry,
      },
      async (abortSignal) => {
        const found: ImageLaunch[] = [];
        const pages = paginateDescribeImages(
          { client: client(region) },
          {
            Owners: ["self"],
            IncludeDeprecated: true,
            Filters: [
              { Name: `tag:${TAG.product}`, Values: [product] },
              { Name: `tag:${TAG.stack}`, Values: [stack] },
            ],
          },
          { abortSignal },
        );
        const images: Image[] = [];
        for await (const { Images = [] } of pages) images.push(...Images);
        const times = images.some(({ LastLaunchedTime }) => LastLaunchedTime)
          ? images.map(({ LastLaunchedTime }) => LastLaunchedTime)
          : await lastLaunches(client(region), images, abortSignal);
        images.forEach(({ ImageId = "", Tags = [] }, index) => {
          const version = Tags.find(({ Key }) => Key === TAG.release)?.Value;
          const launched = times[index];
          if (version === undefined || !launched) return;
          found.push({ version, image: ImageId, region, at: Date.parse(launched) });
        });
        return found;
      },
    ),
  );
  return (await Promise.all(perRegion)).flat();
}

/**
 * DescribeImages has the time in today's model (@aws-sdk/client-ec2 3.1169, `Image.LastLaunchedTime`), and had it in none of the
 * answers that were recorded in 2022; DescribeImageAttribute had (cloud-custodian, tests/data/placebo
 * test_ami_with_last_launched_time, 2022-10: `{Value: "2022-10-20T07:07:19Z"}`, or an empty object). So where no image of a
 * region has one, each is asked: "never launched" must not be believed for want of a field.
 */
async function lastLaunches(
  client: EC2Client,
  images: readonly Image[],
  abortSignal: AbortSignal,
): Promise<(string | undefined)[]> {
  const times: (string | undefined)[] = [];
  for (let at = 0; at < images.length; at += ASKED_AT_ONCE) {
    const some = images.slice(at, at + ASKED_AT_ONCE).map(async ({ ImageId }) => {
      const command = new DescribeImageAttributeCommand({ ImageId, Attribute: "lastLaunchedTime" });
      try {
        return (await client.send(command, { abortSignal })).LastLaunchedTime?.Value;
      } catch (error) {
        if (error instanceof Error && /^InvalidAMIID\./.test(error.name)) return undefined;
        throw error;
      }
    });
    times.push(...(await Promise.all(some)));
  }
  return times;
}
