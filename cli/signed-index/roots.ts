/** Roots of an index: who signs for which role. Their private keys may lie with several people, none of them here. */
import path from "node:path";
import type { Key, Root } from "@tufjs/models";
import { Role } from "@tufjs/models/dist/role";
import { missingFor, rootOf } from "../../trust/signed-index/build";
import {
  parseMetadata,
  PENDING_ROOT,
  type RootMetadata,
  serialize,
  versioned,
} from "../../trust/signed-index/metadata";
import { hasIndex, readRepository } from "../../trust/signed-index/repository";
import {
  type RoleName,
  ROLES,
  type RoleSigner,
  signersOf,
  signMetadata,
} from "../../trust/signed-index/roles";
import { readText } from "../../trust/read-text";
import type { Io } from "../io";
import { Refusal, UsageProblem } from "../problem";
import { aboutIndex, dropPending, folderOf, type FolderOptions, writeFiles, writeTrust } from "./folder";
import { type NamedKey, openKeys, openSigners } from "./keys";
import { existsSync } from "node:fs";

/** Keys of each role as named on the command line, and how many of them have to sign. */
export type RoleOptions = { readonly [role in RoleName]: readonly string[] } & {
  readonly [threshold in `${RoleName}Threshold`]?: number;
};

export interface PendingRoot {
  readonly folder: string;
  readonly version: number;
  /** Signatures that it still needs, a line each; empty: it has all. */
  readonly missing: readonly string[];
}

/** Begins an index: its first root. */
export async function initIndex(
  options: RoleOptions & FolderOptions & { readonly sign: readonly string[]; readonly url?: string },
  io: Io,
): Promise<PendingRoot> {
  const { product, url } = options;
  if (product === undefined) throw new UsageProblem("--product is missing: an index is that of one product");
  const folder = folderOf(options);
  if (hasIndex(folder) || existsSync(path.join(folder, PENDING_ROOT)))
    throw new Refusal(`${folder}: an index was begun here already; \`imprimatur index show\` tells of it`);
  const missing = (["root", "targets", "timestamp"] as const).filter((role) => options[role].length === 0);
  if (missing.length > 0)
    throw new UsageProblem(
      missing.map((role) => `--${role} is missing: which key signs as ${role}?`).join("\n"),
    );
  const snapshot = options.snapshot.length > 0 ? options.snapshot : options.targets;
  const named = {
    ...options,
    snapshot,
    snapshotThreshold: options.snapshotThreshold ?? options.targetsThreshold,
  };
  const opened = await openRoles(named, io);
  const root = rootOf(rolesFrom(named, opened, undefined), {
    keys: keysFrom(Object.values(opened).flat()),
    ...{ version: 1, now: new Date() },
  });
  const about = { product, ...(url !== undefined && { url: url.replace(/\/+$/, "") }) };
  const signers = [...Object.values(opened).flat(), ...(await openKeys(options.sign, io))];
  writeTrust(folder, root, about);
  return collect({ folder, root, before: undefined }, withPrivate(signers));
}

/** A new root: other keys or thresholds for the roles that are named; for none, the same for another year. */
export async function rotateIndex(
  options: RoleOptions & FolderOptions & { readonly sign: readonly string[] },
  io: Io,
): Promise<PendingRoot> {
  const folder = folderOf(options);
  const { root: before, pending } = readRepository(folder);
  if (pending !== undefined)
    throw new Refusal(
      `${path.join(folder, PENDING_ROOT)}: a root is waiting already; sign it with \`imprimatur index sign\`, or remove the file`,
    );
  const named = withSnapshot(options, before.signed.roles);
  const opened = await openRoles(named, io);
  const roles = rolesFrom(named, opened, before.signed.roles);
  const used = new Set(Object.values(roles).flatMap(({ keyIDs }) => keyIDs));
  const all = { ...before.signed.keys, ...keysFrom(Object.values(opened).flat()) };
  const keys = Object.fromEntries(Object.entries(all).filter(([id]) => used.has(id)));
  const root = rootOf(roles, { keys, version: before.signed.version + 1, now: new Date() });
  const signers = [...Object.values(opened).flat(), ...(await openKeys(options.sign, io))];
  return collect({ folder, root, before }, withPrivate(signers));
}

