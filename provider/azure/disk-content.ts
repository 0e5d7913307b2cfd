import { z } from "zod";
import { identityHex } from "../../facts/disk-identity";
import { type CheckpointGroup, checkpointIndices } from "../../clouds/upload-checkpoint";
import { findDisk, revokeAccess } from "../../clouds/azure/api/disks";
import { refuseLocked } from "../../clouds/azure/locks";
import { writeDisk } from "../../clouds/azure/write-disk";
import { failedWith } from "../../clouds/failure";
import { UploadInterrupted } from "../../clouds/send-blocks";
import { vhdFooter } from "../../disk/vhd";
import { type Call, diffInputs, PartialFailure, type Properties } from "../../plugin/resource";
import { Shape } from "../../plugin/shape";
import { typedResource } from "../../plugin/typed-resource";
import type { DiskContentArgs } from "../../resources/azure/disk-content";
import type { Resolved } from "../../resources/resource";
import { checkpointGroups, number, text } from "../fields";
import { checkInspected, openBlocks } from "../disk-blocks";
import { sessionFor } from "./session";

/** States of a disk with an active SAS (Azure REST reference, Disks, DiskState, 2026-11). */
const LINKED = ["ActiveSAS", "ActiveSASFrozen", "ActiveUpload"];

type Args = Resolved<DiskContentArgs>;

const INPUTS = Shape.of<Args>({
  ...{ diskId: text, imageFile: text, architecture: text, size: number, vhdSize: number },
  ...{ sha256: text, blockMapRoot: text, dataBlocks: number },
});

const UNFINISHED = Shape.of<{ unfinished?: { arrived: CheckpointGroup[] } }>({
  unfinished: z.object({ arrived: checkpointGroups }).optional(),
});

/**
 * The bytes of a managed disk.
 *
 * | change | effect |
 * |---|---|
 * | `diskId`, `size`, `vhdSize`, `sha256`, `blockMapRoot` | other bytes or another disk: replaced |
 * | `imageFile`, `architecture`, `dataBlocks` | where the disk lies on this machine: nothing |
 */
export const diskContent = typedResource({
  computed: ["writtenDiskId"],
  inputs: INPUTS,
  kept: INPUTS.pick("diskId").and(UNFINISHED),
  diff: (old, inputs) =>
    diffInputs(old.inputs, inputs, {
      replaceOn: ["diskId", "size", "vhdSize", "sha256", "blockMapRoot"],
      ignore: ["imageFile", "architecture", "dataBlocks"],
    }),
  async create(inputs, call) {
    return { id: `${inputs.diskId}/content`, outputs: await write(inputs, [], call) };
  },
  async read(id, old, call) {
    const found = await findDisk(sessionFor(call), old.outputs.diskId);
    // A disk that waits for its upload is not the written one.
    if (!found || found.properties.diskState === "ReadyToUpload") return undefined;
    return { id, ...old };
  },
  async update(_id, old, inputs, call) {
    const { unfinished } = old.outputs;
    if (!unfinished) return { ...old.outputs, ...inputs };
    return write(inputs, unfinished.arrived, call);
  },
  async delete(_id, old, call) {
    // The disk is deleted with its own resource, whose refusal would name no lock, and which an active SAS would block:
    // our write SAS of an interrupted upload, or a read SAS of someone else.
    const session = sessionFor(call);
    const { diskId } = old.outputs;
    await refuseLocked(session, `disk ${diskId.split("/").at(-1)}`, diskId);
    const state = (await findDisk(session, diskId))?.properties.diskState ?? "";
    if (!LINKED.includes(state)) return;
    try {
      await revokeAccess(session, diskId);
    } catch (error) {
      // On revocation Azure validates the bytes and refuses incomplete ones: expected here.
      if (state !== "ActiveUpload" || !failedWith(error, "refused", "busy")) throw error;
    }
  },
});

async function write(args: Args, arrived: readonly CheckpointGroup[], call: Call): Promise<Properties> {
  try {
    await writeDisk(sessionFor(call), {
      diskId: args.diskId,
      vhdSize: args.vhdSize,
      footer: vhdFooter(args.size, identityHex(args.sha256)),
      dataBlocks: args.dataBlocks,
      arrived,
      open: () => openBlocks(args),
      check: ({ digests }) => checkInspected(args, digests),
    });
  } catch (error) {
    if (!(error instanceof UploadInterrupted)) throw error;
    const count = checkpointIndices(error.arrived).size;
    const reason = `${error.message}; ${count} of ${args.dataBlocks} blocks have arrived: \`pulumi up\` sends the rest`;
    throw new PartialFailure(`${args.diskId}/content`, { ...args, unfinished: { arrived: error.arrived } }, [
      reason,
    ]);
  }
  return { ...args, writtenDiskId: args.diskId };
}
