import type { Architecture } from "../config/release";
import { CLOUDS, type Cloud } from "../facts/clouds";
import type { ObjectFacts } from "../trust/object-facts";
import type { Statement } from "../trust/statement";
import { CATALOGUE_CLOUDS } from "./clouds";
import type { Place } from "./model";
import { accessIn, availabilityOf, type StackFacts } from "./stack-facts";

/** How records name the region of an image that serves all of them. */
const EVERYWHERE = "all";
const GLOBAL = "global";

interface Asked {
  readonly version: string;
  readonly architecture: Architecture;
}

/**
 * Where users find a disk: the images that the record names, and the regions that the stack's state adds to them. Of
 * a cloud whose ids have a region, the state adds none: an id that is not signed is not shown.
 */
export function placesOf(
  { predicate: { objects } }: Statement,
  asked: Asked,
  stack: StackFacts | undefined,
): Place[] {
  const images = objects
    .map(({ annotations }) => annotations)
    .filter(({ kind, architecture }) => kind === "image" && architecture === asked.architecture);
  return CLOUDS.flatMap((cloud) => {
    const ofCloud = images.filter((facts) => facts.cloud === cloud);
    const recorded = ofCloud.map((facts) => placeOf(facts, stack, asked));
    return [...recorded, ...replicas(cloud, { ofCloud, stack, asked })];
  }).sort(byRegion);
}

function placeOf(facts: ObjectFacts, stack: StackFacts | undefined, asked: Asked): Place {
  const { cloud, id, publicId, name, account, proof } = facts;
  const region = facts.region === EVERYWHERE ? GLOBAL : facts.region;
  const access = stack && accessIn(stack, { ...asked, cloud }).get(region);
  return {
    ...{ cloud, region, id: publicId ?? id, name, account, proof, from: "record" },
    ...(stack && { availability: availabilityOf(access) }),
  };
}

/** Regions that a version has copies in, under the one id that is signed. */
function replicas(
  cloud: Cloud,
  { ofCloud, stack, asked }: { ofCloud: readonly ObjectFacts[]; stack: StackFacts | undefined; asked: Asked },
): Place[] {
  const [only] = ofCloud;
  if (stack === undefined || only === undefined || !CATALOGUE_CLOUDS[cloud].hasReplicas) return [];
  const { id, publicId, name, account, proof } = only;
  return [...accessIn(stack, { ...asked, cloud })]
    .filter(([region]) => ofCloud.every((facts) => facts.region !== region))
    .map(([region, access]) => ({
      ...{ cloud, region, id: publicId ?? id, name, account, proof, from: "stack" as const },
      availability: availabilityOf(access),
    }));
}

function byRegion(a: Place, b: Place): number {
  const order = CLOUDS.indexOf(a.cloud) - CLOUDS.indexOf(b.cloud);
  return order || (a.region < b.region ? -1 : a.region > b.region ? 1 : 0);
}
