import { granteeOf } from "../../config/gcp/members";
import {
  image,
  deprecationNote,
  place,
  pointer,
  type Interpreter,
  sharing,
  silent,
  upload,
  verification,
} from "../interpret";

type Properties = Readonly<Record<string, unknown>>;

/** Resource types of Google Cloud. */
export const GCP_OBJECTS: Readonly<Record<string, Interpreter>> = {
  "imprimatur:gcp:Preflight": silent,
  "imprimatur:gcp:ImageArchive": (step, subject, told) =>
    // An archive that is not kept left the bucket when its image was verified.
    step.op === "delete" && step.old?.keep !== true ? [] : upload("archive")(step, subject, told),
  "imprimatur:gcp:ImageArchiveRemoval": silent,
  "imprimatur:gcp:BucketDeletion": silent,
  "imprimatur:gcp:Verification": verification,
  "imprimatur:gcp:Arm64Image": image("image", "register"),
  "gcp:compute/image:Image": image("image", "register"),
  "imprimatur:gcp:ImageClosing": silent,
  "imprimatur:gcp:ImageMember": sharing(members),
  // In states of version 0.1.
  "gcp:compute/imageIamMember:ImageIamMember": sharing(members),
  "imprimatur:gcp:ImageFamily": pointer("image family", "family", "image"),
  "imprimatur:gcp:ImageDeprecation": deprecationNote("deprecation"),
  "gcp:storage/bucket:Bucket": place("bucket", "name"),
};

function members({ member }: Properties): string[] {
  if (typeof member !== "string") return [];
  return [granteeOf(member)];
}
