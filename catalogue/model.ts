/**
 * Content of the catalogue, by release. Signed facts come from records and withdrawal notices; the rest from the
 * state of the publisher's stack, which nobody signs, so each of its facts is marked as such wherever it is shown.
 */
import type { Cloud } from "../facts/clouds";
import type { BootMode } from "../config/image-file";
import type { Architecture } from "../config/release";
import type { ObjectFacts } from "../trust/object-facts";
import type { PackageChanges, PackageList } from "./packages";

/** `official`, or the product that it is based on. */
type Provenance = "official" | { readonly basedOn: string };

/**
 * `recorded`: signed, and nothing says what became of it since; `deleted`: the stack has it no more, and its record
 * stays true.
 */
export const CATALOGUE_STATES = ["published", "deprecated", "withdrawn", "deleted", "recorded"] as const;
export type CatalogueState = (typeof CATALOGUE_STATES)[number];

/** Where a fact is from: signed in the record, signed in the notice of a withdrawal, or the stack's state. */
export const FACT_SOURCES = ["record", "notice", "stack"] as const;
type FactSource = (typeof FACT_SOURCES)[number];

/**
 * Who may use an image there, by the stack's state: `named`: some accounts, whose names are not published; `unsure`: a
 * change was interrupted; `gone`: the image is there no more.
 */
export const AVAILABILITIES = ["everyone", "named", "nobody", "unsure", "gone"] as const;
export type Availability = (typeof AVAILABILITIES)[number];

/** An image in one region of a cloud. */
export interface Place {
  readonly cloud: Cloud;
  /** `global` where one image serves all regions. */
  readonly region: string;
  /** Its name for users. */
  readonly id: string;
  readonly name: string;
  /** Account, project or subscription of the publisher. */
  readonly account: string;
  readonly proof: ObjectFacts["proof"];
  /** True if the record itself names the region: Azure replicates a version from its home region. */
  readonly from: Extract<FactSource, "record" | "stack">;
  /** Absent: the stack's state is not known. */
  readonly availability?: Availability;
}

/** One disk of a release, and where it is. */
export interface CatalogueImage {
  readonly architecture: Architecture;
  readonly disk: {
    readonly file: string;
    /** Bytes. */
    readonly size: number;
    /** Of the whole file. Absent: not taken. */
    readonly sha256?: string;
    readonly sha512?: string;
    /** Root of the block map, of a disk without `sha256`. */
    readonly blockMap?: string;
    readonly bootMode: BootMode;
  };
  /** `unsigned`, or the fingerprint of the key that signed the list that names the disk. */
  readonly input: string;
  /** How the image policy was measured; absent: it was not. */
  readonly policy?: "measured" | "declared";
  readonly places: readonly Place[];
  /** Absent: the record names no list of packages, or its file is not at hand. */
  readonly packages?: PackageList;
  readonly changes?: PackageChanges;
}

export interface CatalogueRelease {
  readonly product: string;
  readonly version: string;
  /** Signed. Absent: the product's own. */
  readonly variant?: string;
  readonly publisher: string;
  readonly provenance: Provenance;
  readonly state: CatalogueState;
  readonly stateFrom: FactSource;
  /** RFC 3339, signed. */
  readonly withdrawnOn?: string;
  /** Why it was withdrawn or deprecated. */
  readonly reason?: string;
  /** RFC 3339: when every gate had passed, by the signer's clock. Absent in records of version 0.1. */
  readonly signedOn?: string;
  /** RFC 3339, by the stack's state. */
  readonly deprecateOn?: string;
  readonly endOfLife?: string;
  /** True if `endOfLife` was past when the catalogue was built. */
  readonly isOver: boolean;
  readonly images: readonly CatalogueImage[];
  /** Path of the signed record in the site. */
  readonly record: string;
  readonly notice?: string;
}

/** A build of the product that differs in what is in it. */
export interface CatalogueVariant {
  /** True if it is the variant of the releases that name none. */
  readonly isOwn: boolean;
  /** Absent: the product's own, whose name is in the stack file alone. */
  readonly name?: string;
  /** Its contents, by the stack file. */
  readonly contents?: string;
  /** The newest release of it that is published and not past its end of life. */
  readonly current?: CatalogueRelease;
}

export interface CatalogueProduct {
  readonly name: string;
  readonly publisher: string;
  readonly provenance: Provenance;
  readonly description?: string;
  /** Those that have releases: the product's own first, then by name. */
  readonly variants: readonly CatalogueVariant[];
  /** Newest first. */
  readonly releases: readonly CatalogueRelease[];
  /** That of the product's own variant. */
  readonly current?: CatalogueRelease;
  /** Path of the trust file of its signed index in the site; absent: it has none. */
  readonly trustFile?: string;
}

/** Whose signature every record has. */
export type CatalogueSigner =
  | {
      /** SHA-256 of the public key (DER), hex. */
      readonly fingerprint: string;
      /** Path of the PEM file in the site. */
      readonly file: string;
      readonly pem: string;
    }
  | { readonly identity: string; readonly issuer: string };

export interface Catalogue {
  readonly title: string;
  /** Where it will be, without a slash at its end; absent: not known, and all links are relative. */
  readonly url?: string;
  /** RFC 3339 */
  readonly builtOn: string;
  readonly signers: readonly CatalogueSigner[];
  /** By name. */
  readonly products: readonly CatalogueProduct[];
}

/** True where somebody may be told to use it. */
export function isUsable(release: CatalogueRelease): boolean {
  return release.state === "published" || release.state === "deprecated" || release.state === "recorded";
}

/** "official image by Debian", or "not official: based on Debian 13, by Acme". */
export function sayProvenance({
  provenance,
  publisher,
}: Pick<CatalogueRelease, "provenance" | "publisher">): string {
  return provenance === "official"
    ? `official image by ${publisher}`
    : `not official: based on ${provenance.basedOn}, by ${publisher}`;
}
