import { join } from "node:path";
import { UNKNOWN } from "../facts/engine";
import { type Call, diffInputs, type Properties, type ResourceHandler } from "../plugin/resource";
import type { WithdrawalNoticeArgs } from "../resources/withdrawal-notice";
import { type Notice, NOTICE_NAME, NOTICE_TYPE } from "../trust/notice";
import { signNotice } from "../trust/sign";
import { STATEMENT_TYPE } from "../trust/in-toto";
import { removeRecordFile, writeRecordFile } from "./record-file";
import { signerFor } from "./signing-key";

/** Not part of the signed content. */
const UNSIGNED = ["keyFile", "kms", "keyless"];

/** The date of the withdrawal stays when its reason is reworded. */
export const withdrawalNotice: ResourceHandler = {
  computed: ["bundle", "withdrawnOn", "file"],
  diff: (old, inputs) =>
    diffInputs(old.inputs, inputs, { replaceOn: ["product", "version"], ignore: UNSIGNED }),
  plan(old, inputs) {
    const withdrawnOn = old?.outputs.withdrawnOn ?? UNKNOWN;
    return { ...inputs, bundle: UNKNOWN, withdrawnOn, file: fileOf(argsOf(inputs)) };
  },
  async create(inputs, call) {
    const { product, version } = argsOf(inputs);
    return {
      id: `${product}/${version}`,
      outputs: await publish(inputs, new Date().toISOString(), call),
    };
  },
  async read(id, old) {
    return { id, ...old };
  },
  update: (_id, old, inputs, call) => publish(inputs, String(old.outputs.withdrawnOn), call),
  async delete(_id, old) {
    removeRecordFile(fileOf(argsOf(old.outputs)));
  },
};

async function publish(inputs: Properties, withdrawnOn: string, call: Call): Promise<Properties> {
  const args = argsOf(inputs);
  const { signer, witnesses } = signerFor(args, call);
  const bundle = await signNotice(noticeOf(args, withdrawnOn), signer, witnesses);
  const file = fileOf(args);
  writeRecordFile(file, bundle);
  return { ...inputs, bundle, withdrawnOn, file };
}

/** @param withdrawnOn RFC 3339 */
export function noticeOf(args: WithdrawalNoticeArgs, withdrawnOn: string): Notice {
  const { product, version, publisher, disks, reason } = args;
  return {
    _type: STATEMENT_TYPE,
    subject: disks.map(({ file, sha256, sha512 }) => ({ name: file, digest: { sha256, sha512 } })),
    predicateType: NOTICE_TYPE,
    predicate: { product, version, publisher, withdrawnOn, ...(reason !== undefined && { reason }) },
  };
}

function fileOf({ folder, product, version }: WithdrawalNoticeArgs): string {
  return join(folder, product, `${version}.${NOTICE_NAME}.sigstore.json`);
}

function argsOf(properties: Properties): WithdrawalNoticeArgs {
  return properties as unknown as WithdrawalNoticeArgs;
}
