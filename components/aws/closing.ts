import type { AwsConfig } from "../../config/aws/schema";
import { ImageClosing, type ImageClosingArgs } from "../../resources/aws/image-closing";
import type { ClosingArgs, ClosingPlan, Closings, CloudPlan } from "../cloud";
import type { AwsPlan } from "./plan";

/** One closing per image and region, named like its sharing. */
export function planClosings({ releases }: CloudPlan<AwsConfig, AwsPlan>): ClosingPlan<ImageClosingArgs>[] {
  return [...releases.values()].flatMap(({ images, withdrawn }) =>
    images.flatMap(({ name, ami, sharing }) =>
      sharing.map(({ region, ...audience }) => ({
        type: "imprimatur:aws:ImageClosing",
        name: `${name}-${region}`,
        args: { region, image: ami.name, withdrawn, ...audience },
      })),
    ),
  );
}

export function closeAws({ begun, ...args }: ClosingArgs<AwsConfig, AwsPlan>): Closings {
  return new Map(
    planClosings(args).map((plan) => [
      plan.name,
      new ImageClosing(plan.name, { ...plan.args, begun: begun?.(plan) }, { dependsOn: [...args.after] }),
    ]),
  );
}
