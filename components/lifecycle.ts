import type { Ledger, MadeFrom } from "../config/ledger";
import { isProtected } from "../config/release";
import { CLOUD_AUDIENCE, CLOUDS, type Cloud, type StackConfig } from "../config/stack";
import { madeFrom as madeOnAws } from "./aws/made";
import { planRelease as planOnAws } from "./aws/plan";
import { madeFrom as madeOnAzure } from "./azure/made";
import { planRelease as planOnAzure } from "./azure/plan";
import type { CloudArgs, ReleaseBuild } from "./cloud";
import { madeFrom as madeOnGcp } from "./gcp/made";
import { planRelease as planOnGcp } from "./gcp/plan";
import { imagesOf } from "./images";

type MadeOn<C extends Cloud> = (
  args: CloudArgs<NonNullable<StackConfig[C]>>,
  build: ReleaseBuild,
) => MadeFrom;

/** One line per cloud. */
const MADE: { readonly [C in Cloud]: MadeOn<C> } = {
  aws: (args, build) => madeOnAws(planOnAws(args, build)),
  gcp: (args, build) => madeOnGcp(planOnGcp(args, build)),
  azure: (args, build) => madeOnAzure(planOnAzure(args, build)),
};

/** What the stack says of its releases, by version. */
export function ledgerOf(config: StackConfig, builds: readonly ReleaseBuild[]): Ledger {
  return Object.fromEntries(
    builds.map((build) => {
      const { version, state, deprecateOn, endOfLife, reason } = build.release;
      const audienceOn = <C extends Cloud>(cloud: C) => {
        const of = config[cloud];
        return of === undefined ? [] : [[cloud, CLOUD_AUDIENCE[cloud](of, build.release)] as const];
      };
      const madeOn = <C extends Cloud>(cloud: C) => {
        const of = config[cloud];
        // Tags are changed in place, so the name of the stack, which is in them, does not matter here.
        const args = { product: config.product, stack: "", builds, after: [] };
        return of === undefined ? [] : [[cloud, MADE[cloud]({ ...args, config: of }, build)] as const];
      };
      return [
        version,
        {
          state,
          protected: isProtected(build.release),
          digests: Object.fromEntries(
            imagesOf(build).map(({ architecture, image }) => [architecture, image.sha256]),
          ),
          audience: Object.fromEntries(CLOUDS.flatMap((cloud) => audienceOn(cloud))),
          made: Object.fromEntries(CLOUDS.flatMap((cloud) => madeOn(cloud))),
          ...(deprecateOn !== undefined && { deprecateOn }),
          ...(endOfLife !== undefined && { endOfLife }),
          ...(reason !== undefined && { reason }),
        },
      ];
    }),
  );
}
