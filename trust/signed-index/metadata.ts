/** Metadata of an index as files: reading them, and which role vouches for which. */
import { createHash } from "node:crypto";
import { Metadata, MetadataKind, type Root } from "@tufjs/models";
import { reasonOf, TrustProblem } from "../problem";
import { parseStrictly } from "../strict-json";
import type { RoleMetadata, RoleName } from "./roles";

/** The specification that the metadata follow, for readers: https://theupdateframework.github.io/specification/v1.0.33/ */
export const SPEC_VERSION = "1.0.33";

export const TIMESTAMP = "timestamp.json";
/** A root whose signatures are still being collected. */
export const PENDING_ROOT = "pending.root.json";
export const TARGETS_FOLDER = "targets";

/** All files but the timestamp have their version in their name: consistent snapshots, which a reader may be in the midst of. */
export const versioned = (role: Exclude<RoleName, "timestamp">, version: number) => `${version}.${role}.json`;

/** As a consistent snapshot names it: `targets/<sha256>.<name>`. */
export const targetFile = (name: string, sha256: string) => `${TARGETS_FOLDER}/${sha256}.${name}`;

export type RootMetadata = Metadata<Root>;

/**
 * @param where the file as the user knows it
 * @throws {TrustProblem} when it is not such metadata; signatures are not looked at
 */
export function parseMetadata<Role extends RoleName>(
  role: Role,
  text: string | Uint8Array,
  where: string,
): RoleMetadata[Role] {
  try {
    const kind = { root: MetadataKind.Root, targets: MetadataKind.Targets } as const;
    const other = { snapshot: MetadataKind.Snapshot, timestamp: MetadataKind.Timestamp } as const;
    const data = parseStrictly(text) as never;
    return Metadata.fromJSON({ ...kind, ...other }[role] as never, data) as RoleMetadata[Role];
  } catch (error) {
    throw new TrustProblem(
      `${where}: not TUF metadata of the role ${role} (${reasonOf(error)}); fetch it again from the publisher`,
    );
  }
}

/** Reads a root and checks that it is signed by its own keys: the least that a first root has to be. */
export function parseRoot(text: string | Uint8Array, where: string): RootMetadata {
  const root = parseMetadata("root", text, where);
  if (!isSignedBy(root, "root", root))
    throw new TrustProblem(
      `${where}: it is not signed by as many of its own root keys as it asks for; fetch it again from the publisher`,
    );
  return root;
}

/** True when as many keys of the role signed it as the root asks for. */
export function isSignedBy(root: RootMetadata, role: RoleName, metadata: RoleMetadata[RoleName]): boolean {
  try {
    root.verifyDelegate(role, metadata);
    return true;
  } catch {
    return false;
  }
}

export function serialize(metadata: RoleMetadata[RoleName]): string {
  return `${JSON.stringify(metadata.toJSON(), null, 1)}\n`;
}

/** Another role's entry for a file, so that no file of another time can stand in its place. */
export function describe(text: string | Buffer): { length: number; hashes: { sha256: string } } {
  const bytes = Buffer.from(text);
  return { length: bytes.length, hashes: { sha256: sha256Of(bytes) } };
}

export function sha256Of(content: string | Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}

/** In whole seconds: python-tuf reads no fractions. */
export function expiryAfter(days: number, now: Date): string {
  return new Date(now.getTime() + days * 86_400_000).toISOString().replace(/\.\d+Z$/, "Z");
}
