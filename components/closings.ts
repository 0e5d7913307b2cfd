import type { Cloud } from "../facts/clouds";
import * as pulumi from "@pulumi/pulumi";
import { keyOf, type WantedClosings } from "../config/begun";
import type { StateResource } from "../config/state-resource";
import { removedPlaces } from "../config/removed";
import { CLOSING_READERS } from "../config/sections";
import type { Closing } from "../resources/closing";
import type { Lifecycle } from "../resources/lifecycle";
import { ClosingReport } from "../resources/closing-report";
import { RemovalClosing } from "../resources/removal-closing";
import type { ClosingPlan, Closings } from "./cloud";
import { CLOUD_COMPONENTS } from "./clouds";
import { onEachPlan, type StackPlan } from "./plan";

export type CloudClosings = ReadonlyMap<Cloud, Closings>;

/**
 * Possible grantees of each closing's place: compared by the guard with the previous ones, and recorded before the
 * first closing starts.
 */
export function wantedClosings(plan: StackPlan): WantedClosings {
  const closings = onEachPlan(plan, (cloud, planned) => CLOUD_COMPONENTS[cloud].planClosings(planned));
  return Object.fromEntries(
    closings
      .flatMap(([, plans]) => plans)
      .map((closing: ClosingPlan<object>) => [
        keyOf(closing),
        CLOSING_READERS[closing.type]?.({ ...closing.args }) ?? [],
      ]),
  );
}

/**
 * Creates every closing of the stack, right after the guard passed and before all other resources.
 *
 * @param after the guard
 */
export function closeOnClouds(
  plan: StackPlan,
  after: readonly pulumi.Resource[],
  guard?: Lifecycle,
): CloudClosings {
  const begun =
    guard &&
    ((place: { type: string; name: string }) => guard.begun.apply((all) => all?.[keyOf(place)]?.closings));
  return new Map(
    onEachPlan(plan, (cloud, planned) =>
      CLOUD_COMPONENTS[cloud].close({ ...planned, after, ...(begun && { begun }) }),
    ),
  );
}

/** Closes places in the state that the stack file no longer names: no regular closing covers them. */
export function closeRemoved(
  name: string,
  state: Promise<readonly StateResource[]>,
  wanted: WantedClosings,
  guard: Lifecycle,
): RemovalClosing {
  const places = state.then((resources) => removedPlaces(resources, wanted, CLOSING_READERS));
  return new RemovalClosing(name, { places }, { dependsOn: guard });
}

export function resourcesOf(closings: CloudClosings): Closing[] {
  return [...closings.values()].flatMap((each) => [...each.values()]);
}

/**
 * Reports what is still open. It fails, and a failure stops an `up` before resources that have not started: so
 * pointers move first.
 */
export function reportOn(
  name: string,
  closings: CloudClosings,
  pointers: readonly pulumi.Resource[],
  removal?: RemovalClosing,
): ClosingReport {
  const all = resourcesOf(closings);
  const open = pulumi
    .all([pulumi.all(all.map((closing) => closing.open)), removal?.open ?? []])
    .apply(([lines, removed]) => [...lines.filter(Boolean), ...removed]);
  return new ClosingReport(
    name,
    { open },
    { dependsOn: [...all, ...(removal ? [removal] : []), ...pointers] },
  );
}
