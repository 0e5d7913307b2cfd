import { z } from "zod";

/** Whether and how each release gets a signed record: docs/verify.md. */
export const record = z
  .strictObject({
    signWith: z
      .strictObject({
        keyFile: z
          .string()
          .regex(/^[^\p{Cc}]{1,1024}$/u, { error: "the path of a private key in PEM" })
          .optional()
          .meta({
            description:
              "Private key, Ed25519 or ECDSA P-256, in PEM; relative to the project's folder. `IMPRIMATUR_SIGNING_KEY` names another one, `IMPRIMATUR_SIGNING_PASSPHRASE` is its passphrase. It is read by `up` alone, when something is to be signed. Never commit it.",
            examples: ["/run/secrets/release.pem"],
          }),
      })
      .prefault({})
      .meta({ description: "What signs." }),
    folder: z
      .string()
      .regex(/^(?!\/|[A-Za-z]:|.*\\|.*\.\.)[^\p{Cc}]{1,200}$/u, {
        error: "a folder of the project, relative to it",
      })
      .default("records")
      .meta({ description: "Records are written to `<folder>/<product>/<version>.sigstore.json`." }),
  })
  .meta({
    description:
      "Signs a record for each release: which cloud images hold which bytes. Anyone can check it, and an image against it, with `imprimatur verify`. Made when every copy was verified, and before anyone but the owner may use one.",
  });

export type RecordConfig = z.output<typeof record>;
