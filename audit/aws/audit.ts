/** Queries AWS for everything in a stack's state, region by region, and for unknown objects with its tags. */
import { TAG } from "../../facts/tags";
import type { AwsKey } from "../../clouds/aws/identity";
import {
  imagesById,
  imagesTagged,
  instancesTagged,
  launchPermissions,
  openRegions,
  parameterDescriptions,
  parametersNamed,
  snapshotsById,
  snapshotsTagged,
  volumePermissions,
} from "../../clouds/aws/observe";
import { getCallerIdentity, imagePublicAccess, snapshotPublicAccess } from "../../clouds/aws/api/account";
import { parameterTags } from "../../clouds/aws/api/parameters";
import { openSession, type Session } from "../../clouds/aws/api/session";
import type { Audit } from "../input";
import { compareForStranger } from "./stranger";
import { compareImage, compareSnapshot } from "./compare";
import { compareRegion } from "./compare-region";
import { extraImages, extraInstances, extraSnapshots } from "./extra";
import { compareParameter } from "./compare-parameter";
import {
  type AwsExpectations,
  type ExpectedImage,
  type ExpectedParameter,
  expectedOfAws,
} from "./expectations";

export async function auditAws(audit: Audit): Promise<void> {
  const { deployment, collector } = audit;
  const expected = expectedOfAws(deployment);
  const { images, snapshots, parameters } = expected;
  const known = [...new Set([...images, ...snapshots, ...parameters].map(({ region }) => region))].sort();
  const [first] = known;
  if (first === undefined) return;
  // One request first: without credentials every other one would fail alike.
  const here = sessionIn(first, audit);
  if ((await collector.ask(() => getCallerIdentity(here))) === undefined) return;
  const searched = audit.options.regions ?? (await collector.ask(() => openRegions(here))) ?? known;

  await Promise.all([
    ...known.map((region) => auditRegion(audit, region, expected)),
    ...[...new Set([...known, ...searched])].map((region) => searchRegion(audit, region, expected)),
  ]);
  await lookAsStranger(audit, images);
}

function sessionIn(region: string, { collector, signal }: Audit, key?: AwsKey): Session {
  return openSession(region, signal, { status: collector.status, policy: collector.policy, key });
}

async function auditRegion(audit: Audit, region: string, expected: AwsExpectations): Promise<void> {
  const { collector, now } = audit;
  const session = sessionIn(region, audit);
  const here = <T extends { region: string }>(all: readonly T[]) =>
    all.filter((each) => each.region === region);
  const [images, snapshots, parameters] = [
    here(expected.images),
    here(expected.snapshots),
    here(expected.parameters),
  ];
  const isPublic = images.some(({ access }) => access?.public);

  const imageWork = collector
    .ask(() =>
      imagesById(
        session,
        images.map(({ id }) => id),
      ),
    )
    .then((found) => {
      if (found === undefined) return;
      return Promise.all(
        images.map(async (wanted) => {
          collector.count("images");
          const image = found.get(wanted.id);
          const launch = image && (await collector.ask(() => launchPermissions(session, wanted.id)));
          collector.found(...compareImage(wanted, image && { image, ...(launch && { launch }) }, now));
        }),
      );
    });
  const snapshotWork = collector
    .ask(() =>
      snapshotsById(
        session,
        snapshots.map(({ id }) => id),
      ),
    )
    .then((found) => {
      if (found === undefined) return;
      return Promise.all(
        snapshots.map(async (wanted) => {
          collector.count("snapshots");
          const snapshot = found.get(wanted.id);
          const permissions = snapshot && (await collector.ask(() => volumePermissions(session, wanted.id)));
          collector.found(
            ...compareSnapshot(wanted, snapshot && { snapshot, ...(permissions && { permissions }) }),
          );
        }),
      );
    });
  const parameterWork = parameters.length > 0 && auditParameters(collector, session, parameters);
  const settingsWork =
    isPublic &&
    Promise.all([
      collector.ask(() => imagePublicAccess(session)),
      collector.ask(() => snapshotPublicAccess(session)),
    ]).then(([ofImages, ofSnapshots]) => {
      const access = {
        images: ofImages,
        snapshots: ofSnapshots,
      };
      collector.found(...compareRegion(region, isPublic, access));
    });
  await Promise.all([imageWork, snapshotWork, parameterWork, settingsWork]);
}

