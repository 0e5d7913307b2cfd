import type { Cloud } from "../facts/clouds";
import type { StackConfig } from "../config/stack";
import type { CloudClosings } from "./closings";
import type { Lifecycle } from "../resources/lifecycle";
import type { Agreed, CloudArgs, OpenArgs, OpenCloud } from "./cloud";

type Open<C> = (args: OpenArgs<C>) => OpenCloud;

// One line per cloud. Loading a cloud's SDK takes up to half a second and its provider needs credentials, so a cloud
// that the config omits is not loaded: hence `require` inside a function.
/* eslint-disable @typescript-eslint/no-require-imports */
const OPEN: { readonly [C in Cloud]: () => Open<NonNullable<StackConfig[C]>> } = {
  aws: () => (require("./aws/cloud") as typeof import("./aws/cloud")).openAws,
  gcp: () => (require("./gcp/cloud") as typeof import("./gcp/cloud")).openGcp,
  azure: () => (require("./azure/cloud") as typeof import("./azure/cloud")).openAzure,
};
/* eslint-enable */

/** Opens the configured clouds, in the order of the table. */
export function openClouds(
  config: StackConfig,
  {
    closings,
    guard,
    ...args
  }: Omit<CloudArgs<unknown>, "config" | "product"> & {
    readonly closings: CloudClosings;
    readonly guard?: Lifecycle;
  },
): OpenCloud[] {
  const open = <C extends Cloud>(cloud: C): OpenCloud[] => {
    const settings = config[cloud];
    return settings === undefined
      ? []
      : [
          OPEN[cloud]()({
            ...args,
            product: config.product,
            config: settings,
            closings: closings.get(cloud) ?? new Map(),
            ...(guard && { agreed: agreedOn(cloud, guard) }),
          }),
        ];
  };
  return (Object.keys(OPEN) as Cloud[]).flatMap((cloud) => open(cloud));
}

function agreedOn(cloud: Cloud, guard: Lifecycle): Agreed {
  return (version) => guard.releases.apply((ledger) => ledger?.[version]?.audience[cloud] ?? {});
}
