/** The stack's publication before anything of it has an id: planned once, and read by the guard, the closings and the clouds. Pure. */
import type { CloudSections } from "../config/clouds";
import { onEachSection } from "../config/sections";
import type { StackConfig } from "../config/stack";
import { type Cloud, onEachCloud } from "../facts/clouds";
import type { CloudPlan, PlanArgs, ReleaseBuild } from "./cloud";
import { CLOUD_COMPONENTS, type ReleasePlans } from "./clouds";

type CloudPlans = { readonly [C in Cloud]: CloudPlan<CloudSections[C], ReleasePlans[C]> };

export interface StackPlan {
  readonly config: StackConfig;
  readonly builds: readonly ReleaseBuild[];
  /** The clouds that the config names. */
  readonly clouds: Partial<CloudPlans>;
}

/** @param args the owner in all tags, and every release of the stack, newest first */
export function planStack(config: StackConfig, args: Pick<PlanArgs<unknown>, "stack" | "builds">): StackPlan {
  const plans = onEachSection(config, (cloud, section) =>
    planCloud(cloud, { ...args, product: config.product, config: section }),
  );
  return { config, builds: args.builds, clouds: Object.fromEntries(plans) };
}

export function planCloud<C extends Cloud>(
  cloud: C,
  args: PlanArgs<CloudSections[C]>,
): CloudPlan<CloudSections[C], ReleasePlans[C]> {
  const cloudComponents = CLOUD_COMPONENTS[cloud];
  const releases = args.builds.map(
    (build) => [build.release.version, cloudComponents.planRelease(args, build)] as const,
  );
  return { ...args, releases: new Map(releases) };
}

/** Visits the clouds of the plan. */
export function onEachPlan<R>(
  { clouds }: StackPlan,
  visit: <C extends Cloud>(cloud: C, plan: CloudPlans[C]) => R,
): [Cloud, R][] {
  return onEachCloud<CloudPlans, R>(clouds, visit);
}
