/**
 * Signing as an identity: a short-lived certificate from Fulcio, and an entry in Rekor's log that proves the time.
 */
import {
  CIContextProvider,
  FulcioSigner,
  type IdentityProvider,
  RekorWitness,
  type Signer,
  TSAWitness,
  type Witness,
} from "@sigstore/sign";
import { reasonOf, TrustProblem } from "./problem";
import type { Signing } from "./sign";

export interface KeylessServices {
  readonly fulcioUrl: string;
  readonly rekorUrl: string;
  readonly rekorVersion: 1 | 2;
  readonly tsaUrl?: string | undefined;
}

const TOKEN_VARIABLE = "SIGSTORE_ID_TOKEN";

/** Retries of `@sigstore/sign` for transient failures. */
const PATIENCE = { retry: { retries: 4 }, timeout: 30_000 };

/**
 * @param identity source of the OIDC token: GitHub Actions, or `SIGSTORE_ID_TOKEN`, as in every sigstore client. It
 *   is read anew each time, because such tokens last minutes and an upload an hour
 */
export function keylessSigning(
  { fulcioUrl, rekorUrl, rekorVersion, tsaUrl }: KeylessServices,
  identity: IdentityProvider = new CIContextProvider(),
): Signing {
  const signer: Signer = {
    async sign(data) {
      const token = await readToken(identity);
      const identityProvider = { getToken: async () => token };
      const fulcio = new FulcioSigner({ fulcioBaseURL: fulcioUrl, identityProvider, ...PATIENCE });
      return fulcio.sign(data).catch((error: unknown) => {
        throw new TrustProblem(
          `keyless: ${fulcioUrl} gave no certificate (${reasonOf(error)}); check that it takes tokens of this issuer, with the audience sigstore`,
        );
      });
    },
  };
  const log = new RekorWitness({
    rekorBaseURL: rekorUrl,
    majorApiVersion: rekorVersion,
    fetchOnConflict: true,
    ...PATIENCE,
  });
  const witnesses = [asked(log, rekorUrl, "took no entry")];
  if (tsaUrl !== undefined) {
    witnesses.push(asked(new TSAWitness({ tsaBaseURL: tsaUrl, ...PATIENCE }), tsaUrl, "gave no timestamp"));
  }
  return { signer, witnesses };
}

/** @param failed effect of a witness that does not answer */
function asked(witness: Witness, url: string, failed: string): Witness {
  return {
    testify: (content, publicKey) =>
      witness.testify(content, publicKey).catch((error: unknown) => {
        throw new TrustProblem(
          `keyless: ${url} ${failed} (${reasonOf(error)}); nothing was shared: run it again when it answers`,
        );
      }),
  };
}

/** Checked before `@sigstore/sign` gets it, whose parse error would contain the token. */
async function readToken(identity: IdentityProvider): Promise<string> {
  const token = await identity.getToken().catch(() => {
    throw new TrustProblem(
      `keyless: nobody to sign as; run it in a GitHub Actions job with "permissions: id-token: write", or set ${TOKEN_VARIABLE} to an OIDC token with the audience sigstore`,
    );
  });
  const claims = claimsOf(token);
  if (!claims) throw new TrustProblem(`keyless: what ${TOKEN_VARIABLE} holds is no OIDC token (a JWT)`);
  if (claims.email === undefined && claims.sub === undefined) {
    throw new TrustProblem(`keyless: the OIDC token names nobody: it has neither email nor sub`);
  }
  if (claims.email !== undefined && claims.email_verified !== true) {
    throw new TrustProblem(`keyless: the OIDC token's issuer has not verified its e-mail address`);
  }
  if (typeof claims.exp === "number" && claims.exp * 1000 <= Date.now()) {
    const end = new Date(claims.exp * 1000).toISOString();
    throw new TrustProblem(
      `keyless: the OIDC token ended at ${end}; set ${TOKEN_VARIABLE} to a new one and run it again`,
    );
  }
  return token;
}

interface Claims {
  sub?: unknown;
  email?: unknown;
  email_verified?: unknown;
  /** Seconds since 1970. */
  exp?: unknown;
}

function claimsOf(token: string): Claims | undefined {
  try {
    const claims: unknown = JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString("utf8"));
    return claims !== null && typeof claims === "object" ? claims : undefined;
  } catch {
    return undefined;
  }
}
