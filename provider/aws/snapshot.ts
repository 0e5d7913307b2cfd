import { z } from "zod";
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
import { type Call, diffInputs, PartialFailure, type Properties } from "../../plugin/resource";
import { Shape } from "../../plugin/shape";
import { typedResource } from "../../plugin/typed-resource";
import type { SnapshotArgs } from "../../resources/aws/snapshot";
import type { Resolved } from "../../resources/resource";
import { byName, checkpointGroups, flag, number, text } from "../fields";
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

const INPUTS = Shape.of<Resolved<SnapshotArgs>>({
  ...{ region: text, imageFile: text, architecture: text, size: number, sha256: text },
  ...{ blockMapRoot: text, dataBlocks: number, description: text, tags: byName },
});

const UNFINISHED = Shape.of<{ unfinished?: Unfinished }>({
  unfinished: z.object({ arrived: checkpointGroups, lost: flag }).optional(),
});

/**
 * | change | effect |
 * |---|---|
 * | `region`, `size`, `sha256`, `blockMapRoot` | other bytes or another place: replaced |
 * | `tags` | in place |
 * | `imageFile`, `architecture`, `dataBlocks` | where the disk lies on this machine, and what follows from its bytes: kept in the state, the snapshot stays |
 * | `description` | cannot be changed on a snapshot, and is no reason to upload again: kept in the state, the snapshot stays |
 */
export const snapshot = typedResource({
  computed: ["volumeSize"],
  inputs: INPUTS,
  kept: INPUTS.pick("region", "tags").and(UNFINISHED),
  diff(old, inputs) {
    const { changes } = diffInputs(old.inputs, inputs, {
      replaceOn: ["region", "size", "sha256", "blockMapRoot"],
      ignore: ["imageFile", "architecture", "dataBlocks", "description"],
    });
    if (UNFINISHED.is(old.outputs) && old.outputs.unfinished?.lost)
      changes.unfinished = { kind: "delete", replace: true };
    return { changes };
  },
  async create(inputs, call) {
    const plan = { ...inputs, owner: call.urn };
    try {
      const id = await makeSnapshot(sessionFor(inputs.region, call), plan, diskOf(inputs), makeOptions(call));
      return { id, outputs: outputsOf(inputs) };
    } catch (error) {
      throw partial(error, inputs);
    }
  },
  async read(id, old, call) {
    const { region, tags: wanted } = old.outputs;
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
    const session = sessionFor(inputs.region, call);
    const open = old.outputs.unfinished;
    if (open) {
      try {
        await finishSnapshot(session, id, diskOf(inputs), open.arrived, makeOptions(call));
      } catch (error) {
        throw partial(error, inputs);
      }
    }
    await setTags(session, id, Object.keys(old.outputs.tags), inputs.tags);
    return outputsOf(inputs);
  },
  async delete(id, old, call) {
    await deleteSnapshot(sessionFor(old.outputs.region, call), id);
  },
});

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

function partial(error: unknown, inputs: SnapshotArgs): unknown {
  if (!(error instanceof SnapshotUnfinished)) return error;
  const open: Unfinished = { arrived: error.arrived, lost: error.lost };
  const count = checkpointIndices(error.arrived).size;
  const rest = `${count} of ${inputs.dataBlocks} blocks have arrived in ${error.snapshotId}: \`pulumi up\` sends the rest`;
  const reason = error.lost ? error.message : `${error.message}; ${rest}`;
  return new PartialFailure(error.snapshotId, { ...outputsOf(inputs), unfinished: open }, [reason]);
}

function outputsOf(inputs: SnapshotArgs): Properties {
  return { ...inputs, volumeSize: volumeSizeFor(inputs.size) };
}
