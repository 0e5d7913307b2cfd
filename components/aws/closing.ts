import type { AwsConfig } from "../../config/aws/schema";
import { ImageClosing } from "../../resources/aws/image-closing";
import type { CloudArgs, Closings } from "../cloud";
import { planRelease } from "./plan";

/** A closing for every image in every region, under the name that its sharing has. */
export function closeAws(args: CloudArgs<AwsConfig>): Closings {
  const closings = new Map<string, ImageClosing>();
  for (const build of args.builds) {
    const withdrawn = build.release.state === "withdrawn";
    for (const { name, ami, sharing } of planRelease(args, build).images) {
      for (const { region, ...audience } of sharing) {
        const called = `${name}-${region}`;
        const inputs = { region, image: ami.name, withdrawn, ...audience };
        closings.set(called, new ImageClosing(called, inputs, { dependsOn: [...args.after] }));
      }
    }
  }
  return closings;
}
