/** Content of a release's announcement, before it is put into Markdown or plain text. */
import { type Cloud, CLOUD_LABELS, CLOUDS } from "../../facts/clouds";
import type { Architecture } from "../../config/release";
import {
  type Catalogue,
  type CatalogueProduct,
  type CatalogueRelease,
  isUsable,
  sayProvenance,
} from "../model";
import type { PackageChanges } from "../packages";
import { releasePath } from "../paths";
import { sayVariant, variantIn } from "../variants";
import { verifyCommand } from "../verify-text";

/** An id and where it is. */
interface AnnouncedImage {
  readonly cloud: string;
  readonly architecture: Architecture;
  /** `all regions`, a region, or how many. */
  readonly where: string;
  readonly id: string;
}

export interface Announcement {
  readonly title: string;
  /** Whose it is, first of all. */
  readonly provenance: string;
  /** A sentence each. */
  readonly facts: readonly string[];
  /** Empty: nobody should use it. */
  readonly images: readonly AnnouncedImage[];
  readonly changes: readonly { readonly architecture: Architecture; readonly changes: PackageChanges }[];
  /** How somebody checks the first image of each cloud. */
  readonly verify: readonly string[];
  /** Absent: the site's address is not known. */
  readonly page?: string;
}

export function announcementOf(
  catalogue: Catalogue,
  product: CatalogueProduct,
  release: CatalogueRelease,
): Announcement {
  const { version } = release;
  const { url } = catalogue;
  const usable = isUsable(release);
  return {
    title: `${product.name} ${version} is ${TITLES[release.state]}`,
    provenance: `${sayProvenance(release)}`.replace(/^./, (letter) => letter.toUpperCase()),
    facts: factsOf(product, release),
    images: usable ? imagesOf(release) : [],
    changes: usable
      ? release.images.flatMap(({ architecture, changes }) => (changes ? [{ architecture, changes }] : []))
      : [],
    verify: usable ? verifyOf(catalogue, release) : [],
    ...(url !== undefined && { page: `${url}/${releasePath(product.name, version)}` }),
  };
}

const TITLES: Readonly<Record<CatalogueRelease["state"], string>> = {
  published: "published",
  recorded: "published",
  deprecated: "deprecated",
  withdrawn: "withdrawn: do not use it",
  deleted: "deleted",
};

function factsOf(product: CatalogueProduct, release: CatalogueRelease): string[] {
  const { current } = variantIn(product, release);
  const variant = sayVariant(product, release);
  const { state, withdrawnOn, reason, deprecateOn, endOfLife, images } = release;
  const instead =
    current && current.version !== release.version && state !== "published"
      ? [`Use ${current.version} instead.`]
      : [];
  if (state === "withdrawn")
    return [
      `It was withdrawn${withdrawnOn === undefined ? "" : ` on ${day(withdrawnOn)}`}.`,
      reason === undefined ? "The publisher gives no reason." : `Reason: ${sentence(reason)}`,
      ...instead,
    ];
  return [
    ...(variant === undefined ? [] : [`Variant ${sentence(variant)}`]),
    `Architectures: ${images.map(({ architecture }) => architecture).join(", ")}.`,
    ...(reason === undefined ? [] : [`Reason: ${sentence(reason)}`]),
    ...(deprecateOn === undefined ? [] : [`It is deprecated from ${day(deprecateOn)}.`]),
    ...(endOfLife === undefined ? [] : [`It is supported until ${day(endOfLife)}.`]),
    ...instead,
  ];
}

function imagesOf({ images }: CatalogueRelease): AnnouncedImage[] {
  return CLOUDS.flatMap((cloud) =>
    images.flatMap(({ architecture, places }) => {
      const ids = new Map<string, string[]>();
      for (const place of places.filter((place) => place.cloud === cloud && place.availability !== "gone"))
        ids.set(place.id, [...(ids.get(place.id) ?? []), place.region]);
      return [...ids].map(([id, regions]) => ({
        ...{ cloud: CLOUD_LABELS[cloud], architecture, id },
        where: whereIn(regions),
      }));
    }),
  );
}

function whereIn(regions: readonly string[]): string {
  if (regions.includes("global")) return "all regions";
  return regions.length === 1 ? regions[0]! : `${regions.length} regions`;
}

function verifyOf(catalogue: Catalogue, release: CatalogueRelease): string[] {
  const [image] = release.images;
  if (image === undefined) return [];
  return CLOUDS.flatMap((cloud: Cloud) => {
    const place = image.places.find((place) => place.cloud === cloud && place.from === "record");
    if (place === undefined) return [];
    const used = { ...place, architecture: image.architecture };
    return [verifyCommand(catalogue, release, { cloud, image: used })];
  });
}

function day(time: string): string {
  return time.slice(0, 10);
}

function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
