import { GIB } from "../../facts/units";
import type { Build } from "../build";
import type { Problem } from "../problem";
import type { Product } from "../product";
import { nameProblems, templateValues } from "../naming";
import { seriesCure, seriesOf } from "../variant";
import { fillTemplate } from "../template";
import {
  describeImage,
  IMAGE_DESCRIPTION_LIMIT,
  isResourceName,
  RESOURCE_NAME_RULE,
  toResourceName,
} from "./names";
import type { GcpConfig, GuestOsFeature } from "./schema";

/** Largest image that Compute Engine imports (cloud.google.com/compute/docs/images/import-existing-image, 2026-11). */
const LARGEST_DISK = 2048 * GIB;

/** Features of x86 processors, or of machine types that only exist with them. */
const X86_ONLY: readonly GuestOsFeature[] = [
  "SEV_CAPABLE",
  "SEV_LIVE_MIGRATABLE",
  "SEV_LIVE_MIGRATABLE_V2",
  "SEV_SNP_CAPABLE",
  "SNP_SVSM_CAPABLE",
  "TDX_CAPABLE",
];

/** Combinations of values that Google would refuse, or that contradict each other. */
export function gcpProblems(gcp: GcpConfig, product: Product, builds: readonly Build[]): Problem[] {
  return [
    ...featureProblems(gcp),
    ...principalProblems(gcp),
    ...diskProblems(gcp, builds),
    ...descriptionProblems(gcp, product, builds),
    ...nameProblems({
      path: ["gcp", "image", "nameTemplate"],
      template: gcp.image.nameTemplate,
      product,
      builds,
      spell: toResourceName,
      isName: isResourceName,
      rule: `the name of an image, ${RESOURCE_NAME_RULE}`,
    }),
    ...familyProblems(gcp, product, builds),
  ];
}

function featureProblems({ image }: GcpConfig): Problem[] {
  const { x86_64, arm64 = [] } = image.guestOsFeatures;
  const problems: Problem[] = arm64.flatMap((feature, index) =>
    X86_ONLY.includes(feature)
      ? [
          {
            path: ["gcp", "image", "guestOsFeatures", "arm64", index],
            needs: `features that Arm machines have, so none of ${X86_ONLY.join(", ")}`,
            given: feature,
            cure: "Remove it",
          },
        ]
      : [],
  );
  if (image.guestOsFeatures.arm64 !== undefined && !arm64.includes("UEFI_COMPATIBLE")) {
    problems.push({
      path: ["gcp", "image", "guestOsFeatures", "arm64"],
      needs: "UEFI_COMPATIBLE among the features: Arm machines start with UEFI only",
      given: arm64.join(", ") || "none",
    });
  }
  if (x86_64?.some((feature) => X86_ONLY.includes(feature)) && !x86_64.includes("UEFI_COMPATIBLE")) {
    problems.push({
      path: ["gcp", "image", "guestOsFeatures", "x86_64"],
      needs: "UEFI_COMPATIBLE beside SEV, SNP and TDX: confidential machines start with UEFI only",
      given: x86_64.join(", "),
    });
  }
  return problems;
}

/**
 * Limits of one allow policy: "all principals (including domains and Google groups)", and domains and groups among
 * them (cloud.google.com/iam/quotas, "Limits", from memory of 2026-11). Neither can be raised.
 */
const POLICY_LIMITS = { principals: 1500, groups: 250 } as const;

