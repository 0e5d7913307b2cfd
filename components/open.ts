import type * as pulumi from "@pulumi/pulumi";
import type { Cloud } from "../facts/clouds";
import type { Lifecycle } from "../resources/lifecycle";
import type { Agreed, OpenCloud } from "./cloud";
import type { CloudClosings } from "./closings";
import { CLOUD_COMPONENTS } from "./clouds";
import { loadCloud } from "./installed";
import { onEachPlan, type StackPlan } from "./plan";

interface OpenOptions {
  /** Dependencies of everything that is created. */
  readonly after: readonly pulumi.Resource[];
  readonly closings: CloudClosings;
  readonly guard?: Lifecycle;
}

/**
 * Loads the clouds of the plan, before anything is registered.
 *
 * @throws `pulumi.RunError` when the package of a cloud's resource classes is not installed
 */
export function loadClouds(plan: StackPlan): void {
  onEachPlan(plan, (cloud) => loadCloud<unknown>(cloud, () => CLOUD_COMPONENTS[cloud].load()));
}

/** Opens the clouds of the plan. A cloud that the config omits is not loaded. */
export function openClouds(plan: StackPlan, { after, closings, guard }: OpenOptions): OpenCloud[] {
  const opened = onEachPlan(plan, (cloud, planned) =>
    CLOUD_COMPONENTS[cloud].load()({
      ...planned,
      after,
      closings: closings.get(cloud) ?? new Map(),
      ...(guard && { agreed: agreedOn(cloud, guard) }),
    }),
  );
  return opened.map(([, cloud]) => cloud);
}

function agreedOn(cloud: Cloud, guard: Lifecycle): Agreed {
  return (version) => guard.releases.apply((ledger) => ledger?.[version]?.audience[cloud] ?? {});
}
