/** Leftovers on AWS, in every region: instances of boot checks, images, snapshots, unfinished uploads, parameters. */
import {
  imagesFrom,
  imagesOn,
  imagesTagged,
  instancesTagged,
  openRegions,
  parametersTagged,
  snapshotsOfCopies,
  snapshotsTagged,
} from "../../clouds/aws/observe";
import { removeImage, removeInstance, removeParameter, removeSnapshot } from "../../clouds/aws/remove";
import { openSession } from "../../clouds/aws/api/session";
import { tagRecord } from "../../clouds/aws/api/tags";
import { expectedOfAws } from "./expectations";
import { leftoversIn, type RegionView } from "./leftovers";
import { type Found, tagsOf } from "../sweep/leftover";
import { nameRelease, resourceNames } from "../sweep/resource-names";
import type { Sweep } from "../sweep/input";

const RANK = { instance: 0, parameter: 0, image: 1, snapshot: 2 } as const;

export async function sweepAws(sweep: Sweep): Promise<Found[]> {
  const { deployment, collector, signal, owner, places } = sweep;
  const expected = expectedOfAws(deployment);
  const stated = [...expected.images, ...expected.snapshots].map(({ region }) => region);
  const start = places.regions?.[0] ?? stated[0];
  if (start === undefined) return [];
  const sessionIn = (region: string) => openSession(region, signal, collector);
  // One request first: without credentials every other one would fail alike.
  const open = await collector.ask(() => openRegions(sessionIn(start)));
  if (open === undefined) return [];
  const regions = sweep.options.regions ?? [...new Set([...open, ...stated])];
  const tagged = await Promise.all(
    regions.map(async (region) => {
      const session = sessionIn(region);
      const [images, snapshots, ofCopies, parameters, instances] = await Promise.all([
        collector.ask(() => imagesTagged(session, tagsOf(owner))),
        collector.ask(() => snapshotsTagged(session, tagsOf(owner))),
        collector.ask(() => snapshotsOfCopies(session)),
        collector.ask(() => parametersTagged(session, tagsOf(owner))),
        collector.ask(() => instancesTagged(session, tagsOf(owner))),
      ]);
      if (images !== undefined) collector.count("regions");
      return {
        region,
        images: images ?? [],
        snapshots: snapshots ?? [],
        ofCopies: ofCopies ?? [],
        parameters: parameters ?? [],
        instances: instances ?? [],
      };
    }),
  );
  // An image not tagged yet is identified by its source.
  const sources = [...expected.images, ...tagged.flatMap(({ images }) => images)].flatMap((image) =>
    "id" in image ? image.id : (image.ImageId ?? []),
  );
  const sights = await Promise.all(
    tagged.map(async (sight): Promise<RegionView> => {
      const { region } = sight;
      const session = sessionIn(region);
      const under = [
        ...expected.snapshots.filter((snapshot) => snapshot.region === region).map(({ id }) => id),
        ...sight.snapshots.flatMap(({ SnapshotId }) => SnapshotId ?? []),
      ];
      const [copies, registered] = await Promise.all([
        collector.ask(() => imagesFrom(session, sources)),
        collector.ask(() => imagesOn(session, under)),
      ]);
      return { ...sight, derived: [...(copies ?? []), ...(registered ?? [])] };
    }),
  );
  const parameters = new Set(expected.parameters.map(({ region, name }) => `${region} ${name}`));
  const names = new Set([
    ...deployment.ofType("aws:ec2/ami:Ami").map(({ inputs }) => String(inputs.name)),
    ...sights.flatMap(({ snapshots }) => snapshots.flatMap(({ Tags }) => tagRecord(Tags).Name ?? [])),
  ]);
  return leftoversIn(sights, {
    ...{ owner, known: sweep.known, parameters, names },
    unfinished: unfinishedReleases(sweep),
  }).map((leftover): Found => {
    const { region, object } = leftover;
    const kind = object.kind as keyof typeof RANK;
    const remove = {
      instance: removeInstance,
      parameter: removeParameter,
      image: removeImage,
      snapshot: removeSnapshot,
    }[kind];
    return { leftover, rank: RANK[kind], remove: () => remove(region, object.id, signal) };
  });
}

/** Releases of the stack file that an `up` has begun and whose snapshot no `up` has finished. */
export function unfinishedReleases({
  deployment,
  wanted = [],
}: Pick<Sweep, "deployment" | "wanted">): string[] {
  const names = (type: string) => resourceNames(deployment.everything.filter((each) => each.type === type));
  const [finished, begun] = [names("imprimatur:aws:Snapshot"), names("imprimatur:aws:Preflight")];
  return wanted.filter((version) => nameRelease(begun, version) && !nameRelease(finished, version));
}
