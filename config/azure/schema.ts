import { z } from "zod";
import { template } from "../template";
import { azureTags } from "./names";
import { AZURE_REGIONS } from "./regions";

const region = z.enum(AZURE_REGIONS).meta({ title: "the name of an Azure region, as westeurope" });

const uuid = z.string().regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/, {
  error: 'an id as "01234567-89ab-cdef-0123-456789abcdef", in lower case',
});

/** Storage types for a replica (azure-native `StorageAccountType`). */
const STORAGE_ACCOUNT_TYPES = ["Standard_LRS", "Standard_ZRS", "Premium_LRS"] as const;

const SECURITY_TYPES = [
  "Standard",
  "TrustedLaunchSupported",
  "TrustedLaunch",
  "ConfidentialVmSupported",
  "TrustedLaunchAndConfidentialVmSupported",
] as const;

const word = (limit: number) =>
  z.string().regex(new RegExp(`^[A-Za-z0-9]([A-Za-z0-9._-]{0,${limit - 2}}[A-Za-z0-9])?$`), {
    error: `1 to ${limit} letters, digits, . _ and -, with a letter or digit first and last`,
  });

/** The properties of a community gallery that Azure shows to everyone. */
export const community = z
  .strictObject({
    publicNamePrefix: z
      .string()
      .regex(/^[A-Za-z0-9]{5,16}$/, { error: "5 to 16 letters and digits" })
      .meta({
        description: "First part of the gallery's public name; Azure adds an id.",
        examples: ["mylinux"],
      }),
    publisherUri: z.url({ protocol: /^https$/, error: "an https:// address" }).meta({
      description: "The publisher's page, shown to everyone.",
      examples: ["https://example.org"],
    }),
    publisherContact: z.email({ error: "an e-mail address" }).meta({
      description: "The publisher's address for support, shown to everyone.",
      examples: ["images@example.org"],
    }),
    eula: z
      .string()
      .min(1, { error: "a text or an address, not empty" })
      .meta({
        description: "End-user licence agreement: an address or the text, shown to everyone.",
        examples: ["https://example.org/eula"],
      }),
  })
  .meta({ description: "Everyone on Azure sees the gallery." });

const gallery = z
  .strictObject({
    name: z
      .string()
      .regex(/^[A-Za-z0-9]([A-Za-z0-9._]{0,78}[A-Za-z0-9])?$/, {
        error: "1 to 80 letters, digits, . and _ (no dash), with a letter or digit first and last",
      })
      .meta({ description: "Name of the gallery, unique in the subscription.", examples: ["my_images"] }),
    exists: z.boolean().optional().meta({
      description:
        "`true`: the gallery is there, as another stack's, and stays; `sharing` says how its owner shares it, which is checked and never changed. Default: the program makes it, and removes it at the end.",
    }),
    description: z
      .string()
      .optional()
      .meta({ description: "One sentence for users.", examples: ["Images of My Linux"] }),
    sharing: z
      .strictObject({
        subscriptions: z
          .array(uuid)
          .default([])
          .meta({
            description: "Subscriptions that may use the images.",
            examples: ["01234567-89ab-cdef-0123-456789abcdef"],
          }),
        tenants: z
          .array(uuid)
          .default([])
          .meta({
            description: "Microsoft Entra tenants that may use the images.",
            examples: ["01234567-89ab-cdef-0123-456789abcdef"],
          }),
        community: community.optional(),
      })
      .prefault({})
      .meta({
        description:
          "Who may use the gallery, besides its owner. A gallery is shared as a whole. A gallery that is there can be opened to everyone and closed again; for single subscriptions and tenants (a preview that Microsoft admits subscriptions to) it must have been made so, with at most 30 and 5 of them: give it another `name`; one that was is opened to everyone once it was closed (`sharing: {}`) by an `up` of its own.",
      }),
  })
  .meta({ description: "Azure Compute Gallery that holds the images." });

