import { readBack } from "../../clouds/aws/read-back";
import { describeSnapshot } from "../../clouds/aws/snapshots";
import { type Call, diffInputs, type Properties, type ResourceHandler } from "../../plugin/resource";
import type { VerificationArgs } from "../../resources/aws/verification";
import { blockMapRoot } from "../../disk/block-map";
import { describeDifference, mapOf } from "../disk-blocks";
import { sessionFor } from "./session";

type Args = VerificationArgs & { snapshotId: string };

/** The gate. Has no object in the cloud; runs again on any change of its inputs. */
export const verification: ResourceHandler = {
  computed: ["level", "blocks"],
  diff: (old, inputs) =>
    diffInputs(old.inputs, inputs, { replaceOn: ["region", "snapshotId", "size", "blockMapRoot"] }),
  async create(inputs, call) {
    const args = argsOf(inputs);
    const blocks = await verify(args, call);
    return { id: `${args.snapshotId}/${args.blockMapRoot}`, outputs: { ...inputs, level: "bytes", blocks } };
  },
  async read(id, old, call) {
    const { region, snapshotId } = argsOf(old.outputs);
    return (await describeSnapshot(sessionFor(region, call), snapshotId)) ? { id, ...old } : undefined;
  },
  async delete() {
    // Nothing was created.
  },
};

async function verify({ region, snapshotId, size, blockMapRoot: wanted }: Args, call: Call): Promise<number> {
  const { digests, blocks, beyond } = await readBack(sessionFor(region, call), snapshotId, size);
  if (beyond.length > 0) {
    throw new Error(
      `snapshot ${snapshotId} in ${region} is not the inspected disk: it holds data beyond the disk's ${size} bytes, ` +
        `first in block ${beyond.reduce((first, index) => Math.min(first, index))}; it was not shared: delete it and run \`pulumi up\` again`,
    );
  }
  if (blockMapRoot(mapOf(size, digests)) === wanted) return blocks;
  throw new Error(
    `snapshot ${snapshotId} in ${region} is not the inspected disk: ${describeDifference(size, digests, wanted)}; ` +
      "it was not shared: delete it and run `pulumi up` again",
  );
}

function argsOf(properties: Properties): Args {
  return properties as unknown as Args;
}