async function auditParameters(
  collector: Audit["collector"],
  session: Session,
  parameters: readonly ExpectedParameter[],
): Promise<void> {
  const names = parameters.map(({ name }) => name);
  const [found, descriptions] = await Promise.all([
    collector.ask(() => parametersNamed(session, names)),
    collector.ask(() => parameterDescriptions(session, names)),
  ]);
  if (found === undefined) return;
  await Promise.all(
    parameters.map(async (wanted) => {
      collector.count("parameters");
      const parameter = found.get(wanted.name);
      const tags = parameter && (await collector.ask(() => parameterTags(session, wanted.name)));
      const description = descriptions?.get(wanted.name);
      const seen = parameter && {
        parameter,
        description,
        ...(tags && { tags }),
      };
      collector.found(...compareParameter(wanted, seen));
    }),
  );
}

/** Images with this stack's tags that are not in its state, and leftovers of its boot checks, in any region. */
async function searchRegion(
  audit: Audit,
  region: string,
  { images, snapshots }: AwsExpectations,
): Promise<void> {
  const { collector, deployment } = audit;
  const { identity } = deployment;
  if (identity === undefined) return;
  const session = sessionIn(region, audit);
  const tags = { [TAG.stack]: identity.stack, [TAG.product]: identity.product };
  const checks = deployment.ofType("imprimatur:aws:BootCheck").length > 0;
  const [tagged, left, instances] = await Promise.all([
    collector.ask(() => imagesTagged(session, tags)),
    collector.ask(() => snapshotsTagged(session, tags)),
    // A stack without boot checks needs no permission to look for their leftovers.
    checks ? collector.ask(() => instancesTagged(session, tags)) : [],
  ]);
  collector.found(...extraInstances(region, instances ?? []));
  const known = new Set([
    ...snapshots.map(({ id }) => id),
    ...images.flatMap(({ snapshotId }) => snapshotId ?? []),
  ]);
  collector.found(...extraSnapshots(region, known, left ?? []));
  if (tagged === undefined) return;
  collector.count("regions");
  collector.found(...extraImages(region, new Set(images.map(({ id }) => id)), tagged));
}

/** Who asks, in what could not be asked: nothing of it concerns the publisher's credentials. */
const STRANGER = "as a stranger";

async function lookAsStranger(audit: Audit, images: readonly ExpectedImage[]): Promise<void> {
  const { collector, now } = audit;
  const { STRANGER_AWS_ACCESS_KEY_ID: accessKeyId, STRANGER_AWS_SECRET_ACCESS_KEY: secretAccessKey } =
    audit.env;
  if (!accessKeyId || !secretAccessKey) return;
  const sessionToken = audit.env.STRANGER_AWS_SESSION_TOKEN;
  const key: AwsKey = { accessKeyId, secretAccessKey, ...(sessionToken && { sessionToken }) };
  collector.stranger = true;
  const regions = [...new Set(images.map(({ region }) => region))];
  await Promise.all(
    regions.map(async (region) => {
      const session = sessionIn(region, audit, key);
      const wanted = images.filter((image) => image.region === region);
      // Alone first: in a region that the stranger has not opted in to every other one would fail alike.
      const caller = await collector.ask(() => getCallerIdentity(session), STRANGER);
      if (caller === undefined) return;
      const ids = wanted.map(({ id }) => id);
      const under = wanted.flatMap(({ snapshotId }) => snapshotId ?? []);
      const [seen, snapshots] = await Promise.all([
        collector.ask(() => imagesById(session, ids), STRANGER),
        collector.ask(() => snapshotsById(session, under), STRANGER),
      ]);
      if (seen === undefined || snapshots === undefined) return;
      for (const expected of wanted) {
        const image = seen.get(expected.id);
        const sight = {
          account: caller.account,
          ...(image && { image }),
          snapshot: expected.snapshotId !== undefined && snapshots.has(expected.snapshotId),
        };
        collector.foundByStranger(...compareForStranger(expected, sight, now));
      }
    }),
  );
}
