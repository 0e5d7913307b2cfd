import type {
  CreateVolumePermission,
  DescribeSnapshotAttributeRequest,
  DescribeSnapshotAttributeResult,
  ModifySnapshotAttributeRequest,
  ResetSnapshotAttributeRequest,
} from "@aws-sdk/client-ec2";
import type { Actions, Call } from "../call";
import { AwsError } from "../protocol/errors";
import { PRIVATE, type Snapshot } from "../state/records";
import { snapshotBlock } from "./block-public-access";
import { ownSnapshot, snapshotState } from "./find-snapshot";
import { managedKey } from "./snapshots";

export const snapshotAttributeActions = {
  DescribeSnapshotAttribute(
    input: DescribeSnapshotAttributeRequest,
    call: Call,
  ): DescribeSnapshotAttributeResult {
    const snapshot = ownSnapshot(input.SnapshotId!, call);
    if (input.Attribute === "productCodes") return { SnapshotId: snapshot.id, ProductCodes: [] };
    checkAttribute(input.Attribute);
    const { everyone, accounts } = snapshot.permissions;
    // While all sharing is blocked, public snapshots are treated as private but keep their permission.
    return {
      SnapshotId: snapshot.id,
      CreateVolumePermissions: [
        ...(everyone ? [{ Group: "all" as const }] : []),
        ...accounts.map((UserId) => ({ UserId })),
      ],
    };
  },

  ModifySnapshotAttribute(input: ModifySnapshotAttributeRequest, call: Call) {
    const snapshot = ownSnapshot(input.SnapshotId!, call);
    if (input.Attribute !== undefined) checkAttribute(input.Attribute);
    const { add, remove } = readModifications(input);
    let { everyone } = snapshot.permissions;
    const accounts = new Set(snapshot.permissions.accounts);
    for (const item of remove) {
      if (item.Group !== undefined) everyone = false;
      if (item.UserId !== undefined) accounts.delete(item.UserId);
    }
    for (const item of add) {
      checkPermission(item, snapshot, call);
      if (item.Group !== undefined) everyone = true;
      if (item.UserId !== undefined) accounts.add(item.UserId);
    }
    if (snapshotState(snapshot, call) !== "completed") {
      throw new AwsError("IncorrectState", `The snapshot '${snapshot.id}' is not in the completed state.`);
    }
    save({ ...snapshot, permissions: { everyone, accounts: [...accounts], arns: [] } }, call);
    return {};
  },

  ResetSnapshotAttribute(input: ResetSnapshotAttributeRequest, call: Call) {
    const snapshot = ownSnapshot(input.SnapshotId!, call);
    checkAttribute(input.Attribute);
    save({ ...snapshot, permissions: PRIVATE }, call);
    return {};
  },
} satisfies Actions;

function checkAttribute(attribute: string | undefined): void {
  if (attribute !== "createVolumePermission") {
    throw new AwsError(
      "InvalidParameterValue",
      `Value (${String(attribute)}) for parameter attribute is invalid.`,
    );
  }
}

function readModifications(input: ModifySnapshotAttributeRequest) {
  const { CreateVolumePermission: modification, GroupNames: groups = [], UserIds: users = [] } = input;
  if (modification) return { add: modification.Add ?? [], remove: modification.Remove ?? [] };
  const items: CreateVolumePermission[] = [
    ...groups.map((Group) => ({ Group: Group as "all" })),
    ...users.map((UserId) => ({ UserId })),
  ];
  if (items.length === 0) throw new AwsError("InvalidParameterCombination", "No attributes specified.");
  if (input.OperationType !== "add" && input.OperationType !== "remove") {
    throw new AwsError("MissingParameter", "The request must contain the parameter operationType");
  }
  return input.OperationType === "add" ? { add: items, remove: [] } : { add: [], remove: items };
}

/** Accounts and everyone; organisations are not allowed here, unlike in launch permissions. */
function checkPermission(item: CreateVolumePermission, snapshot: Snapshot, call: Call): void {
  if (item.UserId !== undefined && !/^\d{12}$/.test(item.UserId)) {
    throw new AwsError("InvalidUserID.Malformed", `Invalid user id: "${item.UserId}"`);
  }
  if (item.Group !== undefined && (item.Group as string) !== "all") {
    throw new AwsError(
      "InvalidParameterValue",
      `Value (${String(item.Group)}) for parameter group is invalid.`,
    );
  }
  if (item.Group !== undefined && snapshot.kmsKeyId !== undefined) {
    throw new AwsError("InvalidParameterValue", "Encrypted snapshots cannot be shared publicly.");
  }
  if (item.UserId !== undefined && snapshot.kmsKeyId === managedKey(call)) {
    throw new AwsError(
      "OperationNotPermitted",
      // github.com/hashicorp/packer/issues/7499, 2019-04-13
      "Encrypted snapshots with EBS default key cannot be shared",
    );
  }
  if (item.Group !== undefined && snapshotBlock(call) !== "unblocked") {
    throw new AwsError(
      "OperationNotPermitted",
      "You can't publicly share this snapshot because block public access for snapshots is enabled for this account in this Region.",
    );
  }
}

function save(snapshot: Snapshot, call: Call): void {
  call.world.snapshots.set(call.world.key(snapshot), snapshot);
}
