import { GENERATION_1 } from "../../facts/hyper-v";
import { GIB, MIB } from "../../facts/units";
import type { Build } from "../build";
import { nameProblems, templateValues } from "../naming";
import type { Problem } from "../problem";
import type { Product } from "../product";
import { fillTemplate } from "../template";
import { DEFINITION_NAME_RULE, DISK_NAME_RULE, isDefinitionName, isDiskName, toDiskName } from "./names";
import type { AzureConfig } from "./schema";
import { galleryVersionOf, GALLERY_VERSION_RULE } from "./version";
import { seriesCure, seriesOf } from "../variant";

/** azure-native `CreationData.uploadSizeBytes`: 20 MiB to 32 TiB, and 512 bytes for the footer. */
const SMALLEST_DISK = 20 * MIB;
/**
 * An image of a gallery is smaller than 2 TB, which at Azure are 2,048 GiB (learn.microsoft.com/azure/virtual-machines/
 * shared-image-galleries, "Limitations", 2026-11), and a fixed VHD ends at 2,040 GiB (Virtual Hard Disk Image Format
 * Specification, Microsoft, 2006, "Overview of fixed disk image").
 */
const LARGEST_DISK = 2040 * GIB;

/** Name of the managed disk that a version is made from. */
export const DISK_NAME_TEMPLATE = "{product}-{architecture}-{version}";

/** Combinations of values that Azure would refuse, or that contradict each other. */
export function azureProblems(azure: AzureConfig, product: Product, builds: readonly Build[]): Problem[] {
  return [
    ...regionProblems(azure),
    ...sharingProblems(azure),
    ...identifierProblems(azure, product, builds),
    ...versionProblems(builds),
    ...diskProblems(azure, builds),
    ...definitionProblems(azure, product, builds),
    ...nameProblems({
      path: ["product", "name"],
      template: DISK_NAME_TEMPLATE,
      product,
      builds,
      spell: toDiskName,
      isName: isDiskName,
      rule: `a name that gives the managed disk ${DISK_NAME_RULE}`,
    }),
  ];
}

function regionProblems({ location, regions }: AzureConfig): Problem[] {
  if (location in regions) return [];
  return [
    {
      path: ["azure", "location"],
      needs: `one of the regions: ${Object.keys(regions).join(", ") || "(there are none)"}`,
      given: location,
      cure: `Add "${location}: {}" to imprimatur:azure.regions: a gallery version has a replica where it is made`,
    },
  ];
}

/** learn.microsoft.com/azure/virtual-machines/share-gallery-direct, 2026-11: separate limits. */
const DIRECT_SHARING_LIMITS = { subscriptions: 30, tenants: 5 } as const;

function sharingProblems({ subscriptionId, gallery: { sharing } }: AzureConfig): Problem[] {
  const groups = sharing.subscriptions.length + sharing.tenants.length;
  const problems: Problem[] = [];
  for (const list of ["subscriptions", "tenants"] as const) {
    sharing[list].forEach((id, index) => {
      const path = ["azure", "gallery", "sharing", list, index];
      if (sharing[list].indexOf(id) < index)
        problems.push({ path, needs: "each id once", given: id, cure: "Remove one of the two" });
      if (list === "subscriptions" && id === subscriptionId)
        problems.push({
          path,
          needs: "somebody else: the publisher has the images",
          given: id,
          cure: "Remove it",
        });
    });
  }
  if (sharing.community && groups > 0) {
    problems.push({
      path: ["azure", "gallery", "sharing"],
      needs: "either community, or subscriptions and tenants",
      given: "both",
      cure: "Azure shares a gallery in one way: everyone of a community includes those",
    });
  }
  for (const list of ["subscriptions", "tenants"] as const) {
    const most = DIRECT_SHARING_LIMITS[list];
    if (sharing[list].length <= most) continue;
    problems.push({
      path: ["azure", "gallery", "sharing", list],
      needs: `at most ${most} ${list}`,
      given: sharing[list].length,
      cure: `That is Azure's limit for a gallery (30 subscriptions, and 5 tenants besides)`,
    });
  }
  return problems;
}

