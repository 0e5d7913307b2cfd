import { failedWith } from "../../clouds/failure";
import { findImage } from "../../clouds/openstack/api/images";
import { readSharing, setSharing } from "../../clouds/openstack/sharing";
import type { Visibility } from "../../clouds/openstack/visibility";
import { accessBefore, grantsNobodyNew, isLeftOpen, unfinishedSharing } from "../../config/access";
import { openstackGranteesIn } from "../../config/openstack/access";
import { type Call, diffInputs, PartialFailure, type Properties } from "../../plugin/resource";
import { Shape } from "../../plugin/shape";
import { typedResource } from "../../plugin/typed-resource";
import type { ImageSharingArgs } from "../../resources/openstack/image-sharing";
import type { Resolved } from "../../resources/resource";
import { refuseUnagreed } from "../agreed";
import { flag, number, text, texts } from "../fields";
import { sessionFor } from "./session";

type Args = Resolved<ImageSharingArgs>;

const INPUTS = Shape.of<Args>({
  ...{ cloud: text.optional(), region: text, imageId: text, visibility: text, projects: texts, hidden: flag },
  ...{ closings: number.optional(), open: text.optional(), agreed: texts.optional() },
});

/** Who sees one image: visibility, members and whether it is hidden, all of it. */
export const imageSharing = typedResource({
  computed: [],
  inputs: INPUTS,
  kept: INPUTS.pick("cloud", "region", "imageId"),
  diff: (old, inputs) =>
    diffInputs(old.inputs, inputs, {
      replaceOn: ["region", "imageId"],
      ignore: ["cloud", "open", "agreed"],
    }),
  async create(inputs, call) {
    const id = `${inputs.imageId}/sharing`;
    return { id, outputs: await share(id, {}, inputs, call) };
  },
  async read(id, old, call) {
    const { outputs } = old;
    const seen = await readSharing(sessionFor(outputs, call), outputs.imageId);
    if (!seen) return undefined;
    const found = { ...seen, unfinished: undefined };
    return { id, inputs: { ...old.inputs, ...found }, outputs: { ...outputs, ...found } };
  },
  async update(id, old, inputs, call) {
    if (isLeftOpen(inputs) && grantsNobodyNew(old.outputs, inputs, openstackGranteesIn)) return inputs;
    return share(id, old.outputs, inputs, call);
  },
  async delete(_id, old, call) {
    const { outputs } = old;
    const session = sessionFor(outputs, call);
    const found = await findImage(session, outputs.imageId);
    if (found) await setSharing(session, outputs.imageId, { ...NOBODY, hidden: found.os_hidden ?? false });
  },
});

const NOBODY = { visibility: "private", projects: [] } as const;

/** @throws {PartialFailure} when some changes may have been made: the next `up` resumes, and a destroy closes */
async function share(id: string, old: Properties, inputs: Args, call: Call): Promise<Properties> {
  refuseUnagreed(openstackGranteesIn({ ...inputs }), { ...inputs });
  const { projects, hidden, imageId } = inputs;
  // The program's own schema has checked it.
  const wanted = { visibility: inputs.visibility as Visibility, projects, hidden };
  try {
    await setSharing(sessionFor(inputs, call), imageId, wanted);
    return inputs;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new PartialFailure(id, { ...inputs, unfinished: await leftBy(error, old, inputs, call) }, [reason]);
  }
}

/** Who has it after a failure: the guard of the next `up` goes by these, not by who was wanted. */
async function leftBy(error: unknown, old: Properties, inputs: Args, call: Call): Promise<object> {
  const before = accessBefore(old, { ...inputs }, openstackGranteesIn(old));
  const bounds = unfinishedSharing(before, openstackGranteesIn({ ...inputs }));
  // If the cloud answers, it is asked; if not, there is no further wait.
  if (!failedWith(error, "refused", "denied", "busy")) return bounds;
  try {
    const seen = await readSharing(sessionFor(inputs, call), inputs.imageId);
    const has = seen ? openstackGranteesIn({ ...seen }) : [];
    return { has, may: has };
  } catch {
    return bounds;
  }
}
