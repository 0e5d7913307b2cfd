/** Catalogues of any size, without signing anything: for pages, their pictures and the bench. */
import { createHash } from "node:crypto";
import { AWS_REGIONS } from "../../config/aws/regions";
import type { Architecture } from "../../config/release";
import type {
  Catalogue,
  CatalogueImage,
  CatalogueProduct,
  CatalogueRelease,
  Place,
} from "../../catalogue/model";
import { changesBetween, type PackageEntry } from "../../catalogue/packages";
import { recordPath, sbomPath } from "../../catalogue/paths";

interface SampleSize {
  readonly products: number;
  readonly releases: number;
  /** On AWS and on Azure. */
  readonly regions: number;
  readonly packages: number;
}

type Sample = Pick<CatalogueProduct, "name" | "publisher" | "provenance" | "description"> & {
  /** The product's own. */
  readonly variant: string;
};

const PRODUCTS: Sample[] = [
  {
    name: "debian-13",
    publisher: "Debian Cloud Team",
    provenance: "official",
    variant: "generic",
    description: "Debian 13 with the distribution's own kernel",
  },
  {
    name: "debian-13-refresh",
    publisher: "Debian Cloud Team",
    provenance: "official",
    variant: "refresh",
    description: "Debian 13 with the kernel and cloud tools of backports",
  },
  {
    name: "acme-debian-13",
    publisher: "Acme Hosting",
    provenance: { basedOn: "Debian 13" },
    variant: "hardened",
    description: "With Acme's monitoring and a stricter sshd",
  },
  { name: "debian-12", publisher: "Debian Cloud Team", provenance: "official", variant: "generic" },
  { name: "debian-sid", publisher: "Debian Cloud Team", provenance: "official", variant: "daily" },
];
const ARCHITECTURES: Architecture[] = ["x86_64", "arm64"];
const AWS = Object.entries(AWS_REGIONS).flatMap(([region, partition]) =>
  partition === "aws" ? [region] : [],
);
const AZURE = [
  ...[
    "australiaeast",
    "brazilsouth",
    "canadacentral",
    "centralindia",
    "centralus",
    "eastasia",
    "eastus",
    "eastus2",
  ],
  ...[
    "francecentral",
    "germanywestcentral",
    "israelcentral",
    "italynorth",
    "japaneast",
    "japanwest",
    "koreacentral",
  ],
  ...["mexicocentral", "newzealandnorth", "northcentralus", "northeurope", "norwayeast", "polandcentral"],
  ...[
    "southafricanorth",
    "southcentralus",
    "southeastasia",
    "spaincentral",
    "swedencentral",
    "switzerlandnorth",
  ],
  ...["uaenorth", "uksouth", "westeurope", "westus", "westus2", "westus3"],
];
const PUBLISHED = { proof: "bytes", availability: "everyone" } as const;

export function sampleCatalogue({ products, releases, regions, packages }: SampleSize): Catalogue {
  return {
    title: "Cloud images of Debian",
    url: "https://images.example.org",
    builtOn: "2026-11-30T02:00:00.000Z",
    signers: [
      {
        fingerprint: hex("key", 64),
        file: "publisher.pem",
        pem: "-----BEGIN PUBLIC KEY-----\nsample\n-----END PUBLIC KEY-----\n",
      },
    ],
    products: Array.from({ length: products }, (_, index) => {
      const { variant, ...product } = PRODUCTS[index % PRODUCTS.length]!;
      const name = index < PRODUCTS.length ? product.name : `${product.name}-${index}`;
      const all = withChanges(
        Array.from({ length: releases }, (_, age) =>
          releaseOf({ ...product, name }, { age, regions, packages }),
        ),
      );
      const current = all.find(({ state }) => state === "published");
      const newest = current && { current };
      return {
        ...product,
        ...{ name, releases: all, variants: [{ name: variant, isOwn: true, ...newest }] },
        ...newest,
      };
    }),
  };
}

interface Aged {
  /** 0: the newest. */
  readonly age: number;
  readonly regions: number;
  readonly packages: number;
}