/** `init` gives snapshot the keys of targets: as long as it has the same, new ones of targets are its too. A stolen key would stay. */
function withSnapshot<Options extends RoleOptions>(options: Options, roles: Root["roles"]): Options {
  const keysOf = (role: RoleName) => [...(roles[role]?.keyIDs ?? [])].sort().join();
  if (options.snapshot.length > 0 || keysOf("snapshot") !== keysOf("targets")) return options;
  const snapshotThreshold = options.snapshotThreshold ?? options.targetsThreshold;
  return {
    ...options,
    snapshot: options.targets,
    ...(snapshotThreshold !== undefined && { snapshotThreshold }),
  };
}

/** Adds signatures to the root that waits for them. */
export async function signIndex(
  options: FolderOptions & { readonly sign: readonly string[] },
  io: Io,
): Promise<PendingRoot> {
  const folder = folderOf(options);
  const before = hasIndex(folder) ? readRepository(folder).root : undefined;
  const file = path.join(folder, PENDING_ROOT);
  if (!existsSync(file)) throw new Refusal(`${folder}: no root waits for signatures (no ${PENDING_ROOT})`);
  const root = parseMetadata("root", readText(file), file);
  const signers = await openSigners(options.sign, io);
  const strangers = signers.filter(
    (one) => signersOf(root.signed, "root", [one]).length === 0 && !(before && isRootKey(before, one)),
  );
  const problems = strangers.map(({ named }) => `${named}: not a root key of this index, old or new`);
  if (signers.length === 0) problems.push("--sign is missing: with which root key?");
  if (problems.length > 0) throw new UsageProblem(problems.join("\n"));
  return collect({ folder, root, before }, signers);
}

function isRootKey(root: RootMetadata, signer: RoleSigner): boolean {
  return signersOf(root.signed, "root", [signer]).length > 0;
}

/** Signs with the root keys that are at hand; the first root is published as soon as it has all signatures. */
async function collect(
  { folder, root, before }: { folder: string; root: RootMetadata; before: RootMetadata | undefined },
  signers: readonly RoleSigner[],
): Promise<PendingRoot> {
  const olds = before ? signersOf(before.signed, "root", signers) : [];
  const all = [...signersOf(root.signed, "root", signers), ...olds];
  await signMetadata(
    root,
    all.filter(({ keyId }, index) => all.findIndex((one) => one.keyId === keyId) === index),
  );
  const missing = missingFor(before, root);
  const { version } = root.signed;
  const isFirst = before === undefined && missing.length === 0;
  writeFiles(folder, [
    { name: isFirst ? versioned("root", 1) : PENDING_ROOT, content: serialize(root), isNew: isFirst },
  ]);
  if (isFirst) {
    writeTrust(folder, root, aboutIndex(folder));
    dropPending(folder);
  }
  return { folder, version, missing };
}

async function openRoles(options: RoleOptions, io: Io): Promise<Record<RoleName, NamedKey[]>> {
  const opened = {} as Record<RoleName, NamedKey[]>;
  for (const role of ROLES) opened[role] = await openKeys(options[role], io);
  return opened;
}

function keysFrom(named: readonly NamedKey[]): Record<string, Key> {
  return Object.fromEntries(named.map(({ key }) => [key.keyID, key]));
}

function withPrivate(named: readonly NamedKey[]): RoleSigner[] {
  return named.flatMap(({ signer }) => signer ?? []);
}

/** @throws {UsageProblem} for thresholds that the keys cannot meet, a line each */
function rolesFrom(
  options: RoleOptions,
  opened: Record<RoleName, NamedKey[]>,
  before: Root["roles"] | undefined,
): Root["roles"] {
  const problems: string[] = [];
  const roles = ROLES.map((role) => {
    const given = [...new Set(opened[role].map(({ key }) => key.keyID))];
    const keyIDs = given.length > 0 ? given : (before?.[role]?.keyIDs ?? []);
    const threshold = options[`${role}Threshold`] ?? before?.[role]?.threshold ?? 1;
    if (threshold < 1 || threshold > keyIDs.length)
      problems.push(
        `--${role}-threshold: ${threshold} of ${keyIDs.length} key${keyIDs.length === 1 ? "" : "s"} cannot sign; needs 1 to ${keyIDs.length}`,
      );
    return [role, { keyIDs, threshold }] as const;
  });
  if (problems.length > 0) throw new UsageProblem(problems.join("\n"));
  return Object.fromEntries(roles.map(([role, keys]) => [role, new Role(keys)]));
}
