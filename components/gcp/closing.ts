import type { GcpConfig } from "../../config/gcp/schema";
import { ImageClosing, type ImageClosingArgs } from "../../resources/gcp/image-closing";
import type { CloudArgs, Closings } from "../cloud";
import { planRelease } from "./plan";

/** What every image of the stack is held closed by, by the name of its resources. */
export function planClosings(args: CloudArgs<GcpConfig>): ReadonlyMap<string, ImageClosingArgs> {
  const all = args.builds.flatMap((build) => {
    const { project, members, images, withdrawn } = planRelease(args, build);
    return images.map(({ name, image, archive }): [string, ImageClosingArgs] => [
      name,
      {
        project,
        image: image.name,
        sha256: archive.sha256,
        members: members.map(({ member }) => member).sort(),
        withdrawn,
      },
    ]);
  });
  return new Map(all);
}

/** They wait for nothing but the stack's guard, and need no native provider. */
export function closeGcp(args: CloudArgs<GcpConfig>): Closings {
  const options = { dependsOn: [...args.after] };
  return new Map(
    [...planClosings(args)].map(([name, plan]) => [name, new ImageClosing(name, plan, options)]),
  );
}
