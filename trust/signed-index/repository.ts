/** An index as its publisher has it: a folder of static files. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { Metadata, Snapshot, Targets, Timestamp } from "@tufjs/models";
import { TrustProblem } from "../problem";
import { readText } from "../read-text";
import {
  isSignedBy,
  parseMetadata,
  parseRoot,
  PENDING_ROOT,
  type RootMetadata,
  targetFile,
  TIMESTAMP,
  versioned,
} from "./metadata";
import { parseReleaseList, RELEASE_LIST, type ReleaseList } from "./release-list";
import type { RoleName } from "./roles";

export interface Repository {
  readonly folder: string;
  readonly root: RootMetadata;
  /** Next root version, while its signatures are collected, or until it is published with the roles that it changes. */
  readonly pending?: RootMetadata;
  /** The version that users have now; absent: the index was begun, and says nothing yet. */
  readonly current?: {
    readonly timestamp: Metadata<Timestamp>;
    readonly snapshot: Metadata<Snapshot>;
    readonly targets: Metadata<Targets>;
    readonly list: ReleaseList;
  };
  /** Highest version of a file of the role, published or left by an update that was killed. */
  readonly highest: Readonly<Record<"targets" | "snapshot", number>>;
}

const CURE = "fetch the whole index again from where it is published, or restore the folder";

/** True when an index was begun there. */
export function hasIndex(folder: string): boolean {
  return namesIn(folder).includes(versioned("root", 1));
}

/**
 * Reads and verifies an index: each root by the one before, all others by the newest root.
 *
 * @throws {TrustProblem} when there is none, or it was changed
 */
export function readRepository(folder: string): Repository {
  const names = namesIn(folder);
  if (!names.includes(versioned("root", 1)) && names.includes(PENDING_ROOT))
    throw new TrustProblem(
      `${folder}: its first root waits for signatures; add them with \`imprimatur index sign\``,
    );
  if (!names.includes(versioned("root", 1)))
    throw new TrustProblem(
      `${folder}: no index is here (no ${versioned("root", 1)}); begin one with \`imprimatur index init\`, or name its folder with --index`,
    );
  const roots = rootsIn(folder, names);
  const root = roots.at(-1)!;
  const pending = names.includes(PENDING_ROOT)
    ? parseMetadata("root", readText(join(folder, PENDING_ROOT)), join(folder, PENDING_ROOT))
    : undefined;
  const current = names.includes(TIMESTAMP) ? currentIn(folder, roots) : undefined;
  const isPending = pending !== undefined && pending.signed.version === root.signed.version + 1;
  return {
    ...{ folder, root, highest: highestIn(names) },
    ...(isPending && { pending }),
    ...(current && { current }),
  };
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") return [];
    throw new TrustProblem(`${folder}: cannot be read (${code}); name the folder of the index with --index`);
  }
}

function rootsIn(folder: string, names: readonly string[]): RootMetadata[] {
  const roots: RootMetadata[] = [];
  for (let version = 1; names.includes(versioned("root", version)); version++) {
    const file = join(folder, versioned("root", version));
    const next = parseRoot(readText(file), file);
    const before = roots.at(-1);
    if (next.signed.version !== version || (before && !isSignedBy(before, "root", next)))
      throw new TrustProblem(`${file}: it does not follow from the root before it; ${CURE}`);
    roots.push(next);
  }
  return roots;
}

function currentIn(folder: string, roots: readonly RootMetadata[]): Repository["current"] {
  // Of an update that was killed between its root and its timestamp, the files are those of the root before.
  const [newest, before] = [...roots].reverse();
  const signed = <Role extends Exclude<RoleName, "root">>(role: Role, name: string) => {
    const file = join(folder, name);
    const metadata = parseMetadata(role, readText(file, { cure: CURE }), file);
    if (!isSignedBy(newest!, role, metadata) && !(before && isSignedBy(before, role, metadata)))
      throw new TrustProblem(`${file}: it is not signed by the keys of the role ${role}; ${CURE}`);
    return metadata;
  };
  const timestamp = signed("timestamp", TIMESTAMP);
  const snapshot = signed("snapshot", versioned("snapshot", timestamp.signed.snapshotMeta.version));
  const version = snapshot.signed.meta["targets.json"]?.version ?? 0;
  const targets = signed("targets", versioned("targets", version));
  const sha256 = targets.signed.targets[RELEASE_LIST]?.hashes.sha256 ?? "";
  const file = join(folder, targetFile(RELEASE_LIST, sha256));
  const list = parseReleaseList(readText(file, { cure: CURE }), file);
  return { timestamp, snapshot, targets, list };
}

function highestIn(names: readonly string[]): Repository["highest"] {
  const highest = (role: "targets" | "snapshot") =>
    Math.max(0, ...names.map((name) => Number(new RegExp(`^(\\d+)\\.${role}\\.json$`).exec(name)?.[1] ?? 0)));
  return { targets: highest("targets"), snapshot: highest("snapshot") };
}
