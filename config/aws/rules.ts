import { TIB } from "../../facts/units";
import type { Build } from "../build";
import type { ConfigPath, Problem } from "../problem";
import type { Product } from "../product";
import { fillTemplate } from "../template";
import { nameProblems, templateValues } from "../naming";
import { dateProblems } from "./dates";
import { AMI_DESCRIPTION_LIMIT, AMI_NAME_RULE, isAmiDescription, isAmiName } from "./names";
import { pointerProblems } from "./pointers";
import { AWS_REGIONS, type AwsRegion } from "./regions";
import type { AwsConfig } from "./schema";
import { awsSharingProblems } from "./sharing";

/** "The maximum size is 65536 GiB (64 TiB)" (AWS, EBS direct API reference, StartSnapshot, VolumeSize, 2026-11). */
const LARGEST_DISK = 64 * TIB;

/** Combinations of values that AWS would refuse, or that contradict each other. */
export function awsProblems(aws: AwsConfig, product: Product, builds: readonly Build[]): Problem[] {
  return [
    ...regionProblems(aws),
    ...sharingProblems(aws),
    ...sizeProblems(builds),
    ...firmwareProblems(aws, builds),
    ...descriptionProblems(aws, product, builds),
    ...pointerProblems(aws, product, builds),
    ...dateProblems(aws, builds),
    ...nameProblems({
      path: ["aws", "image", "nameTemplate"],
      template: aws.image.nameTemplate,
      product,
      builds,
      spell: (name) => name,
      isName: isAmiName,
      rule: `the name of an AMI, ${AMI_NAME_RULE}`,
    }),
  ];
}

function regionProblems({ homeRegion, regions }: AwsConfig): Problem[] {
  const problems: Problem[] = [];
  if (!(homeRegion in regions)) {
    problems.push({
      path: ["aws", "homeRegion"],
      needs: `one of the regions: ${Object.keys(regions).join(", ") || "(there are none)"}`,
      given: homeRegion,
      cure: `Add "${homeRegion}: {}" to imprimatur:aws.regions`,
    });
  }
  const partition = AWS_REGIONS[homeRegion];
  for (const region of Object.keys(regions) as AwsRegion[]) {
    if (AWS_REGIONS[region] === partition) continue;
    problems.push({
      path: ["aws", "regions", region],
      needs: `regions of one partition: the home region ${homeRegion} is in ${partition}`,
      given: `${region} (${AWS_REGIONS[region]})`,
      cure: "Images cannot be copied between partitions: publish there from a stack of its own",
    });
  }
  return problems;
}

function sharingProblems({ accountId, homeRegion, regions, sharing }: AwsConfig): Problem[] {
  const scope = { partition: AWS_REGIONS[homeRegion], accountId };
  return [
    ...awsSharingProblems(["aws", "sharing"], sharing, scope),
    ...Object.entries(regions).flatMap(([region, { sharing: override }]) => {
      const path: ConfigPath = ["aws", "regions", region, "sharing"];
      return override ? awsSharingProblems(path, override, scope) : [];
    }),
  ];
}

function sizeProblems(builds: readonly Build[]): Problem[] {
  return builds.flatMap(({ image, index, release, architecture }) =>
    image !== undefined && image.size > LARGEST_DISK
      ? [
          {
            path: ["releases", index, "imageFile"],
            needs: `a disk of at most ${LARGEST_DISK / TIB} TiB for AWS`,
            given: `${image.size} bytes (the ${architecture} image of ${release.version})`,
            cure: "Make the raw disk smaller, or leave imprimatur:aws out",
          },
        ]
      : [],
  );
}

function firmwareProblems({ image }: AwsConfig, builds: readonly Build[]): Problem[] {
  const { bootMode, tpmSupport } = image;
  const problems: Problem[] = [];
  if (tpmSupport !== undefined && bootMode !== undefined && bootMode !== "uefi") {
    problems.push({
      path: ["aws", "image", "tpmSupport"],
      needs: "bootMode: uefi",
      given: `bootMode: ${bootMode}`,
      cure: "Set bootMode: uefi, or remove tpmSupport",
    });
  }
  for (const { release, index, architecture, image: disk } of builds) {
    const effective = bootMode ?? disk?.bootMode;
    if (architecture === "arm64" && effective !== undefined && effective !== "uefi") {
      problems.push({
        path: bootMode === undefined ? ["releases", index, "imageFile"] : ["aws", "image", "bootMode"],
        needs: `bootMode uefi for the arm64 image of ${release.version}`,
        given: effective,
        cure: "Graviton instances start with UEFI only",
      });
    }
    // `uefi-preferred`, of a disk or in the config for a UEFI disk, does not restrict the machines that can boot it.
    const opposite = { uefi: "legacy-bios", "legacy-bios": "uefi", "uefi-preferred": undefined } as const;
    const isMisplaced = disk?.bootMode === "legacy-bios" && bootMode === "uefi-preferred";
    if (
      disk !== undefined &&
      bootMode !== undefined &&
      (bootMode === opposite[disk.bootMode] || isMisplaced)
    ) {
      problems.push({
        path: ["aws", "image", "bootMode"],
        needs: `${disk.bootMode}, because the ${architecture} image of ${release.version} starts with that only`,
        given: bootMode,
        cure: "Remove bootMode: the image file says what the image starts with",
      });
    }
    if (
      tpmSupport !== undefined &&
      bootMode === undefined &&
      effective !== undefined &&
      effective !== "uefi"
    ) {
      problems.push({
        path: ["aws", "image", "tpmSupport"],
        needs: `bootMode uefi, also for the ${architecture} image of ${release.version}`,
        given: `${effective} in ${release.imageFile}`,
        cure: "Set imprimatur:aws.image.bootMode: uefi if the image starts with it, or remove tpmSupport",
      });
    }
  }
  return problems;
}

function descriptionProblems({ image }: AwsConfig, product: Product, builds: readonly Build[]): Problem[] {
  const texts = builds.map((build) => fillTemplate(image.description, templateValues(product, build)));
  const bad = texts.find((text) => !isAmiDescription(text));
  if (bad === undefined) return [];
  const isLong = bad.length > AMI_DESCRIPTION_LIMIT;
  return [
    {
      path: ["aws", "image", "description"],
      needs: isLong
        ? `a description of at most ${AMI_DESCRIPTION_LIMIT} characters`
        : "a description of printable ASCII characters alone",
      given: isLong ? `one of ${bad.length}` : bad,
      cure: isLong
        ? "Shorten the template"
        : "Write it without accents and dashes of other alphabets: EC2 refuses them",
    },
  ];
}
