import type { CloudFailure } from "../../clouds/failure";
import { closeImage } from "../../clouds/gcp/close-image";
import { gcpGranteesIn } from "../../config/gcp/access";
import { sameMember } from "../../config/gcp/members";
import { Shape } from "../../plugin/shape";
import type { ImageClosingArgs } from "../../resources/gcp/image-closing";
import { type ClosingKind, closingHandler } from "../closing";
import { flag, text, texts } from "../fields";
import { googleOwner } from "./owner";
import { sessionFor } from "./session";

/** Removes everyone not intended, whoever granted the access. */
export const imageClosingKind: ClosingKind<ImageClosingArgs> = {
  inputs: Shape.of<ImageClosingArgs>({
    project: text,
    image: text,
    sha256: text,
    members: texts,
    withdrawn: flag,
  }),
  replaceOn: ["project", "image"],
  placeOf: ({ project, image }) => `Compute Engine image ${project}/${image}`,
  areaOf: ({ project }) => `Google Cloud ${project}`,
  granteesOf: ({ members }) => gcpGranteesIn({ members }),
  // Not OBSOLETE: if restored before its deletion, it would stay so.
  nobody: (args) => ({ ...args, withdrawn: false, members: [] }),
  looksAtFirst: ({ withdrawn }) => withdrawn,
  close({ project, image, sha256, members, withdrawn }, call) {
    const place = { project, image, sha256, owner: googleOwner(call.urn), obsolete: withdrawn };
    const { policy } = call;
    const session = {
      ...sessionFor(call),
      policy,
      failing: (failure: CloudFailure) => call.failing(failure),
    };
    return closeImage(session, place, (member) => members.some((wanted) => sameMember(wanted, member)));
  },
};

export const imageClosing = closingHandler(imageClosingKind);
