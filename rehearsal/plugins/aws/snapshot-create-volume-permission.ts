import {
  DescribeSnapshotAttributeCommand,
  DescribeSnapshotsCommand,
  type EC2Client,
  ModifySnapshotAttributeCommand,
} from "@aws-sdk/client-ec2";
import { UNKNOWN } from "../../../facts/engine";
import type { BridgedResource } from "../bridge/resource";
import type { Schema } from "../bridge/schema";
import { waitFor } from "../bridge/wait";
import { text } from "../properties";
import { asked, CloudError, during, hasCode } from "./errors";
import { ownRegion, REGION, splitImportId } from "./region";
import type { Session } from "./session";

type Ec2 = Pick<EC2Client, "send">;

const PROPERTIES: Schema = {
  ...REGION,
  accountId: { type: "string", by: "required", replaces: true },
  snapshotId: { type: "string", by: "required", replaces: true },
};

const CREATE_SECONDS = 20 * 60;
const DELETE_SECONDS = 5 * 60;

/** `aws:ec2/snapshotCreateVolumePermission:SnapshotCreateVolumePermission`: one account may use one snapshot. */
export function snapshotCreateVolumePermission(session: () => Session): BridgedResource {
  const ec2Of = (region: string) => session().ec2(region);
  return {
    schema: { properties: PROPERTIES },
    effective: (inputs) => ownRegion(session(), inputs),
    async adjustPlan(planned, old) {
      if (!old && planned.snapshotId !== UNKNOWN && planned.accountId !== UNKNOWN) {
        await refuseOwner(
          ec2Of(text(planned, "region")),
          text(planned, "snapshotId"),
          text(planned, "accountId"),
        );
      }
      return planned;
    },
    async create(inputs) {
      const id = `${text(inputs, "snapshotId")}-${text(inputs, "accountId")}`;
      const doing = `creating EBS Snapshot CreateVolumePermission (${id})`;
      await during(doing, modify(ec2Of(text(inputs, "region")), id, "Add"));
      return { id };
    },
    async finish(id, inputs, call) {
      const timeoutSeconds = call.timeoutSeconds || CREATE_SECONDS;
      await waitFor(call, { what: `permission ${id}`, timeoutSeconds }, async () =>
        (await isGranted(ec2Of(text(inputs, "region")), id)) ? { done: true } : { status: "not found" },
      );
    },
    async read(id, known) {
      const region = text(known, "region");
      const granted = isGranted(ec2Of(region), id);
      const found = await during(`reading EBS Snapshot CreateVolumePermission (${id})`, granted);
      return found ? { region, ...parseId(id) } : undefined;
    },
    identify: (importId) => splitImportId(session(), importId),
    async delete(id, old, call) {
      const ec2 = ec2Of(text(old, "region"));
      try {
        await during(`deleting EBS Snapshot CreateVolumePermission (${id})`, modify(ec2, id, "Remove"));
      } catch (error) {
        if (hasCode(error, "InvalidSnapshot.NotFound")) return;
        throw error;
      }
      const timeoutSeconds = call.timeoutSeconds || DELETE_SECONDS;
      await waitFor(call, { what: `permission ${id} to end`, timeoutSeconds }, async () =>
        (await isGranted(ec2, id)) ? { status: "still there" } : { done: true },
      );
    },
  };
}

async function refuseOwner(ec2: Ec2, snapshotId: string, accountId: string): Promise<void> {
  const command = new DescribeSnapshotsCommand({ SnapshotIds: [snapshotId] });
  const answer = asked("EC2", "DescribeSnapshots", ec2.send(command));
  const { Snapshots } = await during(`reading EBS Snapshot (${snapshotId})`, answer);
  if (Snapshots?.[0]?.OwnerId !== accountId) return;
  throw new CloudError(`AWS Account (${accountId}) owns EBS Snapshot (${snapshotId})`);
}

async function modify(ec2: Ec2, id: string, how: "Add" | "Remove"): Promise<void> {
  const { snapshotId, accountId } = parseId(id);
  const command = new ModifySnapshotAttributeCommand({
    Attribute: "createVolumePermission",
    SnapshotId: snapshotId,
    CreateVolumePermission: { [how]: [{ UserId: accountId }] },
  });
  await asked("EC2", "ModifySnapshotAttribute", ec2.send(command));
}

async function isGranted(ec2: Ec2, id: string): Promise<boolean> {
  const { snapshotId, accountId } = parseId(id);
  const command = new DescribeSnapshotAttributeCommand({
    Attribute: "createVolumePermission",
    SnapshotId: snapshotId,
  });
  try {
    const answer = await asked("EC2", "DescribeSnapshotAttribute", ec2.send(command));
    return (answer.CreateVolumePermissions ?? []).some(({ UserId }) => UserId === accountId);
  } catch (error) {
    if (hasCode(error, "InvalidSnapshot.NotFound")) return false;
    throw error;
  }
}

function parseId(id: string): { snapshotId: string; accountId: string } {
  const [, snapshotId = "", accountId = ""] = /^(snap-[^-]+)-(.+)$/.exec(id) ?? [];
  if (!accountId) throw new CloudError(`unexpected format for ID (${id}), expected SNAPSHOT_ID-ACCOUNT_ID`);
  return { snapshotId, accountId };
}
