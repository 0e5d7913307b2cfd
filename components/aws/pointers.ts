import * as pulumi from "@pulumi/pulumi";
import { awsRegionsOf } from "../../config/aws/audience";
import { pointersTo } from "../../config/aws/pointers";
import type { AwsRegion } from "../../config/aws/regions";
import type { AwsConfig } from "../../config/aws/schema";
import { type Architecture, compareVersions } from "../../config/release";
import { describeProvenance } from "../../config/product";
import { identityTags } from "../../facts/tags";
import { Pointer as PointerResource } from "../../resources/aws/pointer";
import type { CloudArgs } from "../cloud";
import { imagesOf } from "../images";

/** One SSM parameter in one region, with the image it points to. */
export interface PointerPlan {
  /** `/images/demo/x86_64/latest` */
  readonly name: string;
  readonly region: AwsRegion;
  /** Version of the release. */
  readonly version: string;
  readonly architecture: Architecture;
  readonly description: string;
  readonly tags: Record<string, string>;
}

/** A valid target of a pointer, and its prerequisites. */
export interface Pointed {
  readonly imageId: pulumi.Output<string>;
  readonly ready: readonly pulumi.Resource[];
}

export interface Pointer {
  readonly plan: PointerPlan;
  readonly parameter: PointerResource;
  readonly imageId: pulumi.Output<string>;
}

/**
 * Every parameter in every region, with the newest published release it can point to. Without one, no parameter is
 * created.
 */
export function planPointers({ config, product, stack, builds }: CloudArgs<AwsConfig>): PointerPlan[] {
  const newest = new Map<string, PointerPlan>();
  for (const { release, imageFile } of builds) {
    if (release.state !== "published") continue;
    for (const { architecture, image } of imagesOf({ imageFile })) {
      const tags = identityTags({
        product: product.name,
        release: release.version,
        sha256: image.sha256,
        stack,
      });
      for (const name of pointersTo(config, product, { release, architecture })) {
        for (const region of awsRegionsOf(config, release)) {
          const key = `${region} ${name}`;
          const other = newest.get(key);
          if (other && compareVersions(other.version, release.version) >= 0) continue;
          const description = `Newest published AMI of ${product.name}, ${describeProvenance(product)}`;
          newest.set(key, { name, region, version: release.version, architecture, description, tags });
        }
      }
    }
  }
  return [...newest.values()];
}

/** Moves every pointer after its image is shared. */
export function movePointers(
  plans: readonly PointerPlan[],
  imageFor: (plan: PointerPlan) => Pointed,
): Pointer[] {
  return plans.map((plan) => {
    const { name, region, description, tags } = plan;
    const { imageId, ready } = imageFor(plan);
    const parameter = new PointerResource(
      `${name.replace(/^\//, "")}-${region}`,
      { region, name, imageId, description, tags },
      { dependsOn: [...ready] },
    );
    return { plan, parameter, imageId };
  });
}

/** By name and region. */
export function pointerTable(
  pointers: readonly Pointer[],
): Record<string, Record<string, pulumi.Output<string>>> {
  const table: Record<string, Record<string, pulumi.Output<string>>> = {};
  for (const { plan, imageId } of pointers) (table[plan.name] ??= {})[plan.region] = imageId;
  return table;
}
