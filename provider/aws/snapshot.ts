import { TAG } from "../../facts/tags";
import { type CheckpointGroup, checkpointIndices } from "../../clouds/upload-checkpoint";
import {
  type DiskToSend,
  finishSnapshot,
  makeSnapshot,
  type MakeOptions,
  SnapshotUnfinished,
} from "../../clouds/aws/make-snapshot";
import { tagRecord } from "../../clouds/aws/api/tags";
import { deleteSnapshot, describeSnapshot, setTags } from "../../clouds/aws/snapshots";
import { volumeSizeFor } from "../../clouds/aws/start";
import {
  type Call,
  diffInputs,
  PartialFailure,
  type Properties,
  type ResourceHandler,
} from "../../plugin/resource";
import type { SnapshotArgs } from "../../resources/aws/snapshot";
import { checkInspected, openBlocks } from "../disk-blocks";
import { sessionFor } from "./session";

/** In the outputs only while the snapshot is unfinished. */
interface Unfinished {
  arrived: CheckpointGroup[];
  /** The snapshot is gone or failed; it must be replaced. */
  lost: boolean;
}

/** AWS completes a snapshot of a few GiB within minutes; two hours allow for delays. `customTimeouts` overrides. */
const WAIT_MILLISECONDS = 2 * 3_600_000;

/**
 * | change | effect |
 * |---|---|
 * | `region`, `size`, `sha256`, `blockMapRoot` | other bytes or another place: replaced |
 * | `tags` | in place |
 * | `imageFile`, `architecture`, `dataBlocks` | where the disk lies on this machine, and what follows from its bytes: kept in the state, the snapshot stays |
 * | `description` | cannot be changed on a snapshot, and is no reason to upload again: kept in the state, the snapshot stays |
 */
export const snapshot: ResourceHandler = {
  computed: ["volumeSize"],
  diff(old, inputs) {
    const { changes } = diffInputs(old.inputs, inputs, {
      replaceOn: ["region", "size", "sha256", "blockMapRoot"],
      ignore: ["imageFile", "architecture", "dataBlocks", "description"],
    });
    if (unfinished(old.outputs)?.lost) changes.unfinished = { kind: "delete", replace: true };
    return { changes };
  },
  async create(inputs, call) {
    const args = argsOf(inputs);
    const plan = { ...args, owner: call.urn };
    try {
      const id = await makeSnapshot(sessionFor(args.region, call), plan, diskOf(args), makeOptions(call));
      return { id, outputs: outputsOf(inputs) };
    } catch (error) {
      throw partial(error, inputs);
    }
  },
  async read(id, old, call) {
    const { region, tags: wanted } = argsOf(old.outputs);
    const found = await describeSnapshot(sessionFor(region, call), id);
    if (!found) return undefined;
    if (found.State === "error") {
      call.log(
        "warning",
        `snapshot ${id} in ${region} was ended by AWS (${found.StateMessage ?? "no reason given"})`,
      );
      return undefined;
    }
    const have = tagRecord(found.Tags);
    const tags = Object.fromEntries(
      Object.entries(have).filter(([key]) => key in wanted && key !== TAG.upload),
    );
    return { id, inputs: { ...old.inputs, tags }, outputs: { ...old.outputs, tags } };
  },
  async update(id, old, inputs, call) {
    const args = argsOf(inputs);
    const session = sessionFor(args.region, call);
    const open = unfinished(old.outputs);
    if (open) {
      try {
        await finishSnapshot(session, id, diskOf(args), open.arrived, makeOptions(call));
      } catch (error) {
        throw partial(error, inputs);
      }
    }
    await setTags(session, id, Object.keys(argsOf(old.outputs).tags), args.tags);
    return outputsOf(inputs);
  },
  async delete(id, old, call) {
    await deleteSnapshot(sessionFor(argsOf(old.outputs).region, call), id);
  },
};

function diskOf(args: SnapshotArgs): DiskToSend {
  return {
    dataBlocks: args.dataBlocks,
    open: () => openBlocks(args),
    check: ({ digests }) => checkInspected(args, digests),
  };
}

function makeOptions({ timeoutSeconds }: Call): MakeOptions {
  return { waitLimit: timeoutSeconds > 0 ? timeoutSeconds * 1000 : WAIT_MILLISECONDS };
}

function partial(error: unknown, inputs: Properties): unknown {
  if (!(error instanceof SnapshotUnfinished)) return error;
  const open: Unfinished = { arrived: error.arrived, lost: error.lost };
  const count = checkpointIndices(error.arrived).size;
  const rest = `${count} of ${argsOf(inputs).dataBlocks} blocks have arrived in ${error.snapshotId}: \`pulumi up\` sends the rest`;
  const reason = error.lost ? error.message : `${error.message}; ${rest}`;
  return new PartialFailure(error.snapshotId, { ...outputsOf(inputs), unfinished: open }, [reason]);
}

function outputsOf(inputs: Properties): Properties {
  return { ...inputs, volumeSize: volumeSizeFor(argsOf(inputs).size) };
}

function unfinished(outputs: Properties): Unfinished | undefined {
  return outputs.unfinished as Unfinished | undefined;
}

function argsOf(properties: Properties): SnapshotArgs {
  return properties as unknown as SnapshotArgs;
}
