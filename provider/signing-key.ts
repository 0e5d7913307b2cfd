import { resolve } from "node:path";
import { z } from "zod";
import { input } from "../config/evidence";
import { signWith, type SignWith } from "../config/record";
import { UNKNOWN } from "../facts/engine";
import { readBytes, UnreadableFile } from "../facts/read-file";
import { MIB } from "../facts/units";
import { type Call, type Diff, diffInputs, type Properties, type State } from "../plugin/resource";
import { Shape } from "../plugin/shape";
import { typedResource } from "../plugin/typed-resource";
import type { Resolved } from "../resources/resource";
import type { SigningKeyArgs } from "../resources/signing-key";
import { identityIn } from "../trust/certificate";
import { verifyInput } from "../trust/input";
import { keylessSigning } from "../trust/keyless";
import { kmsSigner } from "../trust/kms";
import { keyFileSigner, PASSPHRASE_VARIABLE, type Signing } from "../trust/sign";
import { byName, text } from "./fields";
import { projectFolder } from "../facts/project";

const KEY_VARIABLE = "IMPRIMATUR_SIGNING_KEY";

/** Bytes; an RSA key of 16384 bits has 13 KiB. */
const LARGEST_KEY = MIB;

/** Signer of the records, for users: the first, or both of the others. */
const OUTPUTS = ["publicKey", "certificateIdentity", "certificateOidcIssuer"] as const;
type Signed = { [name in (typeof OUTPUTS)[number]]?: string };

type Args = Resolved<SigningKeyArgs>;

const INPUTS = Shape.of<Args>({
  releases: z.record(text, byName),
  inputs: z
    .record(text, z.record(text, z.object({ file: text, sha512: text, input: input.optional() })))
    .optional(),
  ...signWith.shape,
});
const RELEASES = INPUTS.pick("releases");
const SIGNED = Shape.of<Signed>({
  ...{ publicKey: text.optional(), certificateIdentity: text.optional() },
  certificateOidcIssuer: text.optional(),
});

/** Has no object: fails early, before any work is lost. */
export const signingKey = typedResource({
  computed: OUTPUTS,
  inputs: INPUTS,
  kept: SIGNED,
  diff,
  plan(old, inputs) {
    const known = old && !isAnother(old, inputs) ? signedBy(old) : undefined;
    return { ...inputs, ...(known ?? Object.fromEntries(OUTPUTS.map((name) => [name, UNKNOWN]))) };
  },
  async create(inputs, call) {
    return { id: call.name, outputs: { ...inputs, ...(await askFor(inputs, call)) } };
  },
  async read(id, old) {
    return { id, ...old };
  },
  async update(_id, old, inputs, call) {
    if (isNeeded(old, inputs)) return { ...inputs, ...(await askFor(inputs, call)) };
    await checkInputs(inputs.inputs);
    return { ...inputs, ...signedBy(old) };
  },
  async delete() {
    // Nothing was created.
  },
});

/** The path of a key file is local to a machine. */
function diff(old: State, inputs: Properties): Diff {
  return diffInputs(old.inputs, inputs, { ignore: ["keyFile"] });
}

/** Nothing new is signed when releases are only removed, unless the signer changes. */
function isNeeded(old: State, inputs: Args): boolean {
  const before = RELEASES.is(old.inputs) ? Object.keys(old.inputs.releases) : [];
  const isMore = Object.keys(inputs.releases).some((version) => !before.includes(version));
  return isMore || isAnother(old, inputs);
}

function isAnother(old: State, inputs: Properties): boolean {
  const { changes } = diff(old, inputs);
  return Object.keys(changes).some((key) => key !== "releases" && key !== "inputs");
}

function signedBy({ outputs }: Pick<State, "outputs">): Properties {
  return Object.fromEntries(OUTPUTS.map((name) => [name, outputs[name]]));
}

/**
 * The signer by the stack file or the environment. The variable names a key file, and nothing else.
 *
 * @throws one line with the cure: no key is named, it is missing, or of an unsupported kind
 */
export function signerFor(
  { keyFile, kms, keyless }: SignWith,
  call: Pick<Call, "signal" | "status">,
  from = process.cwd(),
): Signing {
  if (kms !== undefined) return { signer: kmsSigner(kms, call) };
  if (keyless !== undefined) return keylessSigning(keyless);
  const named = process.env[KEY_VARIABLE] || keyFile;
  if (typeof named !== "string") {
    throw new Error(
      `imprimatur:record: no key is named; set ${KEY_VARIABLE} to the file of the private key, or signWith.keyFile (or kms, or keyless) in the stack file`,
    );
  }
  return { signer: keyFileSigner(readKey(resolve(projectFolder(from), named), named), named, passphrase()) };
}

function passphrase(): string | undefined {
  return process.env[PASSPHRASE_VARIABLE] || undefined;
}

/** Signs dummy data: the only way to know that the key may be used. */
async function askFor(inputs: Args, call: Call): Promise<Signed> {
  await checkInputs(inputs.inputs);
  const { key } = await signerFor(inputs, call).signer.sign(Buffer.alloc(0));
  if (key.$case === "publicKey") return { publicKey: key.publicKey };
  const { identity, issuer } = identityIn(key.certificate);
  return { certificateIdentity: identity, certificateOidcIssuer: issuer };
}

/** Inputs to be signed are also verified before any upload. */
async function checkInputs(inputs: Args["inputs"] = {}): Promise<void> {
  for (const [version, images] of Object.entries(inputs)) {
    for (const [architecture, image] of Object.entries(images))
      await verifyInput(image, `the image file of ${version}, ${architecture}`);
  }
}

function readKey(path: string, named: string): Buffer {
  try {
    return readBytes(path, { mostBytes: LARGEST_KEY });
  } catch (error) {
    if (!(error instanceof UnreadableFile)) throw error;
    const reason = error.code === "ENOENT" ? "is not there" : error.reason;
    throw new Error(
      `the signing key ${named} ${reason}; set ${KEY_VARIABLE} to the file of the private key`,
      {
        cause: error,
      },
    );
  }
}
