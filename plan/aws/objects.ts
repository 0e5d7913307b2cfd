import {
  bootCheck,
  detail,
  image,
  deprecationNote,
  pointer,
  type Interpreter,
  sharing,
  silent,
  upload,
  verification,
} from "../interpret";

type Properties = Readonly<Record<string, unknown>>;

/** Resource types of AWS. */
export const AWS_OBJECTS: Readonly<Record<string, Interpreter>> = {
  "imprimatur:aws:Preflight": silent,
  "imprimatur:aws:Snapshot": upload("snapshot"),
  "imprimatur:aws:SnapshotTags": detail("snapshot"),
  "imprimatur:aws:Verification": verification,
  "imprimatur:aws:BootCheck": bootCheck,
  "imprimatur:aws:ImageSharing": sharing(imageGrantees),
  // Removed access is reported by its release; access it failed to remove, by `plan/closings.ts`.
  "imprimatur:aws:ImageClosing": silent,
  "imprimatur:aws:ImageDeprecation": deprecationNote("deprecation"),
  "aws:ec2/ami:Ami": image("image", "register"),
  // Includes its snapshot.
  "aws:ec2/amiCopy:AmiCopy": image("image", "copy"),
  "imprimatur:aws:Pointer": pointer("SSM parameter", "name", "imageId"),
  // In plans of version 0.1.
  "aws:ssm/parameter:Parameter": pointer("SSM parameter", "name", "insecureValue"),
};

function imageGrantees(inputs: Properties): string[] {
  const lists = ["accounts", "organizations", "organizationalUnits"].flatMap((key) => wordsIn(inputs[key]));
  return [...(inputs.public === true ? ["public"] : []), ...lists];
}

function wordsIn(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((word) => typeof word === "string") : [];
}
