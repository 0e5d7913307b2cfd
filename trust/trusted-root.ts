import { TrustedRoot } from "@sigstore/protobuf-specs";
import { toTrustMaterial, type TrustMaterial } from "@sigstore/verify";
import { cacheFolder } from "../clouds/cache";
import { reasonOf, TrustProblem } from "./problem";
import { readText } from "./read-text";

const CURE = "give --trusted-root a trusted_root.json of the sigstore that signed";

/**
 * Which certificate authorities and logs count: a sigstore `trusted_root.json`, as `cosign trusted-root create` and the TUF
 * repository have it.
 *
 * @throws {TrustProblem} it is not there, or is something else
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
 * The root of sigstore's public service, over TUF: what this machine knows of it is kept, and what is new is taken only when
 * the keys that came with `@sigstore/tuf` signed it.
 *
 * @throws {TrustProblem} it cannot be fetched
 */
export async function fetchTrustedRoot(): Promise<TrustMaterial> {
  // Half a second to load, and only for this.
  const { getTrustedRoot } = await import("@sigstore/tuf");
  try {
    return toTrustMaterial(await getTrustedRoot({ cachePath: cacheFolder("sigstore"), timeout: 20_000 }));
  } catch (error) {
    throw new TrustProblem(
      `the root of sigstore's public service cannot be fetched (${reasonOf(error)}); offline, ${CURE}`,
    );
  }
}
