import {
  type ClosingReaders,
  type AccessEntry,
  accessBy,
  type AccessReader,
  imageAccess,
  textsIn,
} from "../access";
import type { ImageName, StateResource } from "../state-resource";
import { granteeOf, normalizeMember } from "./members";

const IMAGES = ["gcp:compute/image:Image", "imprimatur:gcp:Arm64Image"];
/** The second is version 0.1's type. */
const MEMBERS = ["imprimatur:gcp:ImageMember", "gcp:compute/imageIamMember:ImageIamMember"];
const CLOSING = "imprimatur:gcp:ImageClosing";

/** One image for all regions, with one resource per member. */
export const gcpAccess: AccessReader = ({ ofImages, doubtOf }) => {
  const members = ofImages(...MEMBERS);
  const spelled = ({ outputs }: StateResource) => ({
    ...outputs,
    openFor: textsIn(outputs.openFor).map(normalizeMember),
  });
  const closed = ofImages(CLOSING);
  const closings = new Map(closed.map((closing) => [keyOf(closing), spelled(closing)]));
  const doubts = new Map(closed.map((closing) => [keyOf(closing), doubtOf(closing)]));
  // A member implies that its image exists, whatever the state says of it.
  const images = new Map([...ofImages(...IMAGES), ...members].map((each) => [keyOf(each), each]));
  return [...images].map(([key, { version, architecture }]): AccessEntry => {
    const closing = closings.get(key);
    const each = members
      .filter((member) => keyOf(member) === key)
      .map(({ outputs }) => accessBy(granteeIn(outputs.member), outputs, closing, doubts.get(key)));
    const has = each.flatMap((one) => one.has);
    const may = [...each.flatMap((one) => one.may ?? []), ...textsIn(closing?.openFor)];
    return { version, architecture, region: "global", ...imageAccess(has.sort(), may.sort()) };
  });
};

export const gcpClosings: ClosingReaders = { [CLOSING]: gcpGranteesIn };

/** `public`, and IAM members in Google's spelling. */
export function gcpGranteesIn({ members }: StateResource["outputs"]): string[] {
  return textsIn(members).flatMap(granteeIn);
}

function keyOf({ version, architecture }: ImageName): string {
  return `${version} ${architecture}`;
}

function granteeIn(member: unknown): string[] {
  if (typeof member !== "string") return [];
  return [granteeOf(member)];
}
