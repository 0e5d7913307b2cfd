/** Who may create volumes from a snapshot: read as a whole, set as a whole. */
import { CloudFailure } from "../failure";
import { call, type Session } from "./session";
import type { Permission } from "./snapshot-api";

export interface Shares {
  /** Everyone. */
  public: boolean;
  /** 12-digit accounts, sorted. */
  accounts: string[];
}

/** AWS takes at most this many user ids in one ModifySnapshotAttribute (its own limit is 500 for images; stay below). */
const BATCH = 100;

/** @throws {CloudFailure} kind `absent` when the snapshot does not exist */
export async function readShares(session: Session, snapshotId: string): Promise<Shares> {
  const permissions = await call(session, `DescribeSnapshotAttribute ${snapshotId}`, (signal) =>
    session.snapshots.permissions(snapshotId, signal),
  );
  return {
    public: permissions.some(({ Group }) => Group === "all"),
    accounts: permissions.flatMap(({ UserId }) => (UserId ? [UserId] : [])).sort(),
  };
}

/** Makes the snapshot shared with exactly these: who is not named loses access. */
export async function setShares(session: Session, snapshotId: string, want: Shares): Promise<void> {
  const have = await readShares(session, snapshotId);
  const add: Permission[] = want.accounts
    .filter((id) => !have.accounts.includes(id))
    .map((UserId) => ({ UserId }));
  const remove: Permission[] = have.accounts
    .filter((id) => !want.accounts.includes(id))
    .map((UserId) => ({ UserId }));
  // Away first: a mistake in sharing must end with fewer who can read, not more.
  if (have.public && !want.public) remove.unshift({ Group: "all" });
  if (want.public && !have.public) add.push({ Group: "all" });
  for (const batch of batches(remove)) await modify(session, snapshotId, { Remove: batch });
  for (const batch of batches(add)) await modify(session, snapshotId, { Add: batch });
}

async function modify(
  session: Session,
  snapshotId: string,
  change: { Add?: Permission[]; Remove?: Permission[] },
): Promise<void> {
  try {
    await call(session, `ModifySnapshotAttribute ${snapshotId}`, (signal) =>
      session.snapshots.modifySnapshotAttribute(
        { SnapshotId: snapshotId, Attribute: "createVolumePermission", CreateVolumePermission: change },
        signal,
      ),
    );
  } catch (error) {
    if (!(error instanceof CloudFailure) || !change.Add?.some(({ Group }) => Group === "all")) throw error;
    const cure =
      "if block public access for snapshots is on there, turn it off " +
      `(aws ec2 disable-snapshot-block-public-access --region ${session.region}); an encrypted snapshot cannot be public`;
    throw new CloudFailure(error.kind, `${error.message}; ${cure}`, error.code);
  }
}

function batches<T>(items: readonly T[]): T[][] {
  const result: T[][] = [];
  for (let at = 0; at < items.length; at += BATCH) result.push(items.slice(at, at + BATCH));
  return result;
}
