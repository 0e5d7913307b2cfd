/** The catalogue as JSON: docs/catalogue.md. */
import { z } from "zod";
import { BOOT_MODES } from "../config/image-file";
import { ARCHITECTURES } from "../config/release";
import { CLOUDS } from "../facts/clouds";
import {
  AVAILABILITIES,
  type Catalogue,
  type CatalogueRelease,
  CATALOGUE_STATES,
  FACT_SOURCES,
} from "./model";
import { latestJsonPath, productPath, releaseJsonPath, releasePath } from "./paths";

const CATALOGUE_VERSION = 1;

const path = z.string().meta({ description: "Path in the site." });
const time = z.iso.datetime({ offset: true });
const fromStack = "By the state of the publisher's stack; not signed. Absent: not said, or not known.";

const summary = z.strictObject({
  version: z.string(),
  variant: z
    .string()
    .optional()
    .meta({ description: "The version ends with it. Signed. Absent: the product's own." }),
  state: z.enum(CATALOGUE_STATES).meta({
    description:
      "`recorded`: signed, and nothing is known of what became of it; `deleted`: the stack has it no more.",
  }),
  stateFrom: z.enum(FACT_SOURCES).meta({
    description:
      "`record`, `notice`: signed by the publisher. `stack`: the state of the publisher's stack; not signed.",
  }),
  reason: z.string().optional().meta({ description: "Why it is withdrawn or deprecated." }),
  signedOn: time.optional().meta({ description: "When every gate had passed; signed." }),
  withdrawnOn: time.optional().meta({ description: "Signed." }),
  deprecateOn: time.optional().meta({ description: fromStack }),
  endOfLife: time.optional().meta({ description: fromStack }),
  architectures: z.array(z.enum(ARCHITECTURES)),
  page: path,
  document: path.meta({ description: "The release as JSON." }),
});

const names = {
  publisher: z.string().meta({ description: "Signed." }),
  provenance: z
    .union([z.literal("official"), z.strictObject({ basedOn: z.string() })])
    .meta({ description: "Signed: `official`, or the product that it was made from." }),
};

/** `v1/catalogue.json` */
const catalogueDocument = z
  .strictObject({
    schemaVersion: z.literal(CATALOGUE_VERSION),
    kind: z.literal("catalogue"),
    title: z.string(),
    builtOn: time,
    signers: z
      .array(
        z.union([
          z.strictObject({ fingerprint: z.string(), file: path, pem: z.string() }),
          z.strictObject({ identity: z.string(), issuer: z.string() }),
        ]),
      )
      .meta({ description: "Whose signature the records have: a public key, or an identity without one." }),
    products: z.array(
      z.strictObject({
        name: z.string(),
        variant: z
          .string()
          .optional()
          .meta({ description: `Name of the variant of releases that name none. ${fromStack}` }),
        description: z.string().optional().meta({ description: fromStack }),
        ...names,
        page: path,
        latest: path.optional().meta({
          description:
            "The newest release of the product's own variant that is published and within its support, as JSON. Absent: there is none.",
        }),
        variants: z
          .array(
            z.strictObject({
              name: z
                .string()
                .optional()
                .meta({ description: "Absent: the product's own, whose name is not known." }),
              isOwn: z.boolean().meta({ description: "Whether it is that of the releases that name none." }),
              contents: z
                .string()
                .optional()
                .meta({ description: `What is in it. ${fromStack}` }),
              latest: path.optional().meta({
                description:
                  "Its newest release that is published and within its support, as JSON. Absent: there is none.",
              }),
            }),
          )
          .meta({ description: "Those that have releases: the product's own first." }),
        releases: z.array(summary).meta({ description: "Newest first." }),
      }),
    ),
  })
  .meta({ title: "Catalogue", description: "All products and releases." });

const place = z.strictObject({
  cloud: z.enum(CLOUDS),
  region: z.string().meta({ description: "`global`: one image for all regions." }),
  id: z.string().meta({ description: "Signed." }),
  name: z.string().meta({ description: "Signed." }),
  account: z.string().meta({ description: "Account, project or subscription of the publisher; signed." }),
  proof: z.enum(["bytes", "archive bytes", "source"]).meta({
    description: "What was read back before anybody else could use it; signed.",
  }),
  from: z.enum(["record", "stack"]).meta({ description: "Whether the region is signed too." }),
  availability: z
    .enum(AVAILABILITIES)
    .optional()
    .meta({ description: `Who may use it. ${fromStack}` }),
});

