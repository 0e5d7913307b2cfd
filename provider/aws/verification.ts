import { readBack } from "../../clouds/aws/read-back";
import { describeSnapshot } from "../../clouds/aws/snapshots";
import { type Call, diffInputs } from "../../plugin/resource";
import { Shape } from "../../plugin/shape";
import { typedResource } from "../../plugin/typed-resource";
import type { VerificationArgs } from "../../resources/aws/verification";
import type { Resolved } from "../../resources/resource";
import { number, text } from "../fields";
import { blockMapRoot } from "../../disk/block-map";
import { describeDifference, mapOf } from "../disk-blocks";
import { sessionFor } from "./session";

type Args = Resolved<VerificationArgs>;

const INPUTS = Shape.of<Args>({ region: text, snapshotId: text, size: number, blockMapRoot: text });

/** The gate. Has no object in the cloud; runs again on any change of its inputs. */
export const verification = typedResource({
  computed: ["level", "blocks"],
  inputs: INPUTS,
  kept: INPUTS.pick("region", "snapshotId"),
  diff: (old, inputs) =>
    diffInputs(old.inputs, inputs, { replaceOn: ["region", "snapshotId", "size", "blockMapRoot"] }),
  async create(inputs, call) {
    const blocks = await verify(inputs, call);
    return {
      id: `${inputs.snapshotId}/${inputs.blockMapRoot}`,
      outputs: { ...inputs, level: "bytes", blocks },
    };
  },
  async read(id, old, call) {
    const { region, snapshotId } = old.outputs;
    return (await describeSnapshot(sessionFor(region, call), snapshotId)) ? { id, ...old } : undefined;
  },
  async delete() {
    // Nothing was created.
  },
});

async function verify({ region, snapshotId, size, blockMapRoot: wanted }: Args, call: Call): Promise<number> {
  const { digests, blocks, beyond } = await readBack(sessionFor(region, call), snapshotId, size, true);
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
