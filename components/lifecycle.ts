import { CLOUDS, type Cloud } from "../facts/clouds";
import type { Ledger, ImmutableValues } from "../config/ledger";
import { isProtected } from "../config/release";
import { CLOUD_AUDIENCE, SHARED_AS_A_WHOLE, type StackConfig } from "../config/stack";
import { immutableValues as madeOnAws } from "./aws/immutable";
import { planRelease as planOnAws } from "./aws/plan";
import { valuesNeverChanged as fixedOnAzure, immutableValues as madeOnAzure } from "./azure/immutable";
import { planDefinitions, planRelease as planOnAzure } from "./azure/plan";
import type { CloudArgs, ReleaseBuild } from "./cloud";
import { immutableValues as madeOnGcp } from "./gcp/immutable";
import { planRelease as planOnGcp } from "./gcp/plan";
import { imagesOf } from "./images";

type MadeOn<C extends Cloud> = (
  args: CloudArgs<NonNullable<StackConfig[C]>>,
  build: ReleaseBuild,
) => ImmutableValues;

/** One line per cloud. */
const MADE: { readonly [C in Cloud]: MadeOn<C> } = {
  aws: (args, build) => madeOnAws(planOnAws(args, build)),
  gcp: (args, build) => madeOnGcp(planOnGcp(args, build)),
  azure: (args, build) => madeOnAzure(planOnAzure(args, build)),
};

/** One line per cloud that has any. */
const FIXED: { readonly [C in Cloud]?: MadeOn<C> } = {
  azure: (args, build) => fixedOnAzure(planOnAzure(args, build), planDefinitions(args)),
};

/** Ledger of the stack's releases, by version. */
export function ledgerOf(config: StackConfig, builds: readonly ReleaseBuild[]): Ledger {
  return Object.fromEntries(
    builds.map((build) => {
      const { version, state, deprecateOn, endOfLife, reason } = build.release;
      const audienceOn = <C extends Cloud>(cloud: C) => {
        const settings = config[cloud];
        return settings === undefined
          ? []
          : [[cloud, CLOUD_AUDIENCE[cloud](settings, build.release)] as const];
      };
      const on = <C extends Cloud>(cloud: C, told: MadeOn<C> | undefined) => {
        const settings = config[cloud];
        // Tags are changed in place, so the stack's name, which is in them, is irrelevant here.
        const args = { product: config.product, stack: "", builds, after: [] };
        return settings === undefined || told === undefined
          ? []
          : [[cloud, told({ ...args, config: settings }, build)] as const];
      };
      const sharedOn = <C extends Cloud>(cloud: C) => {
        const settings = config[cloud];
        const rule = SHARED_AS_A_WHOLE[cloud];
        return settings === undefined || rule === undefined ? [] : [[cloud, rule.of(settings)] as const];
      };
      const madeOn = <C extends Cloud>(cloud: C) => on(cloud, MADE[cloud]);
      const fixedOn = <C extends Cloud>(cloud: C) => on(cloud, FIXED[cloud]);
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
          fixed: Object.fromEntries(CLOUDS.flatMap((cloud) => fixedOn(cloud))),
          sharedAs: Object.fromEntries(CLOUDS.flatMap((cloud) => sharedOn(cloud))),
          ...(deprecateOn !== undefined && { deprecateOn }),
          ...(endOfLife !== undefined && { endOfLife }),
          ...(reason !== undefined && { reason }),
        },
      ];
    }),
  );
}
