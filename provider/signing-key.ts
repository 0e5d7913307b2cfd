import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { diffInputs, type Properties, type ResourceHandler } from "../plugin/resource";
import { keyFileSigner } from "../trust/sign";
import { projectFolder } from "./raw-disk";

export const KEY_VARIABLE = "IMPRIMATUR_SIGNING_KEY";
export const PASSPHRASE_VARIABLE = "IMPRIMATUR_SIGNING_PASSPHRASE";

/** Holds nothing: it fails while nothing is lost by that. */
export const signingKey: ResourceHandler = {
  computed: ["publicKey"],
  diff: (old, inputs) => diffInputs(old.inputs, inputs, { ignore: ["keyFile"] }),
  async create(inputs, call) {
    return { id: call.name, outputs: { ...inputs, publicKey: await publicKeyFor(inputs) } };
  },
  async read(id, old) {
    return { id, ...old };
  },
  async update(_id, old, inputs) {
    const before = old.inputs.releases as object | undefined;
    const isLess = Object.keys(inputs.releases as object).every((version) => version in (before ?? {}));
    // Nothing new is to be signed when releases have only gone.
    const publicKey: unknown = isLess ? old.outputs.publicKey : await publicKeyFor(inputs);
    return { ...inputs, publicKey };
  },
  async delete() {
    // Nothing was made.
  },
};

/**
 * What signs, as the environment or the stack file says.
 *
 * @throws one line with the cure: no key is named, it is not there, or it is of another kind
 */
export function signerFor({ keyFile }: { keyFile?: unknown }, from = process.cwd()) {
  const named = process.env[KEY_VARIABLE] || keyFile;
  if (typeof named !== "string") {
    throw new Error(
      `imprimatur:record: no key is named; set ${KEY_VARIABLE} to the file of the private key, or signWith.keyFile in the stack file`,
    );
  }
  return keyFileSigner(readKey(resolve(projectFolder(from), named), named), named, passphrase());
}

function passphrase(): string | undefined {
  return process.env[PASSPHRASE_VARIABLE] || undefined;
}

async function publicKeyFor(inputs: Properties): Promise<string> {
  const { key } = await signerFor(inputs).sign(Buffer.alloc(0));
  return key.$case === "publicKey" ? key.publicKey : key.certificate;
}

function readKey(path: string, named: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code === "ENOENT" ? "is not there" : "cannot be read";
    throw new Error(
      `the signing key ${named} ${reason}; set ${KEY_VARIABLE} to the file of the private key`,
      {
        cause: error,
      },
    );
  }
}
