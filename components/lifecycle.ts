import type { Cloud } from "../facts/clouds";
import type { Ledger, ImmutableValues } from "../config/ledger";
import { isProtected } from "../config/release";
import { CLOUD_CONFIGS, type CloudSections, onEachCloud } from "../config/clouds";
import type { StackConfig } from "../config/stack";
import { immutableValues as madeOnAws } from "./aws/immutable";
import { planRelease as planOnAws } from "./aws/plan";
import { valuesNeverChanged as fixedOnAzure, immutableValues as madeOnAzure } from "./azure/immutable";
import { planDefinitions, planRelease as planOnAzure } from "./azure/plan";
import type { CloudArgs, ReleaseBuild } from "./cloud";
import { immutableValues as madeOnGcp } from "./gcp/immutable";
import { planRelease as planOnGcp } from "./gcp/plan";
import { imagesOf } from "./images";

type MadeOn<C extends Cloud> = (args: CloudArgs<CloudSections[C]>, build: ReleaseBuild) => ImmutableValues;

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
      // Tags are changed in place, so the stack's name, which is in them, is irrelevant here.
      const args = { product: config.product, stack: "", builds, after: [] };
      const told = <C extends Cloud>(_cloud: C, settings: CloudSections[C], read: MadeOn<C> | undefined) =>
        read?.({ ...args, config: settings }, build);
      return [
        version,
        {
          state,
          protected: isProtected(build.release),
          digests: Object.fromEntries(
            imagesOf(build).map(({ architecture, image }) => [architecture, image.sha256]),
          ),
          audience: Object.fromEntries(
            onEachCloud(config, (cloud, section) => CLOUD_CONFIGS[cloud].audience(section, build.release)),
          ),
          made: stated(onEachCloud(config, (cloud, section) => told(cloud, section, MADE[cloud]))),
          fixed: stated(onEachCloud(config, (cloud, section) => told(cloud, section, FIXED[cloud]))),
          sharedAs: stated(
            onEachCloud(config, (cloud, section) => CLOUD_CONFIGS[cloud].sharedAsAWhole?.of(section)),
          ),
          ...(deprecateOn !== undefined && { deprecateOn }),
          ...(endOfLife !== undefined && { endOfLife }),
          ...(reason !== undefined && { reason }),
        },
      ];
    }),
  );
}

/** Without the clouds that have none. */
function stated<T>(values: readonly [Cloud, T | undefined][]): Record<string, T> {
  return Object.fromEntries(
    values.flatMap(([cloud, value]) => (value === undefined ? [] : [[cloud, value] as const])),
  );
}
