import { createHash } from "node:crypto";
import { findDisk } from "../../clouds/azure/disks";
import { armUrl, findResource } from "../../clouds/azure/http";
import { readDisk, readVersion } from "../../clouds/azure/read-disk";
import { showVersion } from "../../clouds/azure/versions";
import { blockMapRoot } from "../../disk/block-map";
import { type Call, diffInputs, type Properties, type ResourceHandler } from "../../plugin/resource";
import type { VerificationArgs } from "../../resources/azure/verification";
import { describeDifference, mapOf } from "../disk-blocks";
import { sessionFor } from "./session";

type Args = VerificationArgs & { sourceId: string; resourceGroup: string };

/** The gate. Holds nothing in the cloud; whatever it was asked about changes, it is asked again. */
export const verification: ResourceHandler = {
  computed: ["level", "verifiedId"],
  diff: (old, inputs) =>
    diffInputs(old.inputs, inputs, {
      replaceOn: ["sourceId", "size", "blockMapRoot"],
      // Of the temporary disk, which is long gone.
      ignore: ["resourceGroup", "location", "tags"],
    }),
  async create(inputs, call) {
    const args = argsOf(inputs);
    await verify(args, call);
    return {
      id: `${args.sourceId}/${args.blockMapRoot}`,
      outputs: { ...inputs, level: "bytes", verifiedId: args.sourceId },
    };
  },
  async read(id, old, call) {
    const { sourceId } = argsOf(old.outputs);
    const session = sessionFor(call);
    const found = isDisk(sourceId)
      ? await findDisk(session, sourceId)
      : await findResource(session, `get ${show(sourceId)}`, armUrl(sourceId, "galleries"));
    return found ? { id, ...old } : undefined;
  },
  async delete() {
    // Nothing was made.
  },
};

async function verify(args: Args, call: Call): Promise<void> {
  const { sourceId, size, blockMapRoot: wanted } = args;
  const session = sessionFor(call);
  const { digests, beyond } = isDisk(sourceId)
    ? await readDisk(session, sourceId, size)
    : await readVersion(
        session,
        { id: temporaryDisk(args), versionId: sourceId, location: args.location, tags: args.tags },
        size,
      );
  const cure = "it was not shared: delete it and run `pulumi up` again";
  if (beyond.length > 0) {
    throw new Error(
      `${show(sourceId)} is not the inspected disk: it holds data beyond the disk's ${size} bytes, ` +
        `first in block ${Math.min(...beyond)}; ${cure}`,
    );
  }
  if (blockMapRoot(mapOf(size, digests)) === wanted) return;
  throw new Error(
    `${show(sourceId)} is not the inspected disk: ${describeDifference(size, digests, wanted)}; ${cure}`,
  );
}

/** Named after what is read, so that a disk that a crash left behind is used again, not doubled. */
function temporaryDisk({ sourceId, resourceGroup }: Args): string {
  const subscription = sourceId.split("/").slice(0, 3).join("/");
  const name = `imprimatur-verify-${createHash("sha256").update(sourceId.toLowerCase()).digest("hex").slice(0, 16)}`;
  return `${subscription}/resourceGroups/${resourceGroup}/providers/Microsoft.Compute/disks/${name}`;
}

function isDisk(id: string): boolean {
  return id.split("/").at(-2)?.toLowerCase() === "disks";
}

function show(id: string): string {
  return isDisk(id) ? `disk ${id.split("/").at(-1)}` : showVersion(id);
}

function argsOf(properties: Properties): Args {
  return properties as unknown as Args;
}
