import type { Cloud } from "../facts/clouds";
import * as pulumi from "@pulumi/pulumi";
import { keyOf, type WantedClosings } from "../config/begun";
import type { StateResource } from "../config/access";
import { removedPlaces } from "../config/removed";
import { CLOSING_READERS } from "../config/clouds";
import type { StackConfig } from "../config/stack";
import type { Closing } from "../resources/closing";
import type { Lifecycle } from "../resources/lifecycle";
import { ClosingReport } from "../resources/closing-report";
import { RemovalClosing } from "../resources/removal-closing";
import { closeAws, planClosings as planAws } from "./aws/closing";
import { closeAzure, planClosings as planAzure } from "./azure/closing";
import type { ClosingArgs, ClosingPlan, Closings, CloudArgs } from "./cloud";
import { closeGcp, planClosings as planGcp } from "./gcp/closing";

export type CloudClosings = ReadonlyMap<Cloud, Closings>;

type Close<C> = (args: ClosingArgs<C>) => Closings;
type Plan<C> = (args: CloudArgs<C>) => ClosingPlan<object>[];

/** One line per cloud. Closings do not load a native provider, which is slow. */
const CLOSE: { readonly [C in Cloud]: Close<NonNullable<StackConfig[C]>> } = {
  aws: closeAws,
  gcp: closeGcp,
  azure: closeAzure,
};

/** One line per cloud. */
const PLAN: { readonly [C in Cloud]: Plan<NonNullable<StackConfig[C]>> } = {
  aws: planAws,
  gcp: planGcp,
  azure: planAzure,
};

type Args = Omit<CloudArgs<unknown>, "config" | "product">;

/**
 * Possible grantees of each closing's place: compared by the guard with the previous ones, and recorded before the
 * first closing starts.
 */
export function wantedClosings(config: StackConfig, args: Args): WantedClosings {
  const plan = <C extends Cloud>(cloud: C): ClosingPlan<object>[] => {
    const settings = config[cloud];
    return settings === undefined ? [] : PLAN[cloud]({ ...args, product: config.product, config: settings });
  };
  const plans = (Object.keys(PLAN) as Cloud[]).flatMap((cloud) => plan(cloud));
  return Object.fromEntries(
    plans.map((plan) => [keyOf(plan), CLOSING_READERS[plan.type]?.({ ...plan.args }) ?? []]),
  );
}

/** Creates every closing of the stack, right after the guard passed (`args.after`) and before all other resources. */
export function closeOnClouds(config: StackConfig, args: Args, guard?: Lifecycle): CloudClosings {
  const begun =
    guard &&
    ((place: { type: string; name: string }) => guard.begun.apply((all) => all?.[keyOf(place)]?.closings));
  const close = <C extends Cloud>(cloud: C): [Cloud, Closings][] => {
    const settings = config[cloud];
    return settings === undefined
      ? []
      : [
          [
            cloud,
            CLOSE[cloud]({ ...args, product: config.product, config: settings, ...(begun && { begun }) }),
          ],
        ];
  };
  return new Map((Object.keys(CLOSE) as Cloud[]).flatMap((cloud) => close(cloud)));
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
