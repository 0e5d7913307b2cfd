import {
  deleteImage,
  findImage,
  type GoogleImage,
  type ImagePlace,
  insertImage,
  patchImage,
  setImageLabels,
} from "../../clouds/gcp/api/images";
import { diffInputs, type Properties } from "../../plugin/resource";
import { Shape } from "../../plugin/shape";
import { typedResource } from "../../plugin/typed-resource";
import type { Arm64ImageArgs } from "../../resources/gcp/arm64-image";
import type { Resolved } from "../../resources/resource";
import { byName, number, text, texts } from "../fields";
import { sessionFor } from "./session";

type Args = Resolved<Arm64ImageArgs>;

const INPUTS = Shape.of<Args>({
  ...{ project: text, imageName: text, description: text, diskSizeGb: number, guestOsFeatures: texts },
  ...{ labels: byName, licenses: texts, storageLocations: texts, source: text },
});
const FEATURES = INPUTS.pick("guestOsFeatures");

/** An image with `architecture: ARM64`, which the native resource does not support. */
export const arm64Image = typedResource({
  computed: ["selfLink"],
  inputs: INPUTS,
  kept: INPUTS.pick("project", "imageName", "description", "labels"),
  diff(old, inputs) {
    const diff = diffInputs(asSet(old.inputs), asSet(inputs), {
      replaceOn: [
        "project",
        "imageName",
        "diskSizeGb",
        "guestOsFeatures",
        "licenses",
        "storageLocations",
        "source",
      ],
    });
    // The name is unique in a project.
    return { ...diff, deleteBeforeReplace: true };
  },
  async create(args, call) {
    const session = sessionFor(call);
    const place = placeOf(args);
    const there = await findImage(session, place);
    // Left by a run that was killed before the engine saved it, with the same archive; otherwise someone else's.
    if (!there || !madeBy(there, args)) {
      await insertImage(session, args.project, {
        name: args.imageName,
        description: args.description,
        architecture: "ARM64",
        diskSizeGb: String(args.diskSizeGb),
        guestOsFeatures: args.guestOsFeatures.map((type) => ({ type })),
        labels: args.labels,
        licenses: args.licenses,
        storageLocations: args.storageLocations.length > 0 ? args.storageLocations : undefined,
        rawDisk: { source: args.source },
      });
    }
    const made = await findImage(session, place);
    return { id: idOf(args), outputs: { ...args, selfLink: made?.selfLink ?? "" } };
  },
  async read(id, old, call) {
    const found = await findImage(sessionFor(call), placeOf(old.outputs));
    if (!found || found.status === "FAILED") return undefined;
    const seen = { description: found.description ?? "", labels: found.labels ?? {} };
    return {
      id,
      inputs: { ...old.inputs, ...seen },
      outputs: { ...old.outputs, ...seen, selfLink: found.selfLink },
    };
  },
  async update(_id, old, args, call) {
    const before = old.outputs;
    const session = sessionFor(call);
    if (args.description !== before.description) {
      await patchImage(session, placeOf(args), { description: args.description });
    }
    if (JSON.stringify(args.labels) !== JSON.stringify(before.labels)) {
      await setImageLabels(session, placeOf(args), args.labels);
    }
    return { ...old.outputs, ...args };
  },
  async delete(_id, old, call) {
    await deleteImage(sessionFor(call), placeOf(old.outputs));
  },
});

/** Features are unordered: reordering them in the stack file is no change. */
function asSet(properties: Properties): Properties {
  return FEATURES.is(properties)
    ? { ...properties, guestOsFeatures: [...properties.guestOsFeatures].sort() }
    : properties;
}

function madeBy(image: GoogleImage, args: Args): boolean {
  const identity = Object.keys(args.labels).filter((key) => key.startsWith("imprimatur-"));
  return (
    image.status === "READY" &&
    image.architecture === "ARM64" &&
    identity.length > 0 &&
    identity.every((key) => image.labels?.[key] === args.labels[key])
  );
}

function placeOf({ project, imageName }: Pick<Args, "project" | "imageName">): ImagePlace {
  return { project, image: imageName };
}

function idOf({ project, imageName }: Args): string {
  return `projects/${project}/global/images/${imageName}`;
}
