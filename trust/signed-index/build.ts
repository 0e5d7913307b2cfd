/** The files of the next version of an index, in the order in which they have to be written. */
import { Metadata, MetaFile, Root, Snapshot, TargetFile, Targets, Timestamp } from "@tufjs/models";
import { TrustProblem } from "../problem";
import {
  describe,
  expiryAfter,
  isSignedBy,
  type RootMetadata,
  serialize,
  SPEC_VERSION,
  targetFile,
  TIMESTAMP,
  versioned,
} from "./metadata";
import { RELEASE_LIST, type ReleaseList } from "./release-list";
import type { Repository } from "./repository";
import { type RoleMetadata, type RoleName, type RoleSigner, signersOf, signMetadata } from "./roles";

/** One file of an index. */
export interface IndexFile {
  readonly name: string;
  readonly content: string | Buffer;
  /** A version that another update has written meanwhile must not be replaced. */
  readonly isNew?: boolean;
}

/** Days. Targets and snapshot are signed when something changes; the root once a year at least. */
export const LONG = 365;
/** Days for which a timestamp is good: how long somebody can show users an old index. */
export const SHORT = 7;

export interface Signing {
  readonly signers: readonly RoleSigner[];
  readonly now: Date;
  /** Days until the timestamp expires. */
  readonly days: number;
}

/** Signed anew: all roles, over a list of releases and the records that it names. */
export async function updateFiles(
  { root: known, pending, highest, current, folder }: Repository,
  content: { readonly list: ReleaseList; readonly records: ReadonlyMap<string, Buffer> },
  { signers, now, days }: Signing,
): Promise<IndexFile[]> {
  const root = effectiveRoot(known, pending);
  assertUnexpired(folder, { root }, now);
  assertSigners(root, ["targets", "snapshot", "timestamp"], signers);
  const expires = expiryAfter(LONG, now);
  const files = new Map(content.records);
  files.set(RELEASE_LIST, Buffer.from(`${JSON.stringify(content.list, null, 1)}\n`));

  const targets = new Targets({ version: highest.targets + 1, specVersion: SPEC_VERSION, expires });
  for (const [path, bytes] of files) targets.addTarget(new TargetFile({ path, ...describe(bytes) }));
  const targetsText = await signedText(root, "targets", new Metadata(targets), signers);

  const meta = { "targets.json": new MetaFile({ version: targets.version, ...describe(targetsText) }) };
  const snapshot = new Snapshot({ version: highest.snapshot + 1, specVersion: SPEC_VERSION, expires, meta });
  const snapshotText = await signedText(root, "snapshot", new Metadata(snapshot), signers);

  const snapshotMeta = new MetaFile({ version: snapshot.version, ...describe(snapshotText) });
  return [
    ...[...files].map(([name, bytes]) => ({
      name: targetFile(name, describe(bytes).hashes.sha256),
      content: bytes,
    })),
    { name: versioned("targets", targets.version), content: targetsText, isNew: true },
    { name: versioned("snapshot", snapshot.version), content: snapshotText, isNew: true },
    ...rootFiles(known, root),
    await timestampFile(root, snapshotMeta, { current, signers, now, days }),
  ];
}

/** The timestamp signed anew, over the same snapshot: it says that nothing newer is out. */
export async function refreshFiles(
  { root: known, pending, current, folder }: Repository,
  { signers, now, days }: Signing,
): Promise<IndexFile[]> {
  if (current === undefined)
    throw new TrustProblem(`${folder}: the index says nothing yet; run \`imprimatur index update\` first`);
  const root = effectiveRoot(known, pending);
  for (const role of ["targets", "snapshot"] as const) {
    if (isSignedBy(root, role, current[role])) continue;
    throw new TrustProblem(
      `${folder}: the keys of the role ${role} were changed, and its file is signed by those before; run \`imprimatur index update\` with the new ones`,
    );
  }
  assertUnexpired(folder, { root, targets: current.targets, snapshot: current.snapshot }, now);
  assertSigners(root, ["timestamp"], signers);
  const { snapshotMeta } = current.timestamp.signed;
  return [
    ...rootFiles(known, root),
    await timestampFile(root, snapshotMeta, { current, signers, now, days }),
  ];
}