function identifierProblems(
  { definition }: AzureConfig,
  product: Product,
  builds: readonly Build[],
): Problem[] {
  const allowed = /^[A-Za-z0-9]([A-Za-z0-9._-]{0,126}[A-Za-z0-9])?$/;
  const problems: Problem[] = [];
  if (definition.publisher === undefined && !allowed.test(product.publisher)) {
    problems.push({
      path: ["azure", "definition", "publisher"],
      needs: "a publisher of 1 to 128 letters, digits, . _ and -, which the product's publisher is not",
      given: product.publisher,
      cure: `Add publisher: ${product.publisher.replace(/[^A-Za-z0-9._-]+/g, "") || "…"} to imprimatur:azure.definition`,
    });
  }
  const sku = builds
    .map((build) => fillTemplate(definition.sku, templateValues(product, build)))
    .find((text) => text.length > 64 || !allowed.test(text));
  if (sku !== undefined) {
    problems.push({
      path: ["azure", "definition", "sku"],
      needs: "1 to 64 letters, digits, . _ and -, with a letter or digit first and last",
      given: sku,
      cure: "Change the template",
    });
  }
  if (builds.length > 0 && definition.sku.includes("{version}")) {
    problems.push({
      path: ["azure", "definition", "sku"],
      needs: "one SKU for all releases of an architecture",
      given: definition.sku,
      cure: "Take {version} out of the template: releases are versions of the definition",
    });
  }
  const users = new Map<string, string>();
  for (const build of builds) {
    const filled = fillTemplate(definition.sku, templateValues(product, build));
    const series = seriesOf(build);
    const other = users.get(filled) ?? series;
    users.set(filled, other);
    if (other === series) continue;
    problems.push({
      path: ["azure", "definition", "sku"],
      needs: "a SKU for each architecture and variant: a gallery has each publisher, offer and SKU once",
      given: `${filled} for ${other} and ${series}`,
      cure: seriesCure(other, series),
    });
    break;
  }
  return problems;
}

function versionProblems(builds: readonly Build[]): Problem[] {
  const problems = new Map<number, Problem>();
  const takenBy = new Map<string, string>();
  for (const { release, index } of builds) {
    const version = galleryVersionOf(release);
    if (version !== undefined) {
      // A variant has a definition of its own, and so versions of its own.
      const key = `${release.variant ?? ""} ${version}`;
      const other = takenBy.get(key) ?? release.version;
      takenBy.set(key, other);
      if (other !== release.version) {
        problems.set(index, {
          path: ["releases", index, "version"],
          needs: `another version of Azure's galleries than ${version}, which ${other} is there`,
          given: release.version,
          cure: "Name the release otherwise",
        });
      }
      continue;
    }
    problems.set(index, {
      path: ["releases", index, "version"],
      needs: GALLERY_VERSION_RULE,
      given: release.version,
      cure: /^\d+-\d+$/.test(release.version)
        ? `Write it as "${release.version.replace("-", ".")}"`
        : "Name releases so, or leave imprimatur:azure out",
    });
  }
  return [...problems.values()];
}