function releaseOf(
  { name, publisher, provenance }: Pick<CatalogueProduct, "name" | "publisher" | "provenance">,
  { age, regions, packages }: Aged,
): CatalogueRelease {
  const date = new Date(Date.UTC(2026, 10, 20) - age * 14 * 86_400_000).toISOString();
  const version = `${date.slice(0, 10).replaceAll("-", "")}.0`;
  const state = age === 2 ? "withdrawn" : age < 4 ? "published" : "deprecated";
  return {
    ...{ product: name, version, publisher, provenance, state },
    stateFrom: state === "withdrawn" ? "notice" : "stack",
    ...(state === "withdrawn" && {
      withdrawnOn: "2026-11-02T09:30:00.000Z",
      reason: "its sshd accepted empty passwords (#1099999)",
      notice: recordPath(name, version, "withdrawn"),
    }),
    signedOn: date,
    deprecateOn: new Date(Date.parse(date) + 56 * 86_400_000).toISOString(),
    endOfLife: "2028-08-09T00:00:00Z",
    isOver: false,
    images: ARCHITECTURES.map((architecture) =>
      imageOf({ product: name, version, architecture }, { age, regions, packages }),
    ),
    record: recordPath(name, version),
  };
}

interface Named {
  readonly product: string;
  readonly version: string;
  readonly architecture: Architecture;
}

function imageOf(named: Named, { age, regions, packages }: Aged): CatalogueImage {
  const { product, version, architecture } = named;
  const key = `${product} ${version} ${architecture}`;
  const definition = `${product}-${architecture}`;
  const azureId = `/CommunityGalleries/debian-5d8a2c31-7b0e-4d6f-9a35-1c2e8f4b6d70/Images/${definition}/Versions/0.${version}`;
  const places: Place[] = [
    ...AWS.slice(0, regions).map((region): Place => {
      const common = { account: "136693071363", name: `${definition}-${version}`, from: "record" as const };
      return { ...PUBLISHED, ...common, cloud: "aws", region, id: `ami-${hex(`${key} ${region}`, 17)}` };
    }),
    {
      ...{ cloud: "gcp", region: "global", account: "debian-cloud", from: "record", ...PUBLISHED },
      name: `${definition}-${version}`.replace(/[._]/g, "-"),
      id: `projects/debian-cloud/global/images/${definition}-${version}`.replace(/[._]/g, "-"),
      proof: "archive bytes",
    },
    ...AZURE.slice(0, regions).map((region): Place => {
      const from = region === "eastus" ? "record" : "stack";
      const common = { account: "3a1f0c52-9c1b-4a55-8d64-0e6f6f6f5b11", name: version, from } as const;
      return { ...PUBLISHED, ...common, cloud: "azure", region, id: azureId };
    }),
  ];
  const entries = packagesOf(packages, age);
  return {
    architecture,
    disk: {
      ...{ file: `${definition}.raw`, size: 3 * 1024 ** 3, bootMode: "uefi" },
      ...{ sha256: hex(`${key} 256`, 64), sha512: hex(`${key} 512`, 128) },
    },
    input: hex("builder", 40).toUpperCase(),
    policy: "measured",
    places,
    ...(packages > 0 && {
      packages: { file: sbomPath(product, version, architecture), sha256: hex(`${key} bom`, 64), entries },
    }),
  };
}

/** Each release brings new versions of some. */
function packagesOf(count: number, age: number): PackageEntry[] {
  const named = ["base-files", "curl", "linux-image-cloud", "openssh-server", "openssl", "systemd", "tzdata"];
  return Array.from({ length: count }, (_, index) => ({
    name: named[index] ?? `lib${hex(`package ${index}`, 6)}-${index}`,
    version: index % 9 === 1 ? `1.${40 - age}-1` : `2.${index}-1+deb13u${index % 3}`,
  })).filter((_, index) => !(index === 5 && age === 1));
}

function withChanges(newestFirst: CatalogueRelease[]): CatalogueRelease[] {
  return newestFirst.map((release, index) => {
    const before = newestFirst[index + 1];
    if (before === undefined) return release;
    const images = release.images.map((image, at): CatalogueImage => {
      const old = before.images[at]?.packages;
      return image.packages && old
        ? { ...image, changes: changesBetween(old.entries, image.packages.entries, before.version) }
        : image;
    });
    return { ...release, images };
  });
}

function hex(seed: string, digits: number): string {
  return createHash("sha512").update(seed).digest("hex").slice(0, digits);
}
