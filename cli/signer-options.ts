import type { Command } from "commander";
import { repeated } from "./repeated";

/** Whose word counts. */
export interface SignerOptions {
  key: string[];
  certificateIdentity?: string;
  certificateOidcIssuer?: string;
  trustedRoot?: string;
}

export function withSignerOptions(command: Command): Command {
  return command
    .option("--key <file>", "public key of the publisher, PEM; may be repeated", repeated, [])
    .option("--certificate-identity <email or URI>", "who signs, where the publisher signs without a key")
    .option("--certificate-oidc-issuer <url>", "who vouches for that identity")
    .option(
      "--trusted-root <file>",
      "sigstore's trusted_root.json; default: fetched, that of the public service",
    );
}

/** True where the user says whose word counts, whole or in part; else an index may say it. */
export function isSignerSaid(options: Partial<SignerOptions>): boolean {
  const { key = [], certificateIdentity, certificateOidcIssuer } = options;
  return key.length > 0 || certificateIdentity !== undefined || certificateOidcIssuer !== undefined;
}

/** Options that are missing or do not belong together, a line each. */
export function signerProblems({
  key,
  certificateIdentity,
  certificateOidcIssuer,
  trustedRoot,
}: SignerOptions): string[] {
  const hasIdentity = certificateIdentity !== undefined || certificateOidcIssuer !== undefined;
  return [
    ...(key.length === 0 && !hasIdentity
      ? [
          "--key is missing: whose word counts? Get the public key from the publisher, not from where the image came from; without a key, --certificate-identity and --certificate-oidc-issuer",
        ]
      : []),
    ...(hasIdentity && certificateIdentity === undefined
      ? ["--certificate-identity is missing: an issuer vouches for everybody who has an account there"]
      : []),
    ...(hasIdentity && certificateOidcIssuer === undefined
      ? ["--certificate-oidc-issuer is missing: whose word is it that the identity is the signer's?"]
      : []),
    ...(trustedRoot !== undefined && !hasIdentity
      ? ["--trusted-root is for records that are signed without a key: add --certificate-identity"]
      : []),
  ];
}
