import { z } from "zod";

const variantName = z.string().regex(/^[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?$/, {
  error: "1 to 32 characters of a-z, 0-9 and -, with a letter or digit first and last",
});

/** The variant of a product where nobody chose one. */
export const DEFAULT_VARIANT = "generic";

/** One line of images, e.g. `debian-13`. */
export const product = z
  .strictObject({
    name: z
      .string()
      .regex(/^[a-z0-9]([a-z0-9.-]{0,38}[a-z0-9])?$/, {
        error: "1 to 40 characters of a-z, 0-9, . and -, with a letter or digit first and last",
      })
      .meta({ description: "Name of the product, part of every name and tag.", examples: ["debian-13"] }),
    variant: variantName.default(DEFAULT_VARIANT).meta({
      description: "The variant of every release that names no other: `generic`, `refresh`, …",
    }),
    variants: z
      .record(
        variantName,
        z
          .strictObject({
            description: z
              .string()
              .regex(/^[^\p{Cc}]{1,80}$/u, { error: "1 to 80 printable characters" })
              .meta({
                description: "What is in it, for users: the end of every description (`{contents}`).",
                examples: ["with the kernel and cloud tools of backports"],
              }),
          })
          .meta({ description: "One variant." }),
      )
      .default({})
      .meta({
        description:
          "Builds of the product that differ in what is in them, by name. A release is of the one that its `variant` names.",
      }),
    publisher: z
      .string()
      .regex(/^[^\p{Cc}]{1,64}$/u, { error: "1 to 64 printable characters" })
      .meta({ description: "Who answers for the images, as users know them.", examples: ["Debian"] }),
    provenance: z
      .union(
        [
          z.literal("official"),
          z.strictObject({
            basedOn: z
              .string()
              .regex(/^[^\p{Cc}]{1,64}$/u, { error: "1 to 64 printable characters" })
              .meta({ description: "The product that this one was made from.", examples: ["Debian 13"] }),
          }),
        ],
        { error: '"official", or { basedOn: <the product it was made from> }' },
      )
      .meta({
        description:
          "`official`: built by the publisher from its own sources; published with a signed input, a passed image policy and a signed record (`imprimatur:checks`). `{ basedOn: X }`: made from another publisher's product; no name of it may begin with a name in X, however written, and its publisher's may not end with one: of `Debian 13`, `debian-13-tuned`, `The Debian Project` and `Team Debian` are refused, `acme-debian-13` and `Images for Debian` are not.",
      }),
    description: z
      .string()
      .regex(/^[^\p{Cc}]{0,200}$/u, { error: "at most 200 printable characters" })
      .optional()
      .meta({ description: "One sentence for users.", examples: ["A small Debian for servers"] }),
  })
  .meta({ description: "What is published." });

export type Product = z.output<typeof product>;

/**
 * "official image by Debian", "based on Debian 13, by Acme": part of descriptions, so that users see the provenance.
 */
export function describeProvenance({
  provenance,
  publisher,
}: Pick<Product, "provenance" | "publisher">): string {
  return provenance === "official"
    ? `official image by ${publisher}`
    : `based on ${provenance.basedOn}, by ${publisher}`;
}
