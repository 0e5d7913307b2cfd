import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
} from "node:crypto";
import { signDigest } from "../../ecdsa";
import type { ArmRequest, Route } from "../arm/http";
import { type Cloud, contentsOf } from "../cloud";
import type { VaultKey } from "../state";
import { badParameter, forbidden, VaultError } from "./errors";
import { demandOnKey } from "./rights";

/** Signing algorithm of each curve, with the digest's length in bytes. */
const CURVES: Readonly<Record<string, { algorithm: string; digest: number }>> = {
  "P-256": { algorithm: "ES256", digest: 32 },
  "P-384": { algorithm: "ES384", digest: 48 },
};

/**
 * The one vault of this cloud, the publisher's: its host is this cloud's address.
 *
 * learn.microsoft.com/rest/api/keyvault/keys (7.4, read 2026-11)
 */
export function vaultRoutes(cloud: Cloud): Route[] {
  const keys = contentsOf(cloud).vaultKeys;
  const demand = (request: ArmRequest, action: string) => demandOnKey(cloud, request, action);
  return [
    {
      method: "POST",
      path: "/keys/{name}/create",
      handle(request) {
        demand(request, "create/action");
        const key = newKey(request.params.name ?? "", request.body);
        keys[key.id] = key;
        cloud.state.save();
        return { status: 200, body: describe(key, request) };
      },
    },
    {
      method: "GET",
      path: "/keys/{name}/{version}",
      handle(request) {
        demand(request, "read");
        return { status: 200, body: describe(find(keys, request), request) };
      },
    },
    {
      method: "PATCH",
      path: "/keys/{name}/{version}",
      handle(request) {
        demand(request, "update/action");
        const { attributes, ...others } = fieldsOf(request.body);
        const { enabled, ...more } = fieldsOf(attributes);
        refuseOthers({ ...others, ...more });
        const key = { ...find(keys, request), enabled: enabled === true };
        keys[key.id] = key;
        cloud.state.save();
        return { status: 200, body: describe(key, request) };
      },
    },
    {
      method: "POST",
      path: "/keys/{name}/{version}/sign",
      handle(request) {
        demand(request, "sign/action");
        const key = find(keys, request);
        const value = sign(key, fieldsOf(request.body)).toString("base64url");
        return { status: 200, body: { kid: idOf(key, request), value } };
      },
    },
  ];
}

function newKey(name: string, body: unknown): VaultKey {
  const { kty, crv = "P-256", key_ops: operations, attributes, ...others } = fieldsOf(body);
  const { enabled = true, ...more } = fieldsOf(attributes ?? {});
  refuseOthers({ ...others, ...more });
  if (!/^[0-9a-zA-Z-]{1,127}$/.test(name)) throw badParameter("The key name must match ^[0-9a-zA-Z-]+$.");
  const made = generate(kty, crv);
  const version = randomBytes(16).toString("hex");
  return {
    id: `${name}/${version}`,
    kty: String(kty),
    ...(kty === "EC" && { crv: String(crv) }),
    operations: Array.isArray(operations) ? operations.map(String) : ["sign", "verify"],
    enabled: enabled === true,
    created: Math.floor(Date.now() / 1000),
    privateKey: made.export({ format: "pem", type: "pkcs8" }).toString(),
  };
}

function generate(kty: unknown, crv: unknown): KeyObject {
  if (kty === "RSA") return generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey;
  if (kty === "EC" && typeof crv === "string" && crv in CURVES)
    return generateKeyPairSync("ec", { namedCurve: crv }).privateKey;
  throw badParameter(`The rehearsed vault makes no keys of ${String(kty)} ${String(crv)}.`);
}

/** Raw r and s: JWS (RFC 7518, 3.4). */
function sign(key: VaultKey, { alg, value, ...others }: Record<string, unknown>): Buffer {
  refuseOthers(others);
  if (!key.enabled) throw forbidden("Operation sign is not allowed on a disabled key.", "KeyDisabled");
  if (!key.operations.includes("sign"))
    throw forbidden("Operation sign is not permitted on this key.", "KeyOperationForbidden");
  const kind = CURVES[key.crv ?? ""];
  if (!kind || kind.algorithm !== alg) {
    throw badParameter(
      `Key and signing algorithm are incompatible. The key is of type '${key.kty}', the algorithm is '${String(alg)}'.`,
    );
  }
  if (key.crv !== "P-256") throw badParameter(`The rehearsed vault does not sign with ${String(alg)}.`);
  const digest = Buffer.from(typeof value === "string" ? value : "", "base64url");
  if (digest.length !== kind.digest) {
    throw badParameter(
      `Invalid length of 'value': ${digest.length} bytes. ${kind.algorithm} requires ${kind.digest} bytes, encoded with base64url.`,
    );
  }
  return signDigest(createPrivateKey(key.privateKey), digest, "compact");
}

function find(keys: Readonly<Record<string, VaultKey>>, { params }: ArmRequest): VaultKey {
  const id = `${params.name}/${params.version}`;
  const key = keys[id];
  if (key) return key;
  throw new VaultError(404, "KeyNotFound", `A key with (name/id) ${id} was not found in this key vault.`);
}

function fieldsOf(body: unknown): Record<string, unknown> {
  if (typeof body === "object" && body !== null && !Array.isArray(body))
    return body as Record<string, unknown>;
  throw badParameter("The request body is not a JSON object.");
}

function refuseOthers(others: Record<string, unknown>): void {
  const [name] = Object.keys(others);
  if (name !== undefined) throw badParameter(`Property  ${name} is not known to the rehearsed vault.`);
}

const idOf = ({ id }: VaultKey, { base }: ArmRequest) => `${base}/keys/${id}`;

function describe(key: VaultKey, request: ArmRequest): object {
  const numbers = createPublicKey(key.privateKey).export({ format: "jwk" });
  return {
    key: { ...numbers, kid: idOf(key, request), kty: key.kty, key_ops: key.operations },
    attributes: { enabled: key.enabled, created: key.created, updated: key.created, recoverableDays: 90 },
  };
}
