import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { ROLE_CONTENTS } from "./role-contents";

/** Permissions of each predefined and basic role, sorted. */
export const ROLES: Readonly<Record<string, readonly string[]>> = Object.fromEntries(
  Object.keys(ROLE_CONTENTS).map((role) => [
    role,
    [...new Set(contentsOf(role as `roles/${string}`))].sort(),
  ]),
);

function contentsOf(role: keyof typeof ROLE_CONTENTS): string[] {
  const { includes = [], adds } = ROLE_CONTENTS[role] ?? { adds: {} };
  const own = Object.entries(adds).flatMap(([resource, verbs]) =>
    verbs.split(" ").map((verb) => `${resource}.${verb}`),
  );
  return [...includes.flatMap(contentsOf), ...own];
}

/** This project's published custom roles: the publisher's only ones. */
const DOCUMENTS = path.join(__dirname, "../../docs/policies");
const PREFIX = "gcp-";
const CUSTOM = "imprimatur/";

/** Every permission that any supported method requires. */
export const PERMISSIONS: ReadonlySet<string> = new Set(Object.values(ROLES).flat());

/** Names of the custom roles, `imprimatur/publisher`. */
export function published(): string[] {
  return readdirSync(DOCUMENTS)
    .filter((file) => file.startsWith(PREFIX))
    .map((file) => `${CUSTOM}${file.slice(PREFIX.length, -".json".length)}`);
}

const custom = new Map<string, readonly string[]>();

export function permissionsOf(role: string): readonly string[] {
  if (!role.startsWith(CUSTOM)) return ROLES[role] ?? [];
  const known = custom.get(role);
  if (known) return known;
  const file = path.join(DOCUMENTS, `${PREFIX}${role.slice(CUSTOM.length)}.json`);
  const { includedPermissions } = JSON.parse(readFileSync(file, "utf8")) as { includedPermissions: string[] };
  custom.set(role, includedPermissions);
  return includedPermissions;
}
