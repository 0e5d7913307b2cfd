import type { GcpConfig } from "../../config/gcp/schema";
import { ImageClosing, type ImageClosingArgs } from "../../resources/gcp/image-closing";
import type { ClosingArgs, ClosingPlan, Closings, CloudPlan } from "../cloud";
import type { GcpPlan } from "./plan";

/** One closing per image of the stack, named like its resources. */
export function planClosings({ releases }: CloudPlan<GcpConfig, GcpPlan>): ClosingPlan<ImageClosingArgs>[] {
  return [...releases.values()].flatMap(({ project, members, images, withdrawn }) =>
    images.map(({ name, image, archive }) => ({
      type: "imprimatur:gcp:ImageClosing",
      name,
      args: {
        project,
        image: image.name,
        sha256: archive.sha256,
        members: members.map(({ member }) => member).sort(),
        withdrawn,
      },
    })),
  );
}

/** They depend on the stack's guard only, and need no native provider. */
export function closeGcp({ begun, ...args }: ClosingArgs<GcpConfig, GcpPlan>): Closings {
  return new Map(
    planClosings(args).map((plan) => [
      plan.name,
      new ImageClosing(plan.name, { ...plan.args, begun: begun?.(plan) }, { dependsOn: [...args.after] }),
    ]),
  );
}
