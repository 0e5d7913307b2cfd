import { LABEL } from "../../facts/tags";
import type { OpenstackConfig } from "../../config/openstack/schema";
import { ImageClosing, type ImageClosingArgs } from "../../resources/openstack/image-closing";
import type { ClosingArgs, ClosingPlan, Closings, CloudPlan } from "../cloud";
import type { OpenstackPlan } from "./plan";

/** One closing per image and region, named like its sharing. */
export function planClosings({
  releases,
}: CloudPlan<OpenstackConfig, OpenstackPlan>): ClosingPlan<ImageClosingArgs>[] {
  return [...releases.values()].flatMap(({ images, withdrawn }) =>
    images.map(
      ({
        name,
        image: { cloud, region, imageName, labels, properties },
        sharing: { visibility, projects },
      }) => ({
        type: "imprimatur:openstack:ImageClosing",
        name,
        args: {
          ...(cloud !== undefined && { cloud }),
          ...{ region, image: imageName, visibility, projects, withdrawn },
          ...(properties.architecture !== undefined && { architecture: properties.architecture }),
          product: labels[LABEL.product] ?? "",
          release: labels[LABEL.release] ?? "",
        },
      }),
    ),
  );
}

export function closeOpenstack({ begun, ...args }: ClosingArgs<OpenstackConfig, OpenstackPlan>): Closings {
  return new Map(
    planClosings(args).map((plan) => [
      plan.name,
      new ImageClosing(plan.name, { ...plan.args, begun: begun?.(plan) }, { dependsOn: [...args.after] }),
    ]),
  );
}
