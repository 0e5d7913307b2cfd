import { type EC2Client, paginateDescribeImages } from "@aws-sdk/client-ec2";
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
      { signal, policy, explain: (error) => explainAws("DescribeImages", region, error), onRetry },
      async (abortSignal) => {
        const found: ImageLaunch[] = [];
        const pages = paginateDescribeImages(
          { client: client(region) },
          {
            Owners: ["self"],
            IncludeDeprecated: true,
            Filters: [
              { Name: "tag:imprimatur:product", Values: [product] },
              { Name: "tag:imprimatur:stack", Values: [stack] },
            ],
          },
          { abortSignal },
        );
        for await (const { Images = [] } of pages) {
          for (const { ImageId = "", LastLaunchedTime, Tags = [] } of Images) {
            const version = Tags.find(({ Key }) => Key === "imprimatur:release")?.Value;
            if (version === undefined || !LastLaunchedTime) continue;
            found.push({ version, image: ImageId, region, at: Date.parse(LastLaunchedTime) });
          }
        }
        return found;
      },
    ),
  );
  return (await Promise.all(perRegion)).flat();
}
