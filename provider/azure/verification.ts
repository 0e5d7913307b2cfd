import { createHash } from "node:crypto";
import { refuseHeld } from "../../clouds/azure/held-version";
import { findIdentity, isDiskId } from "../../clouds/azure/object-identity";
import { readDisk, readVersion } from "../../clouds/azure/read-disk";
import { showVersion } from "../../clouds/azure/gallery-version";
import { otherOnAzure } from "../../config/azure/object-identity";
import { blockMapRoot } from "../../disk/block-map";
import { type Call, diffInputs } from "../../plugin/resource";
import { Shape } from "../../plugin/shape";
import { typedResource } from "../../plugin/typed-resource";
import type { VerificationArgs } from "../../resources/azure/verification";
import type { Resolved } from "../../resources/resource";
import { byName, number, text } from "../fields";
import { describeDifference, mapOf } from "../disk-blocks";
import { diffIdentity, IDENTITY, identityOutputs, planIdentity } from "../object-identity";
import { sessionFor } from "./session";

const COMPUTED = ["level", "verifiedId", "uid", "createdAt"];

type Args = Resolved<VerificationArgs>;

const INPUTS = Shape.of<Args>({
  ...{ sourceId: text, resourceGroup: text, location: text, size: number, blockMapRoot: text, tags: byName },
});

/** The gate. Has no object in the cloud; runs again on any change of its inputs. */
export const verification = typedResource({
  computed: COMPUTED,
  inputs: INPUTS,
  kept: INPUTS.pick("sourceId").and(IDENTITY),
  diff: (old, inputs) =>
    diffIdentity(
      old,
      diffInputs(old.inputs, inputs, {
        replaceOn: ["sourceId", "size", "blockMapRoot"],
        // Properties of the temporary disk, already deleted.
        ignore: ["resourceGroup", "location", "tags"],
      }),
    ),
  plan: (old, inputs) => planIdentity(old, inputs, COMPUTED),
  async create(inputs, call) {
    const { sourceId } = inputs;
    const session = sessionFor(call);
    const before = (await findIdentity(session, sourceId)) ?? {};
    await verify(inputs, call);
    const after = (await findIdentity(session, sourceId)) ?? {};
    const other = otherOnAzure(before, after);
    if (other)
      throw new Error(`${show(sourceId)} was replaced while it was read: ${other}; run \`pulumi up\` again`);
    return {
      id: `${sourceId}/${inputs.blockMapRoot}`,
      outputs: { ...inputs, level: "bytes", verifiedId: sourceId, ...identityOutputs(after) },
    };
  },
  async read(id, old, call) {
    const found = await findIdentity(sessionFor(call), old.outputs.sourceId);
    // Another object under the same name is unverified: the next `up` reads it back.
    return found && otherOnAzure(old.outputs, found) === undefined ? { id, ...old } : undefined;
  },
  async update(_id, old, inputs) {
    return { ...old.outputs, ...inputs, ...identityOutputs(old.outputs) };
  },
  async delete(_id, old, call) {
    // Nothing was created. The verified version is deleted next, also one that was never published; the native
    // provider's refusal would name no cure.
    const { sourceId } = old.outputs;
    if (!isDiskId(sourceId)) await refuseHeld(sessionFor(call), sourceId);
  },
});

async function verify(args: Args, call: Call): Promise<void> {
  const { sourceId, size, blockMapRoot: wanted } = args;
  const session = sessionFor(call);
  const { digests, beyond } = isDiskId(sourceId)
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
        `first in block ${beyond.reduce((first, index) => Math.min(first, index))}; ${cure}`,
    );
  }
  if (blockMapRoot(mapOf(size, digests)) === wanted) return;
  throw new Error(
    `${show(sourceId)} is not the inspected disk: ${describeDifference(size, digests, wanted)}; ${cure}`,
  );
}

/** Named after its source, so that a disk left by a crash is reused rather than duplicated. */
function temporaryDisk({ sourceId, resourceGroup }: Args): string {
  const subscription = sourceId.split("/").slice(0, 3).join("/");
  const name = `imprimatur-verify-${createHash("sha256").update(sourceId.toLowerCase()).digest("hex").slice(0, 16)}`;
  return `${subscription}/resourceGroups/${resourceGroup}/providers/Microsoft.Compute/disks/${name}`;
}

function show(id: string): string {
  return isDiskId(id) ? `disk ${id.split("/").at(-1)}` : showVersion(id);
}
