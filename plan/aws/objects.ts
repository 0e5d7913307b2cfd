import { detail, image, pointer, type Role, sharing, silent, upload, verification } from "../role";

type Properties = Readonly<Record<string, unknown>>;

/** Resource types of AWS. */
export const AWS_OBJECTS: Readonly<Record<string, Role>> = {
  "imprimatur:aws:Preflight": silent,
  "imprimatur:aws:Snapshot": upload("snapshot"),
  "imprimatur:aws:SnapshotTags": detail("snapshot"),
  "imprimatur:aws:Verification": verification,
  "imprimatur:aws:ImageSharing": sharing(imageGrantees),
  "aws:ec2/ami:Ami": image("image", "register"),
  // Its snapshot goes with it.
  "aws:ec2/amiCopy:AmiCopy": image("image", "copy"),
  // Of stacks that were made before ImageSharing was.
  "imprimatur:aws:SnapshotSharing": silent,
  "aws:ec2/amiLaunchPermission:AmiLaunchPermission": sharing(launchGrantees),
  "aws:ssm/parameter:Parameter": pointer("SSM parameter", "name", "insecureValue"),
};

function imageGrantees(inputs: Properties): string[] {
  const lists = ["accounts", "organizations", "organizationalUnits"].flatMap((key) => wordsIn(inputs[key]));
  return [...(inputs.public === true ? ["public"] : []), ...lists];
}

function launchGrantees({ group, accountId, organizationArn, organizationalUnitArn }: Properties): string[] {
  if (group === "all") return ["public"];
  return [accountId, organizationArn, organizationalUnitArn].filter((word) => typeof word === "string");
}

function wordsIn(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((word) => typeof word === "string") : [];
}
