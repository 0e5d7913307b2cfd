import * as pulumi from "@pulumi/pulumi";
import { isProtected } from "../config/release";
import type { StackConfig } from "../config/stack";
import { ownerName } from "../facts/tags";
import { Lifecycle } from "../resources/lifecycle";
import { Protection } from "../resources/protection";
import type { SigningKey } from "../resources/signing-key";
import { currentAccess, openBy, readState } from "./access";
import { closeOnClouds, closeRemoved, reportOn, resourcesOf, wantedClosings } from "./closings";
import type { ReleaseBuild } from "./cloud";
import { ledgerOf } from "./lifecycle";
import { loadClouds, openClouds } from "./open";
import { planStack } from "./plan";
import { askForKey, recordingOf } from "./record";
import { Release } from "./release";

/** Outputs of a product's publication. */
export interface Published {
  readonly product: string;
  /** Of each release in each cloud, by version. */
  readonly releases: Readonly<Record<string, unknown>>;
  /** Common to all releases of a cloud, e.g. the public name of an Azure gallery. */
  readonly shared: Readonly<Record<string, unknown>>;
  /** The signed record of each release, by version, if the stack makes records: input of `imprimatur verify`. */
  readonly records: Readonly<Record<string, unknown>>;
  /**
   * Signer of these records: the public key or the identity that users check them against. Empty if the stack makes no
   * records: the engine warns of an undefined output at every run.
   */
  readonly signedBy: Readonly<Record<string, unknown>>;
}

/**
 * Registers everything of one product: the guard, the closings, its releases on every cloud, and what protects them.
 *
 * @param stack.builds every release with its image file, newest first: a replacement is created before the replaced
 *   one is deprecated
 */
export function publishProduct({
  config,
  builds,
}: {
  readonly config: StackConfig;
  readonly builds: readonly ReleaseBuild[];
}): Published {
  // Nothing is created or changed before it agrees: see config/transitions.ts and config/lifecycle.ts for what it
  // refuses.
  const plan = planStack(config, { stack: ownerName(pulumi.getProject(), pulumi.getStack()), builds });
  loadClouds(plan);
  const state = readState();
  const wanted = wantedClosings(plan);
  const lifecycle = new Lifecycle(config.product.name, {
    releases: ledgerOf(plan),
    allow: config.allow,
    have: currentAccess(state),
    closings: wanted,
    open: openBy(state),
  });

  // Closings depend on nothing else and never fail: everything else that calls a cloud depends on them.
  const closings = closeOnClouds(plan, [lifecycle], lifecycle);
  const removal = closeRemoved(config.product.name, state, wanted, lifecycle);
  const agreed = [lifecycle, removal, ...resourcesOf(closings)];

  const recording = recordingOf(config);
  const key = recording && askForKey(config.product.name, recording, builds, { dependsOn: agreed });
  const first = key ? [...agreed, key] : agreed;

  const clouds = openClouds(plan, { after: first, closings, guard: lifecycle });

  const published = builds.map((build) => {
    const name = `${config.product.name}-${build.release.version}`;
    return new Release(name, { ...build, product: config.product, clouds, recording }, { dependsOn: first });
  });

  const finished = clouds.map((cloud) => [cloud.cloud, cloud.finish?.()] as const);

  const report = reportOn(
    config.product.name,
    closings,
    clouds.flatMap((cloud) => cloud.pointers?.() ?? []),
    removal,
  );
  for (const cloud of clouds) cloud.settle?.(report);

  // After nothing that may fail while a release is withdrawn: the report, what waits for it, the pointers. With
  // --continue-on-error the engine (3.259, tried) then deletes what the program no longer has, and keeps whatever was held
  // up with a dependency that is gone: "snapshot integrity failure", and no later command reads that state.
  const held = published.filter((_, index) => builds[index]?.release.state !== "withdrawn");
  const pointers = held.length < published.length ? clouds.flatMap((cloud) => cloud.pointers?.() ?? []) : [];
  const shared = clouds.flatMap((cloud) => cloud.shared()).filter((each) => !pointers.includes(each));
  const kept = config.releases.filter(isProtected).map(({ version }) => version);
  new Protection(
    config.product.name,
    { releases: kept },
    {
      protect: kept.length > 0,
      dependsOn: [lifecycle, ...held, ...shared],
    },
  );

  return {
    product: config.product.name,
    releases: Object.fromEntries(published.map((release) => [release.version, release.published])),
    shared: Object.fromEntries(finished.filter(([, outputs]) => outputs !== undefined)),
    records: Object.fromEntries(
      published.flatMap(({ version, record }) => (record === undefined ? [] : [[version, record]])),
    ),
    signedBy: key ? signedBy(key, config) : {},
  };
}

/** Only one of the two: an output that its resource never sets would be unknown in every preview. */
function signedBy(
  { publicKey, certificateIdentity, certificateOidcIssuer }: SigningKey,
  { record }: StackConfig,
): Published["signedBy"] {
  return record?.signWith.keyless === undefined
    ? { publicKey }
    : { certificateIdentity, certificateOidcIssuer };
}
