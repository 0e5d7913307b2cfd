import { BLOCK_SIZE } from "../../../facts/units";
import type { Call } from "../call";
import { snapshotState } from "../ec2/find-snapshot";
import type { Answer } from "../service";
import type { Snapshot } from "../state/records";
import { denied, invalid, malformed, noSnapshot } from "./errors";
import { json } from "./json";
import { TOKEN_LIFETIME, type TokenMint } from "./tokens";

const MOST_RESULTS = 10_000;

export function listBlocks(id: string, query: URLSearchParams, mint: TokenMint, call: Call): Answer {
  const snapshot = readable(id, call);
  const { blocks } = call.world.maps.get(snapshot.map);
  const shown = pageOf([...blocks.keys()], `list ${id}`, query, mint, call);
  return json(200, {
    Blocks: shown.indexes.map((BlockIndex) => ({
      BlockIndex,
      BlockToken: mint.issue(blockMeaning(id, BlockIndex), shown.expiresAt),
    })),
    ...envelope(snapshot, shown),
  });
}

export function listChangedBlocks(id: string, query: URLSearchParams, mint: TokenMint, call: Call): Answer {
  const second = readable(id, call);
  const firstId = query.get("firstSnapshotId") ?? undefined;
  const first = firstId === undefined ? undefined : readable(firstId, call);
  if (first && !related(first, second, call)) {
    throw invalid(
      "UNRELATED_SNAPSHOTS",
      `The snapshots '${first.id}' and '${id}' are not of the same lineage.`,
    );
  }
  const before = first ? call.world.maps.get(first.map).blocks : new Map<number, string>();
  const after = call.world.maps.get(second.map).blocks;
  const changed = [...new Set([...before.keys(), ...after.keys()])].filter(
    (index) => before.get(index) !== after.get(index),
  );
  const shown = pageOf(changed, `changed ${firstId ?? ""} ${id}`, query, mint, call);
  const token = (snapshot: string, index: number) =>
    mint.issue(blockMeaning(snapshot, index), shown.expiresAt);
  return json(200, {
    ChangedBlocks: shown.indexes.map((BlockIndex) => ({
      BlockIndex,
      FirstBlockToken: first && before.has(BlockIndex) ? token(first.id, BlockIndex) : undefined,
      SecondBlockToken: after.has(BlockIndex) ? token(id, BlockIndex) : undefined,
    })),
    ...envelope(second, shown),
  });
}

export async function getBlock(
  id: string,
  index: number,
  query: URLSearchParams,
  mint: TokenMint,
  call: Call,
): Promise<Answer> {
  const snapshot = readable(id, call);
  const token = query.get("blockToken") ?? "";
  mint.check(token, "BLOCK", (meaning) => meaning === blockMeaning(id, index), call.world.now());
  const name = call.world.maps.get(snapshot.map).blocks.get(index);
  if (name === undefined) throw invalid("INVALID_BLOCK", `The snapshot '${id}' has no block ${index}.`);
  return {
    status: 200,
    headers: {
      "content-type": "application/octet-stream",
      "x-amz-data-length": String(BLOCK_SIZE),
      "x-amz-checksum": Buffer.from(name, "hex").toString("base64"),
      "x-amz-checksum-algorithm": "SHA256",
    },
    body: await call.world.store.get(name),
  };
}

/**
 * Readable by the owner and by accounts named in its permission; public snapshots cannot be read through EBS direct.
 */
function readable(id: string, call: Call): Snapshot {
  const snapshot = call.world.snapshots.get(`${call.region}/${id}`);
  if (!snapshot) throw noSnapshot(id);
  const { everyone, accounts } = snapshot.permissions;
  if (snapshot.owner !== call.account.id && !accounts.includes(call.account.id)) {
    throw everyone ? denied(id) : noSnapshot(id);
  }
  if (snapshotState(snapshot, call) !== "completed") {
    throw invalid("INVALID_SNAPSHOT_ID", `The snapshot '${id}' is not in the completed state.`);
  }
  return snapshot;
}

function related(first: Snapshot, second: Snapshot, call: Call): boolean {
  if (first.map === second.map) return true;
  for (let at: Snapshot | undefined = second; at;) {
    const parent: string | undefined = at.upload?.parent;
    if (parent === first.id) return true;
    at = parent === undefined ? undefined : call.world.snapshots.get(`${second.region}/${parent}`);
  }
  return false;
}

function blockMeaning(id: string, index: number): string {
  return `block ${id} ${index}`;
}

interface Page {
  readonly indexes: number[];
  readonly expiresAt: number;
  readonly next?: string;
}

function pageOf(all: number[], listing: string, query: URLSearchParams, mint: TokenMint, call: Call): Page {
  const most = Number(query.get("maxResults") ?? MOST_RESULTS);
  if (!Number.isInteger(most) || most < 100 || most > MOST_RESULTS) throw malformed();
  const now = call.world.now();
  let from = Number(query.get("startingBlockIndex") ?? 0);
  if (!Number.isInteger(from) || from < 0) throw malformed();
  const token = query.get("pageToken");
  if (token !== null) {
    const meaning = mint.check(token, "PAGE", (text) => text.startsWith(`${listing} `), now);
    from = Number(meaning.slice(listing.length + 1));
  }
  const rest = all.filter((index) => index >= from).sort((a, b) => a - b);
  const expiresAt = now + TOKEN_LIFETIME;
  const following = rest[most];
  return {
    indexes: rest.slice(0, most),
    expiresAt,
    next: following === undefined ? undefined : mint.issue(`${listing} ${following}`, expiresAt),
  };
}

function envelope(snapshot: Snapshot, page: Page) {
  return {
    ExpiryTime: page.expiresAt / 1000,
    VolumeSize: snapshot.volumeSize,
    BlockSize: BLOCK_SIZE,
    NextToken: page.next,
  };
}
