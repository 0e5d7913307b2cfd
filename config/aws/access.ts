import { type ClosingReaders, accessBy, type AccessReader, textsIn } from "../access";
import type { StateResource } from "../state-resource";

const SHARING = "imprimatur:aws:ImageSharing";
const CLOSING = "imprimatur:aws:ImageClosing";

/** Each region has its own image and one resource that holds all its grantees. */
export const awsAccess: AccessReader = ({ ofImages, doubtOf }) => {
  const closings = new Map(ofImages(CLOSING).map(({ name, outputs }) => [name, outputs]));
  return ofImages(SHARING).map(({ version, architecture, name, rest, outputs }) => ({
    version,
    architecture,
    region: rest,
    ...accessBy(awsGranteesIn(outputs), outputs, closings.get(name), doubtOf({ type: CLOSING, name })),
  }));
};

export const awsClosings: ClosingReaders = { [CLOSING]: awsGranteesIn };

/** `public`, accounts, and ARNs of organisations and organisational units. */
export function awsGranteesIn(outputs: StateResource["outputs"]): string[] {
  const lists = [outputs.accounts, outputs.organizations, outputs.organizationalUnits].flatMap(textsIn);
  return [...(outputs.public === true ? ["public"] : []), ...lists.sort()];
}