const definition = z
  .strictObject({
    nameTemplate: template
      .default("{productVariant}-{architecture}")
      .meta({ description: "Name of the image definition of each architecture and variant." }),
    exists: z.boolean().optional().meta({
      description:
        "`true`: the definitions are there, as another stack's, and stay; versions are put into them. Default: the program makes them.",
    }),
    publisher: word(128)
      .optional()
      .meta({ description: "Default: the product's publisher.", examples: ["MyCompany"] }),
    offer: word(64)
      .optional()
      .meta({ description: "Default: the product's name.", examples: ["my-linux"] }),
    sku: template
      .default("{variant}-{architecture}")
      .meta({ description: "SKU of each architecture's definition." }),
    hyperVGeneration: z
      .enum(["V1", "V2"])
      .default("V2")
      .meta({ description: "`V2` starts with UEFI, `V1` with BIOS." }),
    securityType: z
      .enum(SECURITY_TYPES)
      .default("TrustedLaunchSupported")
      .meta({ description: "Security features of machines made from the image." }),
    acceleratedNetworking: z
      .boolean()
      .default(true)
      .meta({ description: "The image has the drivers for it." }),
    diskControllerTypes: z
      .enum(["SCSI", "SCSI, NVMe"])
      .default("SCSI, NVMe")
      .meta({ description: "Disk controllers that the image has drivers for." }),
    hibernation: z
      .boolean()
      .default(false)
      .meta({ description: "Machines made from the image may hibernate." }),
  })
  .meta({ description: "What each image definition is like; these cannot be changed later." });

/** Publication of the product on Azure. */
export const azure = z
  .strictObject({
    subscriptionId: uuid.optional().meta({
      description:
        "Publish to this subscription only. Default: the one of the environment (`ARM_SUBSCRIPTION_ID`).",
      examples: ["01234567-89ab-cdef-0123-456789abcdef"],
    }),
    resourceGroup: z
      .strictObject({
        name: z
          .string()
          .regex(/^[A-Za-z0-9_()][A-Za-z0-9_().-]{0,88}[A-Za-z0-9_()-]$|^[A-Za-z0-9_()-]$/, {
            error: "1 to 90 letters, digits, _ - . ( ), with no dot last",
          })
          .meta({ description: "Name of the resource group.", examples: ["images"] }),
        exists: z.boolean().default(false).meta({
          description:
            "`true`: the resource group is there and stays. `false`: the program makes it, and removes it at the end.",
        }),
      })
      .meta({ description: "Resource group of everything that is made." }),
    location: region.meta({
      description: "Region of the gallery and the disks; staged releases live here only.",
    }),
    gallery,
    definition: definition.prefault({}),
    regions: z
      .partialRecord(
        region,
        z
          .strictObject({
            replicas: z
              .int({ error: "a whole number from 1 to 100" })
              .min(1, { error: "a whole number from 1 to 100" })
              .max(100, { error: "a whole number from 1 to 100" })
              .optional()
              .meta({
                description: "Replicas there; one serves about 20 machines starting at once.",
                examples: [2],
              }),
            storageAccountType: z
              .enum(STORAGE_ACCOUNT_TYPES)
              .optional()
              .meta({ description: "Storage of the replicas." }),
          })
          .nullable()
          .transform((overrides) => overrides ?? {}),
      )
      .meta({ description: "Every region that published versions are replicated to, `location` too." }),
    replicas: z
      .int({ error: "a whole number from 1 to 100" })
      .min(1, { error: "a whole number from 1 to 100" })
      .max(100, { error: "a whole number from 1 to 100" })
      .default(1)
      .meta({ description: "Replicas in each region." }),
    storageAccountType: z
      .enum(STORAGE_ACCOUNT_TYPES)
      .default("Standard_LRS")
      .meta({ description: "Storage of the replicas in each region." }),
    tags: azureTags.meta({ description: "Tags, besides those that begin with `imprimatur:`." }),
  })
  .meta({ description: "Publication on Azure: versions in a Compute Gallery." });

export type AzureConfig = z.output<typeof azure>;
