import { LABEL } from "../../facts/tags";
import { GIB } from "../../facts/units";
import {
  deleteImage,
  findImage,
  type GlanceImage,
  listMembers,
  changeImage,
} from "../../clouds/openstack/api/images";
import { openOpenstackSession, type OpenstackSession } from "../../clouds/openstack/api/session";
import { findOwnImages } from "../../clouds/openstack/own-images";
import { LOOKUP } from "../../clouds/retry";
import type { CloudQueries } from "../cloud";
import { type Deployment, plain, record } from "../deployment";
import type { Audit } from "../input";
import { DELETED, type FindRemnant } from "../recover/remnant";
import { GLANCE, type Place } from "../sight/place";
import type { Sweep } from "../sweep/input";
import { billedFor, type Found } from "../sweep/leftover";
import { compareForStranger, compareImage, extraImage } from "./compare";
import { type ExpectedImage, expectedOfOpenstack } from "./expectations";

export const queries: CloudQueries = {
  audit,
  places,
  sweep,
  remnants: { "imprimatur:openstack:Image": imageRemnant },
};

/** Regions of a stack, each with the cloud of clouds.yaml that it was published by. */
function placesOf(deployment: Deployment): { cloud: string | undefined; region: string }[] {
  const found = expectedOfOpenstack(deployment).map(({ cloud, region }) => ({ cloud, region }));
  return [...new Map(found.map((each) => [each.region, each])).values()];
}

async function audit(all: Audit): Promise<void> {
  const { deployment, collector, signal } = all;
  const images = expectedOfOpenstack(deployment);
  const open = (place: { cloud?: string | undefined; region: string }) =>
    openOpenstackSession(place, signal, collector);
  const known = new Set(images.map(({ id }) => id));
  const { identity } = deployment;
  await Promise.all([
    ...images.map(async (expected) => {
      const session = open(expected);
      const found = await collector.ask(async () => {
        const image = await findImage(session, expected.id);
        return {
          image,
          members: image?.visibility === "shared" ? await listMembers(session, expected.id) : [],
        };
      });
      if (found === undefined) return;
      collector.count("images");
      const { image, members } = found;
      const names = members.map(({ member_id: member }) => member);
      collector.found(...compareImage(expected, image && { image, members: names }));
    }),
    ...placesOf(deployment).map(async (place) => {
      if (identity === undefined) return;
      const found = await collector.ask(() => findOwnImages(open(place), identity));
      if (found === undefined) return;
      collector.count("regions");
      collector.found(
        ...found.filter(({ id }) => !known.has(id)).map((image) => extraImage(place.region, image)),
      );
    }),
  ]);
  await lookAsStranger(all, images);
}

async function lookAsStranger(
  { collector, signal, env }: Audit,
  images: readonly ExpectedImage[],
): Promise<void> {
  const cloud = env.STRANGER_OS_CLOUD;
  if (!cloud) return;
  collector.stranger = true;
  await Promise.all(
    images.map(async (expected) => {
      const session = openOpenstackSession({ cloud, region: expected.region }, signal, collector);
      const sight = await collector.ask(
        async () => ({ visible: (await findImage(session, expected.id)) !== undefined }),
        "as a stranger",
      );
      if (sight) collector.foundByStranger(...compareForStranger(expected, sight.visible));
    }),
  );
}

function places(deployment: Deployment, version: string, env: NodeJS.ProcessEnv): Place[] {
  const stranger = env.STRANGER_OS_CLOUD || undefined;
  return expectedOfOpenstack(deployment)
    .filter(({ release }) => release === version)
    .map(({ cloud, region, id }): Place => ({
      cloud: "openstack",
      called: `openstack ${region} ${id}`,
      by: stranger ? "stranger" : "owner",
      async isOpen(signal) {
        const session = openOpenstackSession({ cloud: stranger ?? cloud, region }, signal, {
          policy: GLANCE,
        });
        const image = await findImage(session, id);
        if (stranger || !image) return image !== undefined;
        if (image.visibility === "shared") return (await listMembers(session, id)).length > 0;
        return image.visibility !== "private";
      },
    }));
}

async function sweep({ deployment, owner, places: more, known, collector, signal }: Sweep): Promise<Found[]> {
  const stated = placesOf(deployment);
  const [cloud] = more.clouds ?? [];
  const regions = new Map([
    ...(more.regions ?? []).map((region) => [region, cloud] as const),
    ...stated.map((place) => [place.region, place.cloud] as const),
  ]);
  const found = await Promise.all(
    [...regions].map(async ([region, by]): Promise<Found[]> => {
      const session = openOpenstackSession({ cloud: by, region }, signal, collector);
      const images = await collector.ask(() => findOwnImages(session, owner));
      if (images !== undefined) collector.count("regions");
      return (images ?? []).filter(({ id }) => !known.has(id)).map((image) => leftover(session, image));
    }),
  );
  return found.flat();
}

function leftover(session: OpenstackSession, image: GlanceImage): Found {
  const release = plain(image[LABEL.release]);
  return {
    leftover: {
      cloud: "openstack",
      region: session.region,
      object: { kind: "image", id: image.id, ...(image.name && { name: image.name }) },
      ...(release !== undefined && { release }),
      why: "its properties",
      ...(image.created_at && { createdAt: image.created_at }),
      ...billedFor(typeof image.size === "number" ? image.size / GIB : undefined),
    },
    rank: 0,
    remove: () => remove(session, image),
  };
}

async function remove(session: OpenstackSession, { id, protected: held }: GlanceImage): Promise<void> {
  if (held) await changeImage(session, id, { protected: false });
  await deleteImage(session, id);
}

/** An upload, interrupted or complete, that the next `up` goes on with; nothing does after a `destroy`. */
async function imageRemnant(
  ...[inputs, { owner, ids, next, signal, status }]: Parameters<FindRemnant>
): ReturnType<FindRemnant> {
  const [region, name] = [plain(inputs.region), plain(inputs.imageName)];
  if (next === "up" || region === undefined || name === undefined) return undefined;
  const session = openOpenstackSession({ cloud: plain(inputs.cloud), region }, signal, {
    status,
    policy: LOOKUP,
  });
  const labels = record(inputs.labels);
  const [release, digest] = [labels[LABEL.release], labels[LABEL.digest]];
  const found = await findOwnImages(session, {
    ...owner,
    name,
    ...(release !== undefined && { release }),
    ...(digest !== undefined && { digest }),
  });
  const image = found.find(({ id }) => !ids.has(id));
  if (!image) return undefined;
  return {
    what: `image ${name} (${image.id}) in ${region}`,
    ...(image.visibility !== "private" && { kept: "it is shared" }),
    done: DELETED,
    resolve: () => remove(session, image),
  };
}
