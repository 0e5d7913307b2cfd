import { Provider } from "@pulumi/gcp/provider";
import type { GcpConfig } from "../../config/gcp/schema";
import type { CloudArgs, OpenCloud } from "../cloud";
import { planRelease, replacementFor } from "./plan";
import { GcpRelease } from "./release";

export function openGcp(args: CloudArgs<GcpConfig>): OpenCloud {
  const provider = new Provider("gcp", { project: args.config.project });
  const published = new Map<string, GcpRelease>();
  return {
    cloud: "gcp",
    publish: (build, options) => {
      const plan = planRelease(args, build);
      const release = new GcpRelease(plan.name, plan, { ...options, providers: [provider] });
      published.set(build.release.version, release);
      return release;
    },
    finish: () => {
      // An old image is deprecated in favour of a new one, so the new one comes first.
      for (const release of published.values()) {
        release.deprecate((architecture) => {
          const newest = replacementFor(args.builds, architecture);
          return newest && published.get(newest.version)?.pointerOf(architecture);
        });
      }
      return {};
    },
  };
}
