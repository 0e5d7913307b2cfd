import { CloudFailure } from "../../clouds/failure";
import { admitUser, IMAGE_USER, imageUsers, keepUsers } from "../../clouds/gcp/image-users";
import { imageName } from "../../clouds/gcp/api/images";
import { EVERYONE, normalizeMember, sameMember } from "../../config/gcp/members";
import {
  type Call,
  diffInputs,
  PartialFailure,
  type Properties,
  type ResourceHandler,
} from "../../plugin/resource";
import type { ImageMemberArgs } from "../../resources/gcp/image-member";
import type { Resolved } from "../../resources/resource";
import { refuseUnagreed } from "../agreed";
import { sessionFor } from "./session";

/** The compared inputs, spelled alike, whichever resource wrote them. */
type Args = Pick<Resolved<ImageMemberArgs>, "project" | "image" | "member"> & { closings: unknown };

/** Unknown whether Google added the member: equals no closing count. */
const IN_DOUBT = -1;

/** Failures that leave the policy unchanged. */
const UNCHANGED = ["denied", "refused", "unauthenticated", "absent", "busy"];

/**
 * One grantee of an image. States up to version 0.1 hold a native `gcp:compute/imageIamMember:ImageIamMember` in its
 * place, which this resource adopts: {@link argsIn} reads both, and the id is the native one's.
 */
export const imageMember: ResourceHandler = {
  computed: [],
  diff(old, inputs) {
    // The actual values, not the intended ones: a count in doubt is a difference.
    const before = { ...argsIn(old.inputs), closings: argsIn(old.outputs).closings };
    return diffInputs(before, argsIn(inputs), { replaceOn: ["project", "image", "member"] });
  },
  async create(inputs, call) {
    const { project, image, member } = argsIn(inputs);
    const id = `projects/${project}/global/images/${image}/${IMAGE_USER}/${member}`;
    refuseSkippedGuard(inputs);
    try {
      await admit(inputs, call);
    } catch (error) {
      if (error instanceof CloudFailure && UNCHANGED.includes(error.kind)) throw error;
      // The member may have been added: kept in the state, so that the next `up` retries and a destroy removes it,
      // but never counted as added.
      const reasons = [error instanceof Error ? error.message : String(error)];
      throw new PartialFailure(id, { ...inputs, closings: IN_DOUBT }, reasons);
    }
    return { id, outputs: inputs };
  },
  async read(id, old, call) {
    const { project, image, member, closings } = argsIn(old.outputs);
    const users = await imageUsers(sessionFor(call), { project, image });
    if (!users?.some((user) => sameMember(user, member))) return undefined;
    const found = { project, image, member, closings };
    return { id, inputs: { ...found, closings: argsIn(old.inputs).closings }, outputs: found };
  },
  async update(_id, _old, inputs, call) {
    refuseSkippedGuard(inputs);
    await admit(inputs, call);
    return inputs;
  },
  async delete(_id, old, call) {
    const { project, image, member } = argsIn(old.outputs);
    await keepUsers(sessionFor(call), { project, image }, (user) => !sameMember(user, member));
  },
};

function refuseSkippedGuard(inputs: Properties): void {
  const { member } = argsIn(inputs);
  refuseUnagreed([member === EVERYONE ? "public" : member], inputs, normalizeMember);
}

async function admit(inputs: Properties, call: Call): Promise<void> {
  const { project, image, member } = argsIn(inputs);
  await admitUser(sessionFor(call), { project, image }, member, sameMember);
}

/** @param properties of this resource, or of the native one, which has the image as a path and no closing count */
function argsIn({ project, image, member, closings = 0 }: Properties): Args {
  return {
    project: String(project),
    image: imageName(String(image)),
    member: normalizeMember(String(member)),
    closings,
  };
}
