/** The release key: it signs, and it is the one that users know. */
import { createPublicKey } from "node:crypto";
import path from "node:path";
import { projectFolder } from "../../facts/project";
import { signerFor } from "../../provider/signing-key";
import { readIfThere } from "../backend-folder";
import type { StackFile } from "../stack";
import { Area, type Checks, reasonOf } from "./check";

/**
 * Signs nothing with it, as `up` does before it uploads. A key has no end of its own: one in a KMS that is disabled or to be
 * deleted refuses to sign.
 *
 * @param state the stack's state as JSON, whose output names the key of the last `up`
 */
export async function checkKey(
  { config, stack }: Pick<StackFile, "config" | "stack">,
  state: string | undefined,
  signal: AbortSignal,
): Promise<Checks> {
  const area = new Area("key");
  const { record, product } = config;
  if (record === undefined) {
    area.skip("release key", "the stack makes no records (imprimatur:record)");
    return area.checks;
  }
  if (record.signWith.keyless !== undefined) {
    area.skip(
      "release key",
      "signWith.keyless: each `up` asks for a certificate, which a log shows to everyone",
    );
    return area.checks;
  }
  try {
    const { key } = await signerFor(record.signWith, { signal, status: () => undefined }).signer.sign(
      Buffer.alloc(0),
    );
    if (key.$case !== "publicKey") return area.checks;
    area.ok("release key", "it signs");
    compare(area, key.publicKey, { product: product.name, stack, state });
  } catch (error) {
    area.fail("release key", reasonOf(error));
  }
  return area.checks;
}

function compare(
  area: Area,
  publicKey: string,
  { product, stack, state }: { product: string; stack: string; state: string | undefined },
): void {
  const file = `${product}.pub.pem`;
  const published = readIfThere(path.join(projectFolder(), file));
  if (published !== undefined) {
    if (isSame(published, publicKey)) area.ok("public key", `${file} is its public key`);
    else
      area.fail(
        "public key",
        `${file} is not the public key of the release key: users who check with it find nothing genuine; name the right key ` +
          "with IMPRIMATUR_SIGNING_KEY, or publish its own public key",
      );
  }
  const known = state === undefined ? undefined : signedBy(state);
  if (known !== undefined && !isSame(known, publicKey))
    area.warn(
      "public key",
      `the last up of ${stack} signed with another key; all its records are signed again with this one, and users need its public key`,
    );
}

function isSame(one: string, other: string): boolean {
  try {
    return createPublicKey(one).equals(createPublicKey(other));
  } catch {
    return false;
  }
}

/** The output `signedBy` of the stack. */
function signedBy(state: string): string | undefined {
  const { deployment } = JSON.parse(state) as {
    deployment?: { resources?: { type?: string; outputs?: { signedBy?: { publicKey?: unknown } } }[] };
  };
  const stack = deployment?.resources?.find(({ type }) => type === "pulumi:pulumi:Stack");
  const known = stack?.outputs?.signedBy?.publicKey;
  return typeof known === "string" ? known : undefined;
}
