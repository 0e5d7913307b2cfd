import { closeImage } from "../../clouds/aws/closing";
import { awsGranteesIn } from "../../config/aws/access";
import { Shape } from "../../plugin/shape";
import type { ImageClosingArgs } from "../../resources/aws/image-closing";
import { type ClosingKind, closingHandler } from "../closing";
import { flag, text, texts } from "../fields";
import { ownerOf } from "../preflight-report";
import { sessionFor } from "./session";

/** One AMI with its snapshot, in one region. */
export const imageClosingKind: ClosingKind<ImageClosingArgs> = {
  inputs: Shape.of<ImageClosingArgs>({
    ...{ region: text, image: text, withdrawn: flag, public: flag },
    ...{ accounts: texts, organizations: texts, organizationalUnits: texts },
  }),
  replaceOn: ["region", "image"],
  placeOf: ({ image, region }) => `AMI ${image} in ${region}`,
  areaOf: ({ region }) => region,
  granteesOf: (args) => awsGranteesIn({ ...args }),
  nobody: (args) => ({
    ...args,
    ...{ withdrawn: false, public: false, accounts: [], organizations: [], organizationalUnits: [] },
  }),
  looksAtFirst: ({ withdrawn }) => withdrawn,
  close({ region, image, ...most }, call) {
    const { policy, failing } = call;
    const session = { ...sessionFor(region, call), policy, failing };
    return closeImage(session, { name: image, stack: ownerOf(call.urn) }, most);
  },
};

export const imageClosing = closingHandler(imageClosingKind);
