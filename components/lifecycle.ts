import type { Ledger } from "../config/ledger";
import { isProtected } from "../config/release";
import { CLOUD_AUDIENCE, CLOUDS, type Cloud, type StackConfig } from "../config/stack";
import type { ReleaseBuild } from "./cloud";
import { imagesOf } from "./images";

/** What the stack says of its releases, by version. */
export function ledgerOf(config: StackConfig, builds: readonly ReleaseBuild[]): Ledger {
  return Object.fromEntries(
    builds.map((build) => {
      const { version, state, deprecateOn, endOfLife, reason } = build.release;
      const audienceOn = <C extends Cloud>(cloud: C) => {
        const of = config[cloud];
        return of === undefined ? [] : [[cloud, CLOUD_AUDIENCE[cloud](of, build.release)] as const];
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
          ...(deprecateOn !== undefined && { deprecateOn }),
          ...(endOfLife !== undefined && { endOfLife }),
          ...(reason !== undefined && { reason }),
        },
      ];
    }),
  );
}
