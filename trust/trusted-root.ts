import { TrustedRoot } from "@sigstore/protobuf-specs";
import { toTrustMaterial, type TrustMaterial } from "@sigstore/verify";
import { cacheFolder } from "../clouds/cache";
import { reasonOf, TrustProblem } from "./problem";
import { readText } from "./read-text";

const CURE = "give --trusted-root a trusted_root.json of the sigstore that signed";

/**
 * Accepted certificate authorities and logs: a sigstore `trusted_root.json`, as from `cosign trusted-root create` and
 * the TUF repository.
 *
 * @throws {TrustProblem} when it is missing or invalid
 */
export function readTrustedRoot(file: string): TrustMaterial {
  const text = readText(file, { cure: CURE });
  try {
    const root = TrustedRoot.fromJSON(JSON.parse(text));
    if (!root.mediaType.startsWith("application/vnd.dev.sigstore.trustedroot"))
      throw new Error("another media type");
    return toTrustMaterial(root);
  } catch {
    throw new TrustProblem(`${file}: not a sigstore trusted root; ${CURE}`);
  }
}

/**
 * The root of sigstore's public service, over TUF: cached on this machine; updates are accepted only if signed by the
 * keys in `@sigstore/tuf`.
 *
 * @throws {TrustProblem} when it cannot be fetched
 */
export async function fetchTrustedRoot(): Promise<TrustMaterial> {
  // Takes half a second to load, and is only needed here.
  const { getTrustedRoot } = await import("@sigstore/tuf");
  try {
    return toTrustMaterial(await getTrustedRoot({ cachePath: cacheFolder("sigstore"), timeout: 20_000 }));
  } catch (error) {
    throw new TrustProblem(
      `the root of sigstore's public service cannot be fetched (${reasonOf(error)}); offline, ${CURE}`,
    );
  }
}
