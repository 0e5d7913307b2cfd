import * as pulumi from "@pulumi/pulumi";
import { diskIdentity } from "../../facts/disk-identity";
import { awsRegionsOf } from "../../config/aws/audience";
import { pointersTo } from "../../config/aws/pointers";
import type { AwsRegion } from "../../config/aws/regions";
import type { AwsConfig } from "../../config/aws/schema";
import { type Architecture, compareVersions } from "../../config/release";
import { describeProvenance } from "../../config/product";
import { identityTags } from "../../facts/tags";
import { Pointer as PointerResource } from "../../resources/aws/pointer";
import type { PlanArgs } from "../cloud";
import { imagesOf } from "../images";
import type { Before, SharedRelease } from "./shared-release";

/** One SSM parameter in one region, with the image it points to. */
interface PointerPlan {
  /** `/images/demo/x86_64/latest` */
  readonly name: string;
  readonly region: AwsRegion;
  /** Version of the release. */
  readonly version: string;
  readonly architecture: Architecture;
  readonly description: string;
  readonly tags: Record<string, string>;
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
export function planPointers({ config, product, stack, builds }: PlanArgs<AwsConfig>): PointerPlan[] {
  const newest = new Map<string, PointerPlan>();
  for (const { release, imageFile } of builds) {
    if (release.state !== "published") continue;
    for (const { architecture, image } of imagesOf({ imageFile })) {
      const tags = identityTags({
        product: product.name,
        release: release.version,
        sha256: diskIdentity(image),
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

/** Moves every pointer to its image. */
export function movePointers(
  plans: readonly PointerPlan[],
  shared: ReadonlyMap<string, SharedRelease>,
): Pointer[] {
  return plans.map((plan) => {
    const { name, region, description, tags, version, architecture } = plan;
    const release = shared.get(version);
    if (release === undefined) throw new Error(`a pointer to release ${version}, which was not published`);
    const { imageId, ready } = release.pointed(architecture, region);
    const parameter = new PointerResource(
      `${name.replace(/^\//, "")}-${region}`,
      { region, name, imageId, description, tags },
      { dependsOn: [...ready] },
    );
    return { plan, parameter, imageId };
  });
}

/** The pointers that another image may lose to a moved one: its deprecation waits for them. */
export function movedAway(pointers: readonly Pointer[]): Before {
  return (architecture, region) =>
    pointers
      .filter(({ plan }) => plan.architecture === architecture && plan.region === region)
      .map(({ parameter }) => parameter);
}

/** By name and region. */
export function pointerTable(
  pointers: readonly Pointer[],
): Record<string, Record<string, pulumi.Output<string>>> {
  const table: Record<string, Record<string, pulumi.Output<string>>> = {};
  for (const { plan, imageId } of pointers) (table[plan.name] ??= {})[plan.region] = imageId;
  return table;
}
