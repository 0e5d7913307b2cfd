import { Provider } from "@pulumi/gcp/provider";
import { Bucket } from "@pulumi/gcp/storage/bucket";
import { ownerLabels } from "../../config/gcp/names";
import type { GcpConfig } from "../../config/gcp/schema";
import type * as pulumi from "@pulumi/pulumi";
import { type Architecture, isProtected } from "../../config/release";
import { BucketDeletion } from "../../resources/gcp/bucket-deletion";
import { type CloudArgs, type OpenArgs, type OpenCloud, plannedRelease } from "../cloud";
import { replacementFor } from "../images";
import type { GcpPlan } from "./plan";
import { GcpRelease } from "./release";

export function openGcp(args: OpenArgs<GcpConfig, GcpPlan>): OpenCloud {
  const { project, bucket } = args.config;
  const provider = new Provider("gcp", { project });
  const published = new Map<string, GcpRelease>();
  let allArePublished = () => {};
  const checked = new Promise<void>((resolve) => (allArePublished = resolve)).then(() =>
    [...published.values()].map(({ preflight }) => preflight),
  );
  const made = bucket.exists ? [] : makeBucket(args, provider, checked);
  const replacementOf = (version: string) => (architecture: Architecture) => {
    const build = args.builds.find(({ release }) => release.version === version);
    const newest = build && replacementFor(args.builds, build.release, architecture);
    return newest && published.get(newest.version)?.pointerOf(architecture);
  };
  return {
    cloud: "gcp",
    publish: (build, options, recorded) => {
      const plan = plannedRelease(args, build.release.version);
      const release = new GcpRelease(
        plan.name,
        {
          plan,
          before: made,
          closings: args.closings,
          recorded,
          agreed: args.agreed?.(build.release.version),
        },
        { ...options, providers: [provider] },
      );
      published.set(build.release.version, release);
      return release;
    },
    finish: () => {
      allArePublished();
      // An old image is deprecated in favour of a new one, which must exist first.
      for (const [version, release] of published)
        if (!release.withdrawn) release.deprecate(replacementOf(version));
      return undefined;
    },
    pointers: () => [...published.values()].flatMap(({ families }) => families),
    settle: (report) => {
      for (const [version, release] of published)
        if (release.withdrawn) release.deprecate(replacementOf(version), [report]);
    },
    shared: () => made,
  };
}

/**
 * The bucket that archives pass through, private to the publisher, and the guard of its deletion. The preflights come
 * first: they name what else would end as a 409 or 403 of Google's among everything that is under way.
 */
function makeBucket(
  { config, product, stack, builds, after }: CloudArgs<GcpConfig, GcpPlan>,
  provider: Provider,
  checked: Promise<readonly pulumi.Resource[]>,
): [Bucket, BucketDeletion] {
  const { project, bucket } = config;
  const name = `${product.name}-archives`;
  const protect = builds.some(({ release }) => isProtected(release));
  const before: Promise<pulumi.Resource[]> = checked.then((preflights) => [...after, ...preflights]);
  const made = new Bucket(
    name,
    {
      project,
      name: bucket.name,
      location: bucket.location.toUpperCase(),
      uniformBucketLevelAccess: true,
      publicAccessPrevention: "enforced",
      // Google's default keeps deleted objects for 7 days and bills them; an archive can be recreated at any time.
      softDeletePolicy: { retentionDurationSeconds: 0 },
      labels: ownerLabels({ product: product.name, stack }),
    },
    { provider, dependsOn: before, protect },
  );
  // The id resolves with the bucket: another one replaces the guard, which looks at the old one first.
  const named = made.id.apply(() => bucket.name);
  return [made, new BucketDeletion(name, { project, bucket: named }, { dependsOn: made, protect })];
}
