import { z } from "zod";
import { kmsUri } from "./kms";

const url = z
  .string()
  .regex(/^(https:\/\/[^\s/?#]+|http:\/\/(localhost|127\.0\.0\.1)(:\d+)?)(\/[^\s?#]*)?$/, {
    error: "an https:// address",
  });

/** Sigstore's own services are the defaults of `@sigstore/sign` 4.1. */
const keyless = z
  .strictObject({
    fulcioUrl: url.default("https://fulcio.sigstore.dev").meta({
      description: "Certificate authority: turns who you are into a certificate for minutes.",
    }),
    rekorUrl: url.default("https://rekor.sigstore.dev").meta({
      description: "Transparency log that every signature is entered in, for everybody to see.",
    }),
    rekorVersion: z.literal([1, 2]).default(1).meta({
      description: "Version of the log's API. Version 2 tells no time, so it needs `tsaUrl`.",
    }),
    tsaUrl: url.optional().meta({
      description: "Timestamp authority (RFC 3161), which tells when it was signed.",
      examples: ["https://timestamp.sigstore.dev/api/v1/timestamp"],
    }),
  })
  .check(({ value, issues }) => {
    if (value.rekorVersion !== 2 || value.tsaUrl !== undefined) return;
    issues.push({
      code: "custom",
      input: value,
      path: [],
      message: "a tsaUrl, because a log of version 2 tells no time",
      params: { cure: "Add tsaUrl: the address of a timestamp authority that users trust" },
    });
  })
  .meta({
    description:
      "Signs without a key that could be stolen, as the identity that this `up` runs as: a workflow on GitHub Actions, or the OIDC token in `SIGSTORE_ID_TOKEN`. `{}` is sigstore's public service.",
  });

/** One way to sign; without any, the key file named by the environment. */
export const signWith = z
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
    kms: kmsUri.optional().meta({
      description:
        "Key in a cloud's KMS, ECDSA P-256, which signs there and never leaves: `awskms:///<ARN of the key or of its alias>`, `gcpkms://projects/…/cryptoKeyVersions/1` or `azurekms://<vault>.vault.azure.net/<key>/<version>`.",
      examples: [
        "awskms:///arn:aws:kms:eu-central-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab",
        "gcpkms://projects/my-project/locations/europe/keyRings/release/cryptoKeys/images/cryptoKeyVersions/1",
        "azurekms://my-vault.vault.azure.net/release/0123456789abcdef0123456789abcdef",
      ],
    }),
    keyless: keyless.optional(),
  })
  .check((context) => {
    const chosen = Object.entries(context.value).flatMap(([way, value]) =>
      value === undefined ? [] : [way],
    );
    if (chosen.length < 2) return;
    context.issues.push({
      code: "custom",
      input: context.value,
      path: [],
      message: `one way to sign, not ${chosen.length}`,
      params: { cure: `Keep one of ${chosen.join(", ")}` },
    });
  });

/** The signed record of each release: docs/verify.md. */
export const record = z
  .strictObject({
    signWith: signWith.prefault({}).meta({
      description:
        "What signs: `keyFile`, `kms` or `keyless`; without any, the key file that `IMPRIMATUR_SIGNING_KEY` names.",
    }),
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

/** The signing key; if unset, the key file named by the environment. */
export type SignWith = RecordConfig["signWith"];
