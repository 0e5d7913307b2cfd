/** The product's results with recorded answers of AWS that contradicted its former assumptions. */
import { launchesOf } from "../../../../clouds/aws/launches";
import { onceThereIsRoom } from "../../../../clouds/aws/own-copy";
import { explainAws } from "../../../../clouds/aws/failure";
import { PATIENT } from "../../../../clouds/retry";
import type { Session } from "../../../../clouds/aws/api/session";
import { sessionAnswering } from "./answering";
import { awsError } from "./fake-region";

const signal = new AbortController().signal;
const Tags = [{ Key: "imprimatur:release", Value: "1" }];
const asked = { regions: ["eu-central-1"], product: "demo", stack: "prod", signal };

function ec2(images: object[], attribute: Record<string, string | undefined>): () => Session {
  return () =>
    sessionAnswering({
      DescribeImages: async () => ({ Images: images }),
      DescribeImageAttribute: async ({ ImageId }: { ImageId: string }) => ({
        LastLaunchedTime: { Value: attribute[ImageId] },
      }),
    });
}

test("a region whose DescribeImages tells no launch is asked for each image", async () => {
  const images = [
    { ImageId: "ami-1", Tags },
    { ImageId: "ami-2", Tags },
  ];
  const open = ec2(images, { "ami-2": "2022-10-20T07:07:19Z" });
  expect(await launchesOf(asked, open)).toEqual([
    { version: "1", image: "ami-2", region: "eu-central-1", at: Date.parse("2022-10-20T07:07:19Z") },
  ]);
});

test("one that tells some is believed of the others", async () => {
  const images = [
    { ImageId: "ami-1", Tags, LastLaunchedTime: "2026-10-20T07:07:19Z" },
    { ImageId: "ami-2", Tags },
  ];
  const open = ec2(images, { "ami-2": "2022-10-20T07:07:19Z" });
  expect((await launchesOf(asked, open)).map(({ image }) => image)).toEqual(["ami-1"]);
});

test("too many copies under way are waited for, another quota is not", async () => {
  const session = {
    signal,
    policy: { ...PATIENT, wait: async () => undefined },
    status: () => undefined,
  } as unknown as Session;
  const full = (message: string) =>
    explainAws(
      "CopySnapshot snap-1",
      "eu-central-1",
      Object.assign(awsError("ResourceLimitExceeded", 400), { message }),
    );
  const failures = [
    full("Too many snapshot copies in progress. The limit is 5 for this destination region."),
  ];
  const attempt = async () => {
    const failure = failures.shift();
    if (failure) throw failure;
    return "snap-2";
  };
  expect(await onceThereIsRoom(session, attempt)).toBe("snap-2");
  failures.push(full("You have reached your quota of snapshots"));
  await expect(onceThereIsRoom(session, attempt)).rejects.toThrow("quota of snapshots");
});
