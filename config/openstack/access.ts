import { type AccessReader, accessBy, type ClosingReaders, textsIn } from "../access";
import type { StateResource } from "../state-resource";

const SHARING = "imprimatur:openstack:ImageSharing";
const CLOSING = "imprimatur:openstack:ImageClosing";

/** Each region has an image of its own, and one resource with all who see it. */
export const openstackAccess: AccessReader = ({ ofImages, doubtOf }) => {
  const closings = new Map(ofImages(CLOSING).map(({ name, outputs }) => [name, outputs]));
  return ofImages(SHARING).map(({ version, architecture, name, rest, outputs }) => ({
    version,
    architecture,
    region: rest,
    ...accessBy(openstackGranteesIn(outputs), outputs, closings.get(name), doubtOf({ type: CLOSING, name })),
  }));
};

export const openstackClosings: ClosingReaders = { [CLOSING]: openstackGranteesIn };

/** `public`, which a community image is too: everyone may start it; else projects. */
export function openstackGranteesIn({ visibility, projects }: StateResource["outputs"]): string[] {
  if (visibility === "public" || visibility === "community") return ["public"];
  return visibility === "shared" ? textsIn(projects).sort() : [];
}
