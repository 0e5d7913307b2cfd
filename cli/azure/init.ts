import { AZURE_REGIONS } from "../../config/azure/regions";
import { community as communitySchema } from "../../config/azure/schema";
import { definitionFor } from "../../facts/hyper-v";
import { type Question, refusedBy, yamlText } from "../init/answers";
import type { Section } from "../init/section";

const REGIONS: readonly string[] = AZURE_REGIONS;

export const azureSection: Section = {
  options: [
    ["--azure-location <region>", "region on Azure of the gallery and the disks"],
    ["--azure-uri <url>", "for a public gallery on Azure: the publisher's web site"],
    ["--azure-contact <address>", "for a public gallery on Azure: the publisher's mail address"],
    ["--azure-eula <url>", "for a public gallery on Azure: the terms of use"],
  ],
  credentials: "`az login`, or ARM_CLIENT_ID, ARM_TENANT_ID and a secret or OIDC; ARM_SUBSCRIPTION_ID",
  package: "@pulumi/azure-native",
  write: async ({ isPublic, product, publisher, bootMode }, flags, asker) => {
    const location = await asker.answer(flags.azureLocation, {
      flag: "--azure-location",
      asks: "Region on Azure of the gallery and the disks",
      fallback: "westeurope",
      refuses: (answer) =>
        REGIONS.includes(answer) ? undefined : `${answer} is no region of Azure: give one as westeurope`,
    });
    // Azure shows these three to everybody who finds the gallery.
    const { shape } = communitySchema;
    const ask = (name: string, given: string | undefined, asks: string, refuses: Question["refuses"]) =>
      asker.answer(given, { flag: `--azure-${name}`, asks, refuses });
    const community = isPublic
      ? {
          uri: await ask(
            "uri",
            flags.azureUri,
            "The publisher's web site, which Azure shows to everyone",
            refusedBy(shape.publisherUri),
          ),
          contact: await ask(
            "contact",
            flags.azureContact,
            "The publisher's mail address, likewise",
            refusedBy(shape.publisherContact),
          ),
          eula: await ask(
            "eula",
            flags.azureEula,
            "The terms of use or their address, likewise",
            refusedBy(shape.eula),
          ),
        }
      : undefined;
    const sharing =
      community === undefined
        ? `      # Nobody but the subscription. Everyone: sharing: { community: … }, see node_modules/imprimatur/docs/config.md
      sharing: {}
`
        : `      sharing:
        community:
          publicNamePrefix: ${yamlText(publicNamePrefix(product))}
          publisherUri: ${yamlText(community.uri)}
          publisherContact: ${yamlText(community.contact)}
          eula: ${yamlText(community.eula)}
`;
    return `  imprimatur:azure:
    # subscriptionId: 01234567-89ab-cdef-0123-456789abcdef    publishes to this subscription only
    resourceGroup:
      name: ${yamlText(`${product}-images`)}
    location: ${location}
    gallery:
      name: ${yamlText(product.replaceAll(/[^A-Za-z0-9]/g, "_"))}
${sharing}${definitionLines(publisher, bootMode)}    # Every region that published versions are replicated to, the location too.
    regions:
      ${location}: {}
`;
  },
};

/** Settings that the definition needs in addition to its defaults; often none. */
function definitionLines(publisher: string, bootMode: string | undefined): string {
  const lines = [...identifierLines(publisher), ...generationLines(bootMode)];
  return lines.length === 0 ? "" : ["    definition:", ...lines, ""].join("\n");
}

/** Azure's identifiers have letters, digits, `.`, `_` and `-` only; a name without others needs no line. */
function identifierLines(publisher: string): string[] {
  const identifier = publisher.replaceAll(/[^A-Za-z0-9._-]/g, "").replaceAll(/^[._-]+|[._-]+$/g, "");
  if (identifier === publisher) return [];
  return [
    "      # The publisher as Azure's identifiers allow it; it cannot be changed later.",
    `      publisher: ${yamlText(identifier || "images")}`,
  ];
}

function generationLines(bootMode: string | undefined): string[] {
  const needed = Object.entries(definitionFor(bootMode));
  if (needed.length === 0) return [];
  return [
    "      # The disk starts by BIOS, which generation 1 does: without trusted launch, and without NVMe.",
    ...needed.map(([key, value]) => `      ${key}: ${value}`),
  ];
}

/** Azure wants 5 to 16 letters and digits. */
function publicNamePrefix(product: string): string {
  const plain = product.replaceAll(/[^A-Za-z0-9]/g, "");
  return (plain.length < 5 ? `${plain}images` : plain).slice(0, 16);
}
