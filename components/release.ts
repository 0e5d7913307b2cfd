import * as pulumi from "@pulumi/pulumi";
import type { Product } from "../config/product";
import type { OpenCloud, ReleaseBuild } from "./cloud";

export interface ReleaseArgs extends ReleaseBuild {
  readonly product: Product;
  /** The clouds that it is published on. */
  readonly clouds: readonly OpenCloud[];
}

/**
 * One release of a product, on every cloud of the stack. What it does there is told by `aws/release.ts`,
 * `gcp/release.ts` and `azure/release.ts`: upload, register, copy, verify, and only then share.
 */
export class Release extends pulumi.ComponentResource {
  readonly version: string;
  /** What the stack shows of this release: ids by cloud, architecture and region, and what is proven of them. */
  readonly published: Readonly<Record<string, unknown>>;

  constructor(name: string, args: ReleaseArgs, options?: pulumi.ComponentResourceOptions) {
    super("imprimatur:component:Release", name, {}, options);
    const { product, release, imageFile, clouds } = args;
    this.version = release.version;
    const on = clouds.map((cloud) => ({
      cloud: cloud.cloud,
      ...cloud.publish({ release, imageFile }, { parent: this }),
    }));

    this.published = {
      product: product.name,
      release: release.version,
      state: release.state,
      digests: Object.fromEntries(
        Object.entries(imageFile.images).map(([architecture, image]) => [
          architecture,
          `sha256:${image.sha256}`,
        ]),
      ),
      ...Object.fromEntries(on.map(({ cloud, images }) => [cloud, images])),
      ...Object.fromEntries(on.flatMap(({ others }) => Object.entries(others))),
      proof: Object.fromEntries(on.map(({ cloud, proof }) => [cloud, proof])),
    };
    this.registerOutputs({ published: this.published });
  }
}
