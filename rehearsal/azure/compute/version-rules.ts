import { ArmError, conflict, invalid, notAllowed, notFound } from "../arm/errors";
import { displayName, requireLocation } from "../arm/locations";
import { type Cloud, contentsOf, groupOf, keyOf, subscriptionOf } from "../cloud";
import type { Definition, Disk, TargetRegion, Version } from "../state";
import { securityTypeOf } from "./definition-rules";
import type { PublishingProfile, SafetyProfile } from "./version-schema";

const LARGEST = 2 ** 31 - 1;

/** https://learn.microsoft.com/azure/virtual-machines/shared-image-galleries#image-versions: three 32-bit integers, none with a zero in front. */
export function requireVersionName(name: string): void {
  const parts = name.split(".");
  if (parts.length === 3 && parts.every((part) => /^(0|[1-9]\d*)$/.test(part) && Number(part) <= LARGEST))
    return;
  throw invalid(
    "galleryImageVersionName",
    `The gallery image version name '${name}' is invalid. It has the form Major.Minor.Patch, each an integer from 0 to ${LARGEST}.`,
  );
}

export const safetyOf = (profile: SafetyProfile): Version["safety"] => ({
  allowDeletionOfReplicatedLocations: profile.allowDeletionOfReplicatedLocations ?? true,
  ...(profile.blockDeletionBeforeEndOfLife !== undefined && {
    blockDeletionBeforeEndOfLife: profile.blockDeletionBeforeEndOfLife,
  }),
});

/** The first api-version that blocks the deletion of a new version for half a year by default. */
const HELD_BY_DEFAULT = "2026-03-03";

/**
 * Defaults of a new version: "endOfLifeDate = 6 months from publish date (unless explicitly set),
 * blockDeletionBeforeEndOfLife = true (unless explicitly set)" (github.com/Azure/azure-cli,
 * command_modules/vm/_breaking_change.py, read 2026-11). The effect of updating an older one is not documented: none,
 * here.
 */
export function heldByDefault(apiVersion: string, safety: SafetyProfile, publishing: PublishingProfile) {
  if (apiVersion < HELD_BY_DEFAULT) return { safety, publishing };
  const end = new Date();
  end.setUTCMonth(end.getUTCMonth() + 6);
  return {
    safety: { blockDeletionBeforeEndOfLife: true, ...safety },
    publishing: { endOfLifeDate: end.toISOString(), ...publishing },
  };
}

/** The publishing profile with the service's defaults: without regions, the version's own. */
export function published(location: string, profile: PublishingProfile) {
  const replicaCount = profile.replicaCount ?? 1;
  const storageAccountType = profile.storageAccountType ?? "Standard_LRS";
  const regions: TargetRegion[] = (profile.targetRegions ?? [{ name: location }]).map((region) => ({
    name: requireLocation(region.name, `Microsoft.Compute/galleries/images/versions`),
    regionalReplicaCount: region.regionalReplicaCount ?? replicaCount,
    storageAccountType: region.storageAccountType ?? storageAccountType,
    ...(region.excludeFromLatest !== undefined && { excludeFromLatest: region.excludeFromLatest }),
  }));
  const names = regions.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice)
    throw invalid(
      "publishingProfile.targetRegions",
      `The target region '${displayName(twice)}' is given more than once.`,
    );
  if (!names.includes(location)) {
    throw invalid(
      "publishingProfile.targetRegions",
      `The publishing location '${displayName(location)}' must be one of the target regions of the gallery image version.`,
    );
  }
  return {
    regions,
    replicaCount,
    storageAccountType,
    excludeFromLatest: profile.excludeFromLatest ?? false,
    replicationMode: profile.replicationMode ?? "Full",
    endOfLifeDate:
      profile.endOfLifeDate === undefined ? undefined : new Date(profile.endOfLifeDate).toISOString(),
  };
}

/** The size of the source without footer. The source must be in the version's region and fit its definition. */
export function requireSource(cloud: Cloud, id: string, location: string, definition: Definition): number {
  const { disks, versions } = contentsOf(cloud);
  if (keyOf(subscriptionOf(id)) !== keyOf(subscriptionOf(definition.id))) {
    throw new ArmError(
      403,
      "LinkedAuthorizationFailed",
      `The client does not have permission to read the linked scope '${id}', or it is invalid.`,
    );
  }
  const version = versions[keyOf(id)];
  if (version) {
    if (version.replicas[location]?.state === "Completed") return version.sizeBytes;
    throw invalid(
      "storageProfile.source.id",
      `The source gallery image version '${id}' is not replicated to ${displayName(location)}.`,
    );
  }
  const disk = disks[keyOf(id)];
  if (!disk) throw notFound("Microsoft.Compute/disks", id.split("/").at(-1) ?? "", groupOf(id));
  requireSecurity(cloud, disk, definition);
  if (disk.location !== location) {
    throw invalid(
      "storageProfile",
      `The source disk '${disk.name}' is in ${displayName(disk.location)}. It must be in the location of the gallery image version, ${displayName(location)}.`,
    );
  }
  if (disk.provisioningState !== "Succeeded" || disk.diskState !== "Unattached") {
    throw notAllowed(
      `The source disk '${disk.name}' is in state ${disk.diskState}. A gallery image version is made from an Unattached disk: end the access to it first.`,
      "storageProfile",
    );
  }
  const source = {
    osType: disk.properties.osType as string | undefined,
    hyperVGeneration: (disk.properties.hyperVGeneration as string | undefined) ?? "V1",
    architecture:
      (disk.properties.supportedCapabilities as { architecture?: string } | undefined)?.architecture ?? "x64",
  };
  const words = {
    osType: "OS type",
    hyperVGeneration: "Hypervisor generation",
    architecture: "architecture",
  };
  for (const property of ["osType", "hyperVGeneration", "architecture"] as const) {
    if (source[property] === definition.properties[property]) continue;
    // Recorded of the generation: github.com/actions/runner-images/issues/13548 (2026-01-19), MicrosoftDocs/azure-docs#118774.
    throw conflict(
      `The resource with id '${disk.id}' has a different ${words[property]} ['${source[property] ?? "none"}'] than the parent gallery image ${words[property]} ['${String(definition.properties[property])}'].`,
    );
  }
  return disk.sizeBytes;
}

/**
 * A TrustedLaunch image is captured from a trusted launch machine, never created from an uploaded disk.
 * TrustedLaunchSupported was also refused for managed disks in 2023 and 2024 (message from
 * github.com/hashicorp/packer-plugin-azure/issues/304, 2023-06-21); public scripts use it with api-version
 * 2025-03-03. Today's behaviour is not recorded: the fault `security` is the former.
 */
function requireSecurity(cloud: Cloud, disk: Disk, { properties }: Definition): void {
  const security = securityTypeOf(properties);
  const captured = /^(TrustedLaunch|ConfidentialVM)$/i.test(security);
  if (!captured && !(/Supported$/i.test(security) && cloud.faults.refusesSecurity())) return;
  throw invalid(
    "storageProfile",
    `The security type '${security}' is not supported for the source id '${disk.id}'. Currently only Vhd Blob, User Image and Gallery Image Version sources are supported for '${security}' images.`,
  );
}
