import * as pulumi from "@pulumi/pulumi";
import type { Cloud, StackConfig } from "../config/stack";
import type { Closing } from "../resources/closing";
import { ClosingReport } from "../resources/closing-report";
import { closeAws } from "./aws/closing";
import { closeAzure } from "./azure/closing";
import type { CloudArgs, Closings } from "./cloud";
import { closeGcp } from "./gcp/closing";

export type CloudClosings = ReadonlyMap<Cloud, Closings>;

type Close<C> = (args: CloudArgs<C>) => Closings;

/** One line per cloud. They need no native provider, which is what costs time to load. */
const CLOSE: { readonly [C in Cloud]: Close<NonNullable<StackConfig[C]>> } = {
  aws: closeAws,
  gcp: closeGcp,
  azure: closeAzure,
};

/** Makes every closing of the stack: the first of its resources, right after its guard agreed (`args.after`). */
export function closeOnClouds(
  config: StackConfig,
  args: Omit<CloudArgs<unknown>, "config" | "product">,
): CloudClosings {
  const close = <C extends Cloud>(cloud: C): [Cloud, Closings][] => {
    const of = config[cloud];
    return of === undefined ? [] : [[cloud, CLOSE[cloud]({ ...args, product: config.product, config: of })]];
  };
  return new Map((Object.keys(CLOSE) as Cloud[]).flatMap((cloud) => close(cloud)));
}

export function resourcesOf(closings: CloudClosings): Closing[] {
  return [...closings.values()].flatMap((of) => [...of.values()]);
}

/**
 * The last word on what is still open. It fails, and a failure ends an `up` before what has not begun: so the pointers move
 * first.
 */
export function reportOn(
  name: string,
  closings: CloudClosings,
  pointers: readonly pulumi.Resource[],
): ClosingReport {
  const all = resourcesOf(closings);
  const open = pulumi.all(all.map((closing) => closing.open)).apply((lines) => lines.filter(Boolean));
  return new ClosingReport(name, { open }, { dependsOn: [...all, ...pointers] });
}
