import { diskIdentity } from "../facts/disk-identity";
import type { Ledger } from "../config/ledger";
import { CLOUD_CONFIGS } from "../config/clouds";
import { onEachSection } from "../config/sections";
import { isProtected } from "../config/release";
import type { Cloud } from "../facts/clouds";
import { plannedRelease } from "./cloud";
import { CLOUD_COMPONENTS } from "./clouds";
import { imagesOf } from "./images";
import { onEachPlan, type StackPlan } from "./plan";

/** Ledger of the stack's releases, by version. */
export function ledgerOf(plan: StackPlan): Ledger {
  const { config, builds } = plan;
  const sharedAs = stated(
    onEachSection(config, (cloud, section) => CLOUD_CONFIGS[cloud].sharedAsAWhole?.of(section)),
  );
  return Object.fromEntries(
    builds.map((build) => {
      const { version, state, deprecateOn, endOfLife, reason } = build.release;
      return [
        version,
        {
          state,
          protected: isProtected(build.release),
          digests: Object.fromEntries(
            imagesOf(build).map(({ architecture, image }) => [architecture, diskIdentity(image)]),
          ),
          audience: Object.fromEntries(
            onEachSection(config, (cloud, section) => CLOUD_CONFIGS[cloud].audience(section, build.release)),
          ),
          made: Object.fromEntries(
            onEachPlan(plan, (cloud, planned) =>
              CLOUD_COMPONENTS[cloud].immutable(plannedRelease(planned, version)),
            ),
          ),
          fixed: stated(
            onEachPlan(plan, (cloud, planned) =>
              CLOUD_COMPONENTS[cloud].neverChanged?.(plannedRelease(planned, version), planned),
            ),
          ),
          sharedAs,
          deprecateOn,
          endOfLife,
          reason,
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
