import type { CloudFailure } from "../../clouds/failure";
import { closeImage } from "../../clouds/gcp/close-image";
import { gcpGranteesIn } from "../../config/gcp/have";
import { sameMember } from "../../config/gcp/members";
import { identityLabels } from "../../config/gcp/names";
import type { ImageClosingArgs } from "../../resources/gcp/image-closing";
import { type ClosingCall, type ClosingKind, closingHandler } from "../closing";
import { stackOf } from "../preflight-report";
import { sessionFor } from "./session";

/** Everyone whom the image is not meant for loses it, whoever let them in. */
export const imageClosingKind: ClosingKind<ImageClosingArgs> = {
  replaceOn: ["project", "image"],
  placeOf: ({ project, image }) => `Compute Engine image ${project}/${image}`,
  areaOf: ({ project }) => `Google Cloud ${project}`,
  granteesOf: ({ members }) => gcpGranteesIn({ members }),
  // Not OBSOLETE: brought back before it is deleted, it would stay that.
  nobody: (args) => ({ ...args, withdrawn: false, members: [] }),
  looksAtFirst: ({ withdrawn }) => withdrawn,
  close({ project, image, sha256, members, withdrawn }, call) {
    const place = { project, image, sha256, stackLabel: stackLabel(call), obsolete: withdrawn };
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

/** As the program labels what it makes. */
function stackLabel({ urn }: ClosingCall): string {
  const labels = identityLabels({ product: "", release: "", sha256: "", stack: stackOf(urn) });
  return labels["imprimatur-stack"] ?? "";
}
