import * as pulumi from "@pulumi/pulumi";
import { closeOnClouds, closeRemoved, reportOn, resourcesOf, wantedClosings } from "../components/closings";
import { loadClouds, openClouds } from "../components/open";
import { planStack } from "../components/plan";
import { currentAccess, openBy, readState } from "../components/access";
import { ledgerOf } from "../components/lifecycle";
import { askForKey, recordingOf } from "../components/record";
import { Release } from "../components/release";
import { isProtected } from "../config/release";
import { ownerName } from "../facts/tags";
import { Lifecycle } from "../resources/lifecycle";
import { Protection } from "../resources/protection";
import { leaveFailuresToTheEngine } from "./failures";
import { loadStack } from "./load";

leaveFailuresToTheEngine();

// Reports every problem of the stack file and the image files at once, before anything is planned.
const { config, builds } = loadStack();

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

const kept = config.releases.filter(isProtected).map(({ version }) => version);
new Protection(
  config.product.name,
  { releases: kept },
  {
    protect: kept.length > 0,
    dependsOn: [lifecycle, report, ...published, ...clouds.flatMap((cloud) => cloud.shared())],
  },
);

export const product = config.product.name;

/** Outputs of each release in each cloud, by version. */
export const releases: Record<string, unknown> = Object.fromEntries(
  published.map((release) => [release.version, release.published]),
);

/** Outputs common to all releases of a cloud, e.g. the public name of an Azure gallery. */
export const shared: Record<string, unknown> = Object.fromEntries(
  finished.filter(([, outputs]) => outputs !== undefined),
);

/** The signed record of each release, by version, if the stack makes records: input of `imprimatur verify`. */
export const records: Record<string, unknown> = Object.fromEntries(
  published.flatMap(({ version, record }) => (record === undefined ? [] : [[version, record]])),
);

/**
 * Signer of these records: the public key or the identity that users check them against. Empty if the stack makes no
 * records: the engine warns of an undefined output at every run.
 */
export const signedBy = signedByOf();

/** Only one of the two: an output that its resource never sets would be unknown in every preview. */
function signedByOf() {
  if (!key) return {};
  const { publicKey, certificateIdentity, certificateOidcIssuer } = key;
  return config.record?.signWith.keyless === undefined
    ? { publicKey }
    : { certificateIdentity, certificateOidcIssuer };
}
