import type { GcpConfig } from "../../config/gcp/schema";
import { ImageClosing, type ImageClosingArgs } from "../../resources/gcp/image-closing";
import type { ClosingArgs, ClosingPlan, Closings, CloudArgs } from "../cloud";
import { planRelease } from "./plan";

/** What every image of the stack is held closed by, by the name of its resources. */
export function planClosings(args: CloudArgs<GcpConfig>): ClosingPlan<ImageClosingArgs>[] {
  return args.builds.flatMap((build) => {
    const { project, members, images, withdrawn } = planRelease(args, build);
    return images.map(({ name, image, archive }) => ({
      type: "imprimatur:gcp:ImageClosing",
      name,
      args: {
        project,
        image: image.name,
        sha256: archive.sha256,
        members: members.map(({ member }) => member).sort(),
        withdrawn,
      },
    }));
  });
}

/** They wait for nothing but the stack's guard, and need no native provider. */
export function closeGcp({ begun, ...args }: ClosingArgs<GcpConfig>): Closings {
  return new Map(
    planClosings(args).map((plan) => [
      plan.name,
      new ImageClosing(plan.name, { ...plan.args, begun: begun?.(plan) }, { dependsOn: [...args.after] }),
    ]),
  );
}
