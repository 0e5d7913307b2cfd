import { z } from "zod";
import { conflict, invalid, propertyChange } from "../arm/errors";
import { patchMembers, readOnly, trackedMembers } from "../arm/tracked";
import { keyOf } from "../cloud";
import type { Definition } from "../state";

/** https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules#microsoftcompute */
export const NAME = /^[A-Za-z0-9](?:[A-Za-z0-9_.-]{0,78}[A-Za-z0-9])?$/;
/** Publisher, offer and SKU of an identifier: https://learn.microsoft.com/azure/virtual-machines/shared-image-galleries#image-definitions */
const identifierPart = (longest: number) =>
  z
    .string()
    .min(1)
    .max(longest)
    .regex(/^[A-Za-z0-9_.-]+$/)
    .regex(/[^.]$/);

const range = z.strictObject({ min: z.int().positive().optional(), max: z.int().positive().optional() });
/** https://learn.microsoft.com/rest/api/compute/gallery-images/create-or-update#galleryimagefeature */
const FEATURES: Readonly<Record<string, RegExp>> = {
  // Azure's own documents and public scripts spell it both ConfidentialVMSupported and ConfidentialVmSupported.
  SecurityType:
    /^(None|Standard|TrustedLaunch|TrustedLaunchSupported|ConfidentialVM|ConfidentialVMSupported|TrustedLaunchAndConfidentialVmSupported)$/i,
  IsAcceleratedNetworkSupported: /^(true|false)$/i,
  IsHibernateSupported: /^(true|false)$/i,
  DiskControllerTypes: /^(SCSI|NVMe|SCSI, ?NVMe|NVMe, ?SCSI)$/,
};

const changeable = {
  description: z.string().optional(),
  eula: z.string().optional(),
  privacyStatementUri: z.url().optional(),
  releaseNoteUri: z.url().optional(),
  endOfLifeDate: z.iso.datetime({ offset: true }).optional(),
  recommended: z.strictObject({ vCPUs: range.optional(), memory: range.optional() }).optional(),
  disallowed: z.strictObject({ diskTypes: z.array(z.string()).optional() }).optional(),
  features: z
    .array(z.strictObject({ name: z.string(), value: z.string(), startsAtVersion: z.string().optional() }))
    .superRefine((features, context) => {
      for (const { name, value } of features) {
        if (!FEATURES[name])
          context.addIssue(
            `The feature '${name}' is not known; known are ${Object.keys(FEATURES).join(", ")}.`,
          );
        else if (!FEATURES[name].test(value))
          context.addIssue(`The value '${value}' of feature '${name}' is not supported.`);
      }
    })
    .optional(),
  allowUpdateImage: z.boolean().optional(),
};
const propertiesSchema = z.strictObject({
  ...changeable,
  identifier: z.strictObject({
    publisher: identifierPart(128),
    offer: identifierPart(64),
    sku: identifierPart(64),
  }),
  osType: z.enum(["Linux", "Windows"]),
  osState: z.enum(["Generalized", "Specialized"]),
  hyperVGeneration: z.enum(["V1", "V2"]).default("V1"),
  architecture: z.enum(["x64", "Arm64"]).default("x64"),
  purchasePlan: z
    .strictObject({
      name: z.string().optional(),
      publisher: z.string().optional(),
      product: z.string().optional(),
    })
    .optional(),
  provisioningState: readOnly.transform(() => undefined),
});
export const definitionSchema = z.strictObject({ ...trackedMembers, properties: propertiesSchema });
export const definitionPatchSchema = z.strictObject({
  ...patchMembers,
  properties: propertiesSchema.partial().optional(),
});
export type Properties = z.infer<typeof propertiesSchema>;

/** Immutable properties, except features: those need `allowUpdateImage`. */
const FIXED = [
  "identifier",
  "osType",
  "osState",
  "hyperVGeneration",
  "architecture",
  "purchasePlan",
] as const;

/** The first api-version that treats a generation 2 definition without a SecurityType as trusted launch. */
const TRUSTED_BY_DEFAULT = "2025-03-03";

/**
 * Default of a new definition: from api-version 2025-03-03 on TrustedLaunchSupported
 * (learn.microsoft.com/azure/virtual-machines/trusted-launch, read 2026-11), before that Standard, not returned.
 */
export function withDefaults(
  properties: Properties,
  apiVersion: string,
  existing?: Pick<Properties, "features">,
): Properties {
  const { features = [], hyperVGeneration } = properties;
  const isSaid = features.some(({ name }) => name === "SecurityType");
  if (isSaid || hyperVGeneration !== "V2" || apiVersion < TRUSTED_BY_DEFAULT) return properties;
  if (existing && securityTypeOf(existing) !== "TrustedLaunchSupported") return properties;
  return {
    ...properties,
    features: [...features, { name: "SecurityType", value: "TrustedLaunchSupported" }],
  };
}

export function securityTypeOf({ features }: Pick<Properties, "features">): string {
  return features?.find(({ name }) => name === "SecurityType")?.value ?? "Standard";
}

/**
 * Images with the state of a captured machine cannot be shared
 * (learn.microsoft.com/azure/virtual-machines/trusted-launch, 2026-11).
 */
export function requireShareable(properties: Properties, permissions: string): void {
  const security = securityTypeOf(properties);
  if (permissions === "Private" || !/^TrustedLaunch$/i.test(security)) return;
  throw invalid(
    "features",
    `The security type '${security}' is not supported for gallery images of a gallery whose sharing permission is '${permissions}'.`,
  );
}

/** Features and architectures that require generation 2. */
export function requireSensible(properties: Properties): void {
  const feature = (name: string) => properties.features?.find((each) => each.name === name)?.value;
  const security = feature("SecurityType");
  if (properties.hyperVGeneration === "V1" && security && !/^(None|Standard)$/i.test(security)) {
    throw invalid("features", `The feature SecurityType '${security}' needs hyperVGeneration V2.`);
  }
  if (properties.hyperVGeneration === "V1" && feature("DiskControllerTypes")?.includes("NVMe")) {
    throw invalid("features", "The feature DiskControllerTypes with NVMe needs hyperVGeneration V2.");
  }
  if (properties.architecture === "Arm64" && properties.hyperVGeneration === "V1") {
    throw invalid("architecture", "An image of architecture Arm64 needs hyperVGeneration V2.");
  }
}

export function requireUnchanged(before: Properties, after: Properties): void {
  for (const property of FIXED) {
    if (JSON.stringify(before[property]) !== JSON.stringify(after[property]))
      throw propertyChange(`galleryImage.properties.${property}`);
  }
  if (
    JSON.stringify(before.features ?? []) !== JSON.stringify(after.features ?? []) &&
    !after.allowUpdateImage
  ) {
    throw propertyChange("galleryImage.properties.features");
  }
}

/** Publisher, offer and SKU together are unique within a gallery. */
export function requireUnique(
  definitions: Record<string, Definition>,
  id: string,
  { identifier }: Properties,
): void {
  const same = (other: Definition) =>
    keyOf(other.id) !== keyOf(id) &&
    keyOf(other.id.split("/images/")[0] ?? "") === keyOf(id.split("/images/")[0] ?? "") &&
    keyOf(JSON.stringify(other.properties.identifier)) === keyOf(JSON.stringify(identifier));
  const taken = Object.values(definitions).find(same);
  if (!taken) return;
  const { publisher, offer, sku } = identifier;
  throw conflict(
    `The gallery image identifier with publisher '${publisher}', offer '${offer}' and sku '${sku}' is already used by gallery image '${taken.name}' in the same gallery.`,
    "identifier",
  );
}