function principalProblems({ sharing }: GcpConfig): Problem[] {
  const path = ["gcp", "sharing", "principals"];
  // Google stores addresses and domains in lower case.
  const spelled = sharing.principals.map((principal) => principal.toLowerCase());
  const problems: Problem[] = sharing.principals.flatMap((principal, index) =>
    spelled.indexOf(spelled[index] ?? "") < index
      ? [{ path: [...path, index], needs: "each principal once", given: principal }]
      : [],
  );
  const cure = "That is Google's limit for one policy: name groups in place of people, or fewer";
  const all = sharing.principals.length + (sharing.public ? 1 : 0);
  if (all > POLICY_LIMITS.principals)
    problems.push({ path, needs: `at most ${POLICY_LIMITS.principals} principals`, given: all, cure });
  const groups = spelled.filter((principal) => /^(group|domain):/.test(principal)).length;
  if (groups > POLICY_LIMITS.groups) {
    const needs = `at most ${POLICY_LIMITS.groups} groups and domains`;
    problems.push({ path, needs, given: groups, cure: "That is Google's limit for one policy: name fewer" });
  }
  return problems;
}

function diskProblems({ image: { guestOsFeatures } }: GcpConfig, builds: readonly Build[]): Problem[] {
  const problems: Problem[] = [];
  for (const { image, index, release, architecture } of builds) {
    if (image === undefined) continue;
    const what = `${architecture} image of ${release.version}`;
    const path = ["releases", index, "imageFile"];
    if (image.size > LARGEST_DISK) {
      problems.push({
        path,
        needs: `a disk of at most ${LARGEST_DISK / GIB} GiB for Google Cloud`,
        given: `${Math.ceil(image.size / GIB)} GiB (${what})`,
        cure: "Make the raw disk smaller, or leave imprimatur:gcp out",
      });
    }
    if (architecture === "arm64" && image.bootMode === "legacy-bios") {
      problems.push({
        path,
        needs: `a disk that starts with UEFI, as Arm machines do`,
        given: `one that starts with BIOS only (${what})`,
        cure: "Give it an EFI system partition, or leave imprimatur:gcp out",
      });
    }
    const features = guestOsFeatures[architecture];
    if (architecture === "x86_64" && features !== undefined) {
      const isUefi = features.includes("UEFI_COMPATIBLE");
      if (image.bootMode === (isUefi ? "legacy-bios" : "uefi")) {
        problems.push({
          path: ["gcp", "image", "guestOsFeatures", "x86_64"],
          needs: isUefi
            ? `no UEFI_COMPATIBLE, because the ${what} starts with BIOS only`
            : `UEFI_COMPATIBLE, because the ${what} starts with UEFI only`,
          given: features.join(", ") || "none",
          cure: isUefi ? "Remove it" : "Add it",
        });
      }
    }
  }
  return problems;
}

function descriptionProblems({ image }: GcpConfig, product: Product, builds: readonly Build[]): Problem[] {
  const long = builds
    .map((build) => fillTemplate(image.description, templateValues(product, build)))
    .map((text) => describeImage(text, "0".repeat(64)).length)
    .find((length) => length > IMAGE_DESCRIPTION_LIMIT);
  if (long === undefined) return [];
  return [
    {
      path: ["gcp", "image", "description"],
      needs: `a description of at most ${IMAGE_DESCRIPTION_LIMIT} characters, the digest at its end included`,
      given: `one of ${long}`,
      cure: "Shorten the template",
    },
  ];
}

/** A family holds one architecture of one variant: it resolves to its newest image, whatever that is. */
function familyProblems(gcp: GcpConfig, product: Product, builds: readonly Build[]): Problem[] {
  const families = new Map<string, string>();
  for (const build of builds) {
    const family = toResourceName(fillTemplate(gcp.family, templateValues(product, build)));
    if (!isResourceName(family)) {
      return [
        { path: ["gcp", "family"], needs: `the name of a family, ${RESOURCE_NAME_RULE}`, given: family },
      ];
    }
    const other = families.get(family);
    const series = seriesOf(build);
    if (other !== undefined && other !== series) {
      return [
        {
          path: ["gcp", "family"],
          needs: "a family for each architecture and variant",
          given: `${family} for ${other} and ${series}`,
          cure: seriesCure(other, series),
        },
      ];
    }
    families.set(family, series);
  }
  return [];
}