/**
 * A new timestamp would look like success, and users would believe nothing of what it leads to.
 *
 * @throws {TrustProblem} with the command that signs it anew
 */
function assertUnexpired(folder: string, roles: Partial<RoleMetadata>, now: Date): void {
  const expired = Object.entries(roles).filter(([, { signed }]) => signed.isExpired(now));
  const [first] = expired;
  if (first === undefined) return;
  const names = expired.map(([role]) => `the ${role}`).join(" and ");
  const command = first[0] === "root" ? "rotate" : "update";
  throw new TrustProblem(
    `${folder}: ${names} expired on ${first[1].signed.expires}, and users believe nothing under it: run \`imprimatur index ${command}\``,
  );
}

/** A pending root that has all its signatures is published with the next timestamp. */
function effectiveRoot(known: RootMetadata, pending: RootMetadata | undefined): RootMetadata {
  return pending !== undefined && missingFor(known, pending).length === 0 ? pending : known;
}

/** Signatures that a root still needs, in words; empty: it may be published. */
export function missingFor(before: RootMetadata | undefined, root: RootMetadata): string[] {
  const isOld = before !== undefined && !isSignedBy(before, "root", root);
  const needs = (by: RootMetadata, called: string) => {
    const { keyIDs, threshold } = by.signed.roles.root!;
    const has = keyIDs.filter((id) => root.signatures[id] !== undefined);
    const left = keyIDs.filter((id) => !has.includes(id)).map((id) => id.slice(0, 16));
    const ids = left.length > 0 ? `: ${left.join(", ")}` : "";
    return `${threshold - has.length} more of the ${called} root keys${ids}`;
  };
  return [
    ...(isOld ? [needs(before, "old")] : []),
    ...(isSignedBy(root, "root", root) ? [] : [needs(root, before === undefined ? "" : "new")]),
  ].map((line) => line.replace("  ", " "));
}

function rootFiles(known: RootMetadata, root: RootMetadata): IndexFile[] {
  if (root === known) return [];
  return [{ name: versioned("root", root.signed.version), content: serialize(root), isNew: true }];
}

async function timestampFile(
  root: RootMetadata,
  snapshotMeta: MetaFile,
  { current, signers, now, days }: Signing & Pick<Repository, "current">,
): Promise<IndexFile> {
  const version = (current?.timestamp.signed.version ?? 0) + 1;
  const expires = expiryAfter(days, now);
  const timestamp = new Timestamp({ version, specVersion: SPEC_VERSION, expires, snapshotMeta });
  return {
    name: TIMESTAMP,
    content: await signedText(root, "timestamp", new Metadata(timestamp), signers),
  };
}

async function signedText(
  root: RootMetadata,
  role: RoleName,
  metadata: RoleMetadata[RoleName],
  signers: readonly RoleSigner[],
): Promise<string> {
  await signMetadata(metadata, signersOf(root.signed, role, signers));
  return serialize(metadata);
}

/** @throws {TrustProblem} with every role that lacks keys, a line each, before anything is signed */
function assertSigners(root: RootMetadata, roles: readonly RoleName[], signers: readonly RoleSigner[]): void {
  const problems = roles.flatMap((role) => {
    const { keyIDs, threshold } = root.signed.roles[role]!;
    const has = signersOf(root.signed, role, signers);
    if (has.length >= threshold) return [];
    const known = keyIDs.map((id) => id.slice(0, 16)).join(", ");
    return [
      `the role ${role} needs ${threshold} of its keys (${known}), and ${has.length} of those with --sign is one; name its private key or KMS key with --sign`,
    ];
  });
  if (problems.length > 0) throw new TrustProblem(problems.join("\n"));
}

/** Keys and thresholds of each role, as a new root states them. */
export function rootOf(
  roles: Root["roles"],
  { keys, version, now }: { keys: Root["keys"]; version: number; now: Date },
): RootMetadata {
  const expires = expiryAfter(LONG, now);
  return new Metadata(
    new Root({ version, specVersion: SPEC_VERSION, expires, keys, roles, consistentSnapshot: true }),
  );
}
