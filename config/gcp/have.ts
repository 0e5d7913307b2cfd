import {
  type HadEntry,
  hadBy,
  type HaveReader,
  type ImageName,
  imageOf,
  type StateResource,
  textsIn,
} from "../have";
import { spellMember } from "./members";

const IMAGES = ["gcp:compute/image:Image", "imprimatur:gcp:Arm64Image"];
/** The second one is that of version 0.1. */
const MEMBERS = ["imprimatur:gcp:ImageMember", "gcp:compute/imageIamMember:ImageIamMember"];
const CLOSING = "imprimatur:gcp:ImageClosing";

/** One image for all regions, with a resource for each member of it. */
export const gcpHave: HaveReader = ({ ofImages }) => {
  const members = ofImages(...MEMBERS);
  const spelled = ({ outputs }: StateResource) => ({
    ...outputs,
    openFor: textsIn(outputs.openFor).map(spellMember),
  });
  const closings = new Map(ofImages(CLOSING).map((of) => [keyOf(of), spelled(of)]));
  // The image of a member is there, whatever the state says of it.
  const images = new Map([...ofImages(...IMAGES), ...members].map((of) => [keyOf(of), of]));
  return [...images].map(([key, { version, architecture }]): HadEntry => {
    const closing = closings.get(key);
    const each = members
      .filter((of) => keyOf(of) === key)
      .map(({ outputs }) => hadBy(granteeIn(outputs.member), outputs, closing));
    const has = each.flatMap((of) => of.has);
    const may = [...each.flatMap((of) => of.may ?? []), ...textsIn(closing?.openFor)];
    return { version, architecture, region: "global", ...imageOf(has.sort(), may.sort()) };
  });
};

function keyOf({ version, architecture }: ImageName): string {
  return `${version} ${architecture}`;
}

function granteeIn(member: unknown): string[] {
  if (typeof member !== "string") return [];
  return [member === "allAuthenticatedUsers" || member === "allUsers" ? "public" : spellMember(member)];
}
