import { type ClosingReaders, hadBy, type HaveReader, type StateResource, textsIn } from "../have";

const SHARING = "imprimatur:aws:ImageSharing";
const CLOSING = "imprimatur:aws:ImageClosing";

/** Each region has an image of its own, and a resource that holds everyone who may use it. */
export const awsHave: HaveReader = ({ ofImages, doubtOf }) => {
  const closings = new Map(ofImages(CLOSING).map(({ name, outputs }) => [name, outputs]));
  return ofImages(SHARING).map(({ version, architecture, name, rest, outputs }) => ({
    version,
    architecture,
    region: rest,
    ...hadBy(awsGranteesIn(outputs), outputs, closings.get(name), doubtOf({ type: CLOSING, name })),
  }));
};

export const awsClosings: ClosingReaders = { [CLOSING]: awsGranteesIn };

/** `public`, accounts, and ARNs of organisations and their units. */
export function awsGranteesIn(outputs: StateResource["outputs"]): string[] {
  const lists = [outputs.accounts, outputs.organizations, outputs.organizationalUnits].flatMap(textsIn);
  return [...(outputs.public === true ? ["public"] : []), ...lists.sort()];
}
