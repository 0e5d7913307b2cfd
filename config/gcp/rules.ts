import type { Build } from "../build";
import type { Problem } from "../problem";
import type { Product } from "../product";
import { nameProblems, templateValues } from "../naming";
import { fillTemplate } from "../template";
import { isResourceName, RESOURCE_NAME_RULE, spellResourceName } from "./names";
import type { GcpConfig, GuestOsFeature } from "./schema";

const GIB = 1024 ** 3;

/** Largest image that Compute Engine imports (cloud.google.com/compute/docs/images/import-existing-image, 2026-11). */
const LARGEST_DISK = 2048 * GIB;

/** Features of x86 processors, and of machines that exist with them only. */
const X86_ONLY: readonly GuestOsFeature[] = [
  "SEV_CAPABLE",
  "SEV_LIVE_MIGRATABLE",
  "SEV_LIVE_MIGRATABLE_V2",
  "SEV_SNP_CAPABLE",
  "SNP_SVSM_CAPABLE",
  "TDX_CAPABLE",
];

/** Combinations of values that Google would refuse, or that cannot be meant. */
export function gcpProblems(gcp: GcpConfig, product: Product, builds: readonly Build[]): Problem[] {
  return [
    ...featureProblems(gcp),
    ...principalProblems(gcp),
    ...sizeProblems(builds),
    ...nameProblems({
      path: ["gcp", "image", "nameTemplate"],
      template: gcp.image.nameTemplate,
      product,
      builds,
      spell: spellResourceName,
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
  if (arm64.length > 0 && !arm64.includes("UEFI_COMPATIBLE")) {
    problems.push({
      path: ["gcp", "image", "guestOsFeatures", "arm64"],
      needs: "UEFI_COMPATIBLE among the features: Arm machines start with UEFI only",
      given: arm64.join(", "),
    });
  }
  if (
    x86_64?.some((feature) => feature.startsWith("SEV_") || feature === "TDX_CAPABLE") &&
    !x86_64.includes("UEFI_COMPATIBLE")
  ) {
    problems.push({
      path: ["gcp", "image", "guestOsFeatures", "x86_64"],
      needs: "UEFI_COMPATIBLE beside SEV and TDX: confidential machines start with UEFI only",
      given: x86_64.join(", "),
    });
  }
  return problems;
}

function principalProblems({ sharing }: GcpConfig): Problem[] {
  return sharing.principals.flatMap((principal, index) =>
    sharing.principals.indexOf(principal) < index
      ? [{ path: ["gcp", "sharing", "principals", index], needs: "each principal once", given: principal }]
      : [],
  );
}

function sizeProblems(builds: readonly Build[]): Problem[] {
  return builds.flatMap(({ image, index, release, architecture }) =>
    image !== undefined && image.size > LARGEST_DISK
      ? [
          {
            path: ["releases", index, "imageFile"],
            needs: `a disk of at most ${LARGEST_DISK / GIB} GiB for Google Cloud`,
            given: `${Math.ceil(image.size / GIB)} GiB (${architecture} image of ${release.version})`,
            cure: "Make the raw disk smaller, or leave imprimatur:gcp out",
          },
        ]
      : [],
  );
}

/** A family holds one architecture: whoever asks for it gets the newest image, whatever that is. */
function familyProblems(gcp: GcpConfig, product: Product, builds: readonly Build[]): Problem[] {
  const families = new Map<string, string>();
  for (const build of builds) {
    const family = spellResourceName(fillTemplate(gcp.family, templateValues(product, build)));
    if (!isResourceName(family)) {
      return [
        { path: ["gcp", "family"], needs: `the name of a family, ${RESOURCE_NAME_RULE}`, given: family },
      ];
    }
    const other = families.get(family);
    if (other !== undefined && other !== build.architecture) {
      return [
        {
          path: ["gcp", "family"],
          needs: "a family for each architecture",
          given: `${family} for ${other} and ${build.architecture}`,
          cure: "Put {architecture} into the template",
        },
      ];
    }
    families.set(family, build.architecture);
  }
  return [];
}
