/** Waits inside native providers, derived from the engine's events. */

/** By type: nearly all of their creation time is spent waiting for the cloud. */
const WAITED: Readonly<Record<string, (name: string) => string>> = {
  "aws:ec2/amiCopy:AmiCopy": (name) => `AWS's copies into ${regionIn(name)}`,
  "gcp:compute/image:Image": () => "Google's making of images",
  "azure-native:compute:GalleryImageVersion": () => "Azure's making of gallery versions",
  "imprimatur:azure:VersionPublication": () => "Azure's replication",
  "imprimatur:aws:BootCheck": () => "the boot check",
};

/** @returns what the creation waits for; `undefined`: it is work, or unknown */
export function waitedFor(urn: string): string | undefined {
  const { type, name } = parts(urn);
  return WAITED[type]?.(name);
}

/** Destination region of a copy. */
export function copiesInto(urn: string): string {
  return regionIn(parts(urn).name);
}

/**
 * "Too many snapshot copies in progress. The limit is 5 for this destination region." (ResourceLimitExceeded;
 * github.com/aws-samples/copy-encrypted-ami/issues/3, 2018-11-05), as the native provider passes it on.
 */
export function isFullOfCopies(message: string): boolean {
  return /ResourceLimitExceeded[^]*snapshot copies in progress/i.test(message);
}

function parts(urn: string): { type: string; name: string } {
  return {
    type: (urn.split("::")[2] ?? "").split("$").at(-1) ?? "",
    name: urn.slice(urn.lastIndexOf("::") + 2),
  };
}

/** `eu-west-1` in `demo-20261120.0-x86_64-eu-west-1`. */
function regionIn(name: string): string {
  return (
    /[a-z]{2,4}(-gov|-iso[a-z]?|-de)?-(north|south|east|west|central)+-\d+$/.exec(name)?.[0] ?? "a region"
  );
}
