import { z } from "zod";
import { signDigest } from "../../ecdsa";
import { type Incoming, route, type Route, routeWithBody } from "../http/route";
import { int64 } from "../http/schema";
import { isAllowedOnProject } from "../permissions";
import { crc32c } from "../storage/crc32c";
import { KmsError } from "./errors";
import { type KeyVersion, type KmsKeys, publicPem } from "./keys";

const RING = "/v1/projects/{project}/locations/{location}/keyRings";
const KEY = `${RING}/{ring}/cryptoKeys`;
const VERSION = `${KEY}/{key}/cryptoKeyVersions`;

const keyBody = z.strictObject({
  purpose: z.enum(["ENCRYPT_DECRYPT", "ASYMMETRIC_SIGN"]),
  versionTemplate: z
    .strictObject({ algorithm: z.string(), protectionLevel: z.enum(["SOFTWARE", "HSM"]).optional() })
    .optional(),
});
const signBody = z.strictObject({
  digest: z
    .strictObject({
      sha256: z.base64().optional(),
      sha384: z.base64().optional(),
      sha512: z.base64().optional(),
    })
    .optional(),
  digestCrc32c: int64.optional(),
});

/**
 * Cloud KMS: signing keys. Key policies are not rehearsed, so only the project's owner may use one.
 *
 * https://cloud.google.com/kms/docs/reference/rest/v1 (2026-11)
 */
export function kmsRoutes(keys: KmsKeys): Route[] {
  return [
    routeWithBody({
      method: "POST",
      path: RING,
      query: ["keyRingId"],
      body: z.strictObject({}),
      handle(incoming) {
        const { project = "", location = "" } = incoming.params;
        demand(incoming, "cloudkms.keyRings.create", `projects/${project}/locations/${location}`);
        const { name, createTime } = keys.makeRing(project, location, idIn(incoming, "keyRingId"));
        return { json: { name, createTime } };
      },
    }),
    routeWithBody({
      method: "POST",
      path: KEY,
      query: ["cryptoKeyId"],
      body: keyBody,
      handle(incoming) {
        const ring = nameOf(incoming);
        demand(incoming, "cloudkms.cryptoKeys.create", ring);
        const { purpose, versionTemplate } = incoming.body;
        const key = keys.makeKey(ring, idIn(incoming, "cryptoKeyId"), purpose, versionTemplate?.algorithm);
        const { name, createTime } = key;
        return { json: { name, purpose, createTime, versionTemplate: { algorithm: key.algorithm } } };
      },
    }),
    routeWithBody({
      method: "POST",
      path: VERSION,
      body: z.strictObject({}),
      handle(incoming) {
        demand(incoming, "cloudkms.cryptoKeyVersions.create", nameOf(incoming));
        return { json: describe(keys.makeVersion(nameOf(incoming))) };
      },
    }),
    route({
      method: "GET",
      path: `${VERSION}/{version}`,
      handle(incoming) {
        demand(incoming, "cloudkms.cryptoKeyVersions.get", nameOf(incoming));
        return { json: describe(keys.find(nameOf(incoming))) };
      },
    }),
    routeWithBody({
      method: "PATCH",
      path: `${VERSION}/{version}`,
      query: ["updateMask"],
      body: z.strictObject({ state: z.enum(["ENABLED", "DISABLED"]) }),
      handle(incoming) {
        demand(incoming, "cloudkms.cryptoKeyVersions.update", nameOf(incoming));
        if (incoming.query.get("updateMask") !== "state")
          throw KmsError.invalid("update_mask must be: state.");
        const changed = { ...keys.find(nameOf(incoming)), state: incoming.body.state };
        keys.versions.set(changed.name, changed);
        return { json: describe(changed) };
      },
    }),
    route({
      method: "GET",
      path: `${VERSION}/{version}/publicKey`,
      handle(incoming) {
        const name = nameOf(incoming);
        demand(incoming, "cloudkms.cryptoKeyVersions.viewPublicKey", name);
        const { version, privateKey } = keys.usable(name);
        const pem = publicPem(privateKey);
        const pemCrc32c = String(crc32c(Buffer.from(pem)));
        return { json: { pem, algorithm: version.algorithm, pemCrc32c, name, protectionLevel: "SOFTWARE" } };
      },
    }),
    routeWithBody({
      method: "POST",
      path: `${VERSION}/{version}:asymmetricSign`,
      body: signBody,
      handle(incoming) {
        const name = nameOf(incoming);
        demand(incoming, "cloudkms.cryptoKeyVersions.useToSign", name);
        return { json: { name, ...signed(keys, name, incoming.body), protectionLevel: "SOFTWARE" } };
      },
    }),
  ];
}

function signed(keys: KmsKeys, name: string, { digest, digestCrc32c }: z.output<typeof signBody>): object {
  const { version, privateKey } = keys.usable(name);
  const [[kind, value] = [], ...more] = Object.entries(digest ?? {});
  if (kind === undefined || value === undefined || more.length > 0) {
    throw KmsError.invalid("One digest is needed: digest.sha256, digest.sha384 or digest.sha512.");
  }
  if (!version.algorithm.endsWith(kind.toUpperCase())) {
    throw KmsError.invalid(`Digest type ${kind} does not fit the algorithm ${version.algorithm} of ${name}.`);
  }
  if (version.algorithm !== "EC_SIGN_P256_SHA256") {
    throw KmsError.invalid(`The rehearsed Cloud KMS does not sign with ${version.algorithm}.`);
  }
  const bytes = Buffer.from(value, "base64");
  if (bytes.length !== 32) throw KmsError.invalid(`Digest of ${bytes.length} bytes; sha256 has 32.`);
  if (digestCrc32c !== undefined && digestCrc32c !== crc32c(bytes)) {
    throw KmsError.invalid("The checksum in field digest_crc32c did not match the data in field digest.");
  }
  const signature = signDigest(privateKey, bytes, "der");
  return {
    signature: signature.toString("base64"),
    signatureCrc32c: String(crc32c(signature)),
    verifiedDigestCrc32c: digestCrc32c !== undefined,
  };
}

/** The path's `projects/…`, without a method after a colon. */
function nameOf({ params }: Incoming<unknown>): string {
  const { project, location, ring, key, version } = params;
  const parts = [`projects/${project}/locations/${location}/keyRings/${ring}`];
  if (key !== undefined) parts.push(`cryptoKeys/${key}`);
  if (version !== undefined) parts.push(`cryptoKeyVersions/${version}`);
  return parts.join("/");
}

function idIn({ query }: Incoming<unknown>, name: string): string {
  const id = query.get(name) ?? "";
  if (/^[a-zA-Z0-9_-]{1,63}$/.test(id)) return id;
  throw KmsError.invalid(`${name} must match [a-zA-Z0-9_-]{1,63}.`);
}

function demand({ caller, params }: Incoming<unknown>, permission: string, name: string): void {
  if (!isAllowedOnProject(caller, permission, params.project ?? "")) throw KmsError.denied(permission, name);
}

function describe({ name, state, algorithm, createTime }: KeyVersion): object {
  return { name, state, algorithm, createTime, protectionLevel: "SOFTWARE" };
}
