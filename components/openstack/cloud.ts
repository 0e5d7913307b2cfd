import type * as pulumi from "@pulumi/pulumi";
import type { OpenstackConfig } from "../../config/openstack/schema";
import { type OpenArgs, type OpenCloud, plannedRelease } from "../cloud";
import type { OpenstackPlan } from "./plan";
import { OpenstackRelease } from "./release";

/** Without a native provider: docs/provider.md says why. */
export function openOpenstack(args: OpenArgs<OpenstackConfig, OpenstackPlan>): OpenCloud {
  const withdrawn: { readonly release: OpenstackRelease; readonly version: string }[] = [];
  const open = (version: string) => ({ closings: args.closings, agreed: args.agreed?.(version) });
  let shared: readonly pulumi.Resource[] = [];
  return {
    cloud: "openstack",
    publish: ({ release: { version } }, options, recorded) => {
      const plan = plannedRelease(args, version);
      const release = new OpenstackRelease(plan.name, plan, { ...options, dependsOn: [...args.after] });
      if (plan.withdrawn) withdrawn.push({ release, version });
      else shared = [...shared, ...release.share(open(version), [], recorded)];
      return release;
    },
    settle: (report) => {
      for (const { release, version } of withdrawn) release.share(open(version), [report]);
    },
    shared: () => [],
  };
}