const packageEntry = z.strictObject({ name: z.string(), version: z.string() });

/** `v1/releases/<product>/<version>.json`, `v1/latest/<product>.json`, `v1/latest/<product>/<variant>.json` */
const releaseDocument = z
  .strictObject({
    schemaVersion: z.literal(CATALOGUE_VERSION),
    kind: z.literal("release"),
    product: z.string(),
    ...names,
    ...summary.shape,
    record: path.meta({ description: "The signed record." }),
    notice: path.optional().meta({ description: "The signed notice of its withdrawal." }),
    images: z.array(
      z.strictObject({
        architecture: z.enum(ARCHITECTURES),
        disk: z.strictObject({
          file: z.string(),
          size: z.int().meta({ description: "Bytes." }),
          sha256: z.string().optional(),
          sha512: z.string().optional(),
          blockMap: z
            .string()
            .optional()
            .meta({ description: "Root of its block map, which names a disk without `sha256`." }),
          bootMode: z.enum(BOOT_MODES),
        }),
        input: z.string().meta({
          description:
            "`unsigned`, or the OpenPGP fingerprint of the key that signed the list which names the disk.",
        }),
        policy: z.enum(["measured", "declared"]).optional().meta({
          description:
            "The image policy passed: measured by the publication, or as the publisher's image file says. Absent: neither.",
        }),
        places: z.array(place),
        packages: z
          .strictObject({ file: path, sha256: z.string(), entries: z.array(packageEntry) })
          .optional()
          .meta({ description: "What is installed, by the bill of materials whose digest is signed." }),
        changes: z
          .strictObject({
            since: z.string(),
            added: z.array(packageEntry),
            removed: z.array(packageEntry),
            changed: z.array(z.strictObject({ name: z.string(), from: z.string(), to: z.string() })),
          })
          .optional(),
      }),
    ),
  })
  .meta({ title: "Release", description: "One release, with the ids of its images." });

/** JSON Schema of both documents. */
export function catalogueSchema(): object {
  return {
    $comment: "Written by tools/generate.ts. Never edit it by hand.",
    ...z.toJSONSchema(
      z
        .union([catalogueDocument, releaseDocument])
        .meta({ title: "Imprimatur catalogue", description: "Version 1: members may be added." }),
    ),
  };
}

export function catalogueJson({ title, builtOn, signers, products }: Catalogue) {
  return catalogueDocument.parse({
    schemaVersion: CATALOGUE_VERSION,
    kind: "catalogue",
    ...{ title, builtOn, signers },
    products: products.map(({ name, variants, description, publisher, provenance, current, releases }) => ({
      ...{ name, variant: variants.find(({ isOwn }) => isOwn)?.name, description, publisher, provenance },
      page: productPath(name),
      ...(current && { latest: latestJsonPath(name) }),
      variants: variants.map((variant) => ({
        ...{ name: variant.name, isOwn: variant.isOwn, contents: variant.contents },
        ...(variant.current && { latest: latestJsonPath(name, variant.current.variant) }),
      })),
      releases: releases.map(summaryOf),
    })),
  });
}

export function releaseJson(release: CatalogueRelease) {
  const { product, publisher, provenance, record, notice, images } = release;
  return releaseDocument.parse({
    schemaVersion: CATALOGUE_VERSION,
    kind: "release",
    ...{ product, publisher, provenance, ...summaryOf(release), record, notice, images },
  });
}

function summaryOf(release: CatalogueRelease) {
  const { product, version, variant, state, stateFrom, reason } = release;
  const { signedOn, withdrawnOn, deprecateOn, endOfLife } = release;
  return {
    ...{ version, variant, state, stateFrom, reason, signedOn, withdrawnOn, deprecateOn, endOfLife },
    architectures: release.images.map(({ architecture }) => architecture),
    page: releasePath(product, version),
    document: releaseJsonPath(product, version),
  };
}