function diskProblems({ definition }: AzureConfig, builds: readonly Build[]): Problem[] {
  const problems: Problem[] = [];
  for (const { release, index, architecture, image } of builds) {
    const what = `the ${architecture} image of ${release.version}`;
    if (image && (image.size < SMALLEST_DISK || image.size > LARGEST_DISK)) {
      problems.push({
        path: ["releases", index, "imageFile"],
        needs:
          "a raw disk of 20 MiB to 2040 GiB for Azure, where a fixed VHD ends and images are smaller than 2 TB",
        given: `${image.size} bytes (${what})`,
        cure: "Resize the raw disk, run `imprimatur inspect` again, or leave imprimatur:azure out",
      });
    }
    if (image?.bootMode === "legacy-bios" && architecture === "arm64") {
      problems.push({
        path: ["releases", index, "imageFile"],
        needs: "a disk that starts with UEFI, as Arm machines do",
        given: `one that starts with BIOS only (${what})`,
        cure: "Give it an EFI system partition, or leave imprimatur:azure out",
      });
      continue;
    }
    if (image?.bootMode === "uefi" && definition.hyperVGeneration === "V1" && architecture !== "arm64") {
      problems.push({
        path: ["azure", "definition", "hyperVGeneration"],
        needs: `V2, because ${what} starts with UEFI only`,
        given: "V1",
        cure: "Set hyperVGeneration: V2",
      });
    }
    if (image?.bootMode === "legacy-bios" && definition.hyperVGeneration === "V2") {
      problems.push({
        path: ["azure", "definition", "hyperVGeneration"],
        needs: `V1, because ${what} starts with BIOS only`,
        given: "V2",
        cure: `Set definition: {${Object.entries(GENERATION_1)
          .map(([key, value]) => `${key}: ${value}`)
          .join(", ")}}, or publish an image with an EFI system partition`,
      });
    }
    if (architecture === "arm64" && definition.hyperVGeneration === "V1") {
      problems.push({
        path: ["azure", "definition", "hyperVGeneration"],
        needs: `V2 for ${what}`,
        given: "V1",
        cure: "Arm machines start with UEFI only",
      });
    }
  }
  return problems;
}

function definitionProblems(
  { definition: { nameTemplate, securityType, hyperVGeneration, diskControllerTypes } }: AzureConfig,
  product: Product,
  builds: readonly Build[],
): Problem[] {
  const problems: Problem[] = [];
  if (securityType !== "Standard" && hyperVGeneration === "V1") {
    problems.push({
      path: ["azure", "definition", "securityType"],
      needs: "Standard, because hyperVGeneration is V1",
      given: securityType,
      cure: "Trusted launch and confidential machines need generation V2",
    });
  }
  if (diskControllerTypes.includes("NVMe") && hyperVGeneration === "V1") {
    problems.push({
      path: ["azure", "definition", "diskControllerTypes"],
      needs: "SCSI, because hyperVGeneration is V1",
      given: diskControllerTypes,
      cure: "Set diskControllerTypes: SCSI: NVMe needs generation V2",
    });
  }
  if (securityType === "TrustedLaunch") {
    problems.push({
      path: ["azure", "definition", "securityType"],
      needs:
        "TrustedLaunchSupported: an image of TrustedLaunch holds the state of a captured machine, which an uploaded disk does not have, and no shared gallery holds one",
      given: securityType,
      cure: "Set securityType: TrustedLaunchSupported: users choose trusted launch for their machines",
    });
  }
  const users = new Map<string, string>();
  for (const build of builds) {
    const series = seriesOf(build);
    const name = fillTemplate(nameTemplate, templateValues(product, build));
    const path = ["azure", "definition", "nameTemplate"] as const;
    const other = users.get(name);
    if (!isDefinitionName(name))
      return [...problems, { path, needs: `a name of ${DEFINITION_NAME_RULE}`, given: name }];
    if (other !== undefined && other !== series) {
      return [
        ...problems,
        {
          path,
          needs: "a definition for each architecture and variant",
          given: `${name} for ${other} and ${series}`,
          cure: seriesCure(other, series),
        },
      ];
    }
    if (/\{version\}/.test(nameTemplate)) {
      return [
        ...problems,
        {
          path,
          needs: "one definition for all releases",
          given: nameTemplate,
          cure: "Take {version} out of the template: releases are versions of the definition",
        },
      ];
    }
    users.set(name, series);
  }
  return problems;
}
