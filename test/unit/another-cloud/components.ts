import * as pulumi from "@pulumi/pulumi";
import { diskIdentity } from "../../../facts/disk-identity";
import type { CloudComponents } from "../../../components/cloud";
import { plannedRelease } from "../../../components/cloud";
import { imagesOf } from "../../../components/images";
import { type Architecture, isProtected, isShared } from "../../../config/release";
import type { Cloud } from "../../../facts/clouds";
import { type Beginning, Closing } from "../../../resources/closing";
import { ImprimaturResource } from "../../../resources/resource";
import type { ToyConfig } from "./config";

interface ToyPlan {
  readonly protect: boolean;
  readonly images: readonly {
    readonly name: string;
    readonly architecture: Architecture;
    readonly args: { readonly zone: string; readonly sha256: string; readonly users: readonly string[] };
  }[];
}

class ToyImage extends ImprimaturResource {
  constructor(name: string, args: object, options: pulumi.CustomResourceOptions) {
    super("imprimatur:toy:Image", name, args, [], options);
  }
}

class ToyClosing extends Closing {
  constructor(name: string, args: object & Beginning, options: pulumi.CustomResourceOptions) {
    super("imprimatur:toy:ImageClosing", name, args, ["open", "openFor", "closings"], options);
  }
}

const CLOUD = "toy" as Cloud;

export const toyComponents: CloudComponents<ToyConfig, ToyPlan> = {
  planRelease: ({ config: { zone, users }, product }, build) => ({
    protect: isProtected(build.release),
    images: imagesOf(build).map(({ architecture, image }) => ({
      name: `${product.name}-${build.release.version}-${architecture}`,
      architecture,
      args: {
        zone,
        sha256: diskIdentity(image),
        users: isShared(build.release.state) ? [...users].sort() : [],
      },
    })),
  }),
  immutable: ({ images }) =>
    Object.fromEntries(images.map(({ architecture, args: { zone } }) => [architecture, { zone }])),
  planClosings: ({ releases }) =>
    [...releases.values()].flatMap(({ images }) =>
      images.map(({ name, args: { zone, users } }) => ({
        type: "imprimatur:toy:ImageClosing",
        name,
        args: { zone, image: name, users },
      })),
    ),
  close: ({ after, begun, ...plan }) =>
    new Map(
      toyComponents
        .planClosings(plan)
        .map((closing) => [
          closing.name,
          new ToyClosing(
            closing.name,
            { ...closing.args, begun: begun?.(closing) },
            { dependsOn: [...after] },
          ),
        ]),
    ),
  load: () => (args) => ({
    cloud: CLOUD,
    publish: ({ release }, options) => {
      const { images, protect } = plannedRelease(args, release.version);
      const made = images.map((image) => ({
        ...image,
        resource: new ToyImage(image.name, image.args, { ...options, protect, dependsOn: [...args.after] }),
      }));
      const table = (cell: (one: (typeof made)[number]) => pulumi.Output<string>) =>
        Object.fromEntries(made.map((one) => [one.architecture, cell(one)]));
      return {
        images: table(({ resource }) => resource.id),
        proof: table(() => pulumi.output("bytes")),
        objects: [],
        others: {},
      };
    },
    shared: () => [],
  }),
};
