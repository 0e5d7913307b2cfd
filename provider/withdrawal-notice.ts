import { join } from "node:path";
import { z } from "zod";
import { signWith } from "../config/record";
import { UNKNOWN } from "../facts/engine";
import { type Call, diffInputs, type Properties } from "../plugin/resource";
import { Shape } from "../plugin/shape";
import { typedResource } from "../plugin/typed-resource";
import type { WithdrawalNoticeArgs } from "../resources/withdrawal-notice";
import type { Resolved } from "../resources/resource";
import { text } from "./fields";
import { type Notice, NOTICE_NAME, NOTICE_TYPE } from "../trust/notice";
import { signNotice } from "../trust/sign";
import { STATEMENT_TYPE } from "../trust/in-toto";
import { removeRecordFile, writeRecordFile } from "./record-file";
import { signerFor } from "./signing-key";

/** Not part of the signed content. */
const UNSIGNED = ["keyFile", "kms", "keyless"];

type Args = Resolved<WithdrawalNoticeArgs>;

const INPUTS = Shape.of<Args>({
  ...{ product: text, version: text, publisher: text, folder: text, reason: text.optional() },
  disks: z.array(
    z.object({ file: text, sha256: text.optional(), sha512: text.optional(), blockMap: text.optional() }),
  ),
  ...signWith.shape,
});
const FILE = INPUTS.pick("folder", "product", "version");

/** The date of the withdrawal stays when its reason is reworded. */
export const withdrawalNotice = typedResource({
  computed: ["bundle", "withdrawnOn", "file"],
  inputs: INPUTS,
  kept: FILE.and(Shape.of<{ withdrawnOn: string }>({ withdrawnOn: text })),
  diff: (old, inputs) =>
    diffInputs(old.inputs, inputs, { replaceOn: ["product", "version"], ignore: UNSIGNED }),
  plan(old, inputs, call) {
    const withdrawnOn = old?.outputs.withdrawnOn ?? UNKNOWN;
    return { ...inputs, bundle: UNKNOWN, withdrawnOn, file: fileOf(FILE.read(inputs, "inputs", call)) };
  },
  async create(inputs, call) {
    const { product, version } = inputs;
    return {
      id: `${product}/${version}`,
      outputs: await publish(inputs, new Date().toISOString(), call),
    };
  },
  async read(id, old) {
    return { id, ...old };
  },
  update: (_id, old, inputs, call) => publish(inputs, old.outputs.withdrawnOn, call),
  async delete(_id, old) {
    removeRecordFile(fileOf(old.outputs));
  },
});

async function publish(args: Args, withdrawnOn: string, call: Call): Promise<Properties> {
  const { signer, witnesses } = signerFor(args, call);
  const bundle = await signNotice(noticeOf(args, withdrawnOn), signer, witnesses);
  const file = fileOf(args);
  writeRecordFile(file, bundle);
  return { ...args, bundle, withdrawnOn, file };
}

/** @param withdrawnOn RFC 3339 */
export function noticeOf(args: Args, withdrawnOn: string): Notice {
  const { product, version, publisher, disks, reason } = args;
  return {
    _type: STATEMENT_TYPE,
    subject: disks.map(({ file, ...digest }) => ({ name: file, digest })),
    predicateType: NOTICE_TYPE,
    predicate: { product, version, publisher, withdrawnOn, reason },
  };
}

function fileOf({ folder, product, version }: Pick<Args, "folder" | "product" | "version">): string {
  return join(folder, product, `${version}.${NOTICE_NAME}.sigstore.json`);
}
