import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";

export interface Role {
  readonly actions: readonly string[];
  readonly notActions: readonly string[];
  /** Actions on the content of resources: keys of a vault. */
  readonly dataActions: readonly string[];
}

/** A role of a caller at a scope and below. */
export interface Assignment {
  readonly role: string;
  readonly scope: string;
}

/** Built-in roles with their contents: iann0036/iam-dataset, azure/built-in-roles-raw.json, 2026-08-22. */
const BUILT_IN: Readonly<Record<string, Role>> = {
  Owner: { actions: ["*"], notActions: [], dataActions: [] },
  Contributor: {
    actions: ["*"],
    notActions: [
      "Microsoft.Authorization/*/Delete",
      "Microsoft.Authorization/*/Write",
      "Microsoft.Authorization/elevateAccess/Action",
      "Microsoft.Blueprint/blueprintAssignments/write",
      "Microsoft.Blueprint/blueprintAssignments/delete",
      "Microsoft.Compute/galleries/share/action",
      "Microsoft.Purview/consents/write",
      "Microsoft.Purview/consents/delete",
      "Microsoft.Resources/deploymentStacks/manageDenySetting/action",
      "Microsoft.Subscription/cancel/action",
      "Microsoft.Subscription/enable/action",
    ],
    dataActions: [],
  },
  Reader: { actions: ["*/read"], notActions: [], dataActions: [] },
  "Compute Gallery Sharing Admin": {
    actions: ["Microsoft.Compute/galleries/share/action"],
    notActions: [],
    dataActions: [],
  },
  "Key Vault Crypto User": {
    actions: [],
    notActions: [],
    dataActions: [
      "Microsoft.KeyVault/vaults/keys/read",
      "Microsoft.KeyVault/vaults/keys/update/action",
      "Microsoft.KeyVault/vaults/keys/backup/action",
      "Microsoft.KeyVault/vaults/keys/encrypt/action",
      "Microsoft.KeyVault/vaults/keys/decrypt/action",
      "Microsoft.KeyVault/vaults/keys/wrap/action",
      "Microsoft.KeyVault/vaults/keys/unwrap/action",
      "Microsoft.KeyVault/vaults/keys/sign/action",
      "Microsoft.KeyVault/vaults/keys/verify/action",
    ],
  },
  // Without its control plane: vaults themselves are not rehearsed.
  "Key Vault Crypto Officer": {
    actions: [],
    notActions: [],
    dataActions: ["Microsoft.KeyVault/vaults/keys/*", "Microsoft.KeyVault/vaults/keyrotationpolicies/*"],
  },
};

/** This project's published custom roles: the publisher's only ones. */
const DOCUMENTS = path.join(__dirname, "../../docs/policies");
const PREFIX = "azure-";

/** Names of the published roles, `imprimatur/publisher`. */
export function published(): string[] {
  return readdirSync(DOCUMENTS)
    .filter((file) => file.startsWith(PREFIX))
    .map((file) => `imprimatur/${file.slice(PREFIX.length, -".json".length)}`);
}

const custom = new Map<string, Role>();

/** @throws Error for an unknown role */
export function roleNamed(name: string): Role {
  const known = BUILT_IN[name] ?? custom.get(name);
  if (known) return known;
  const there = published();
  if (!there.includes(name))
    throw new Error(`no role ${name}; there are ${[...Object.keys(BUILT_IN), ...there].join(", ")}`);
  const file = path.join(DOCUMENTS, `${PREFIX}${name.split("/")[1]}.json`);
  const { Actions, NotActions, DataActions } = JSON.parse(readFileSync(file, "utf8")) as {
    Actions: string[];
    NotActions: string[];
    DataActions: string[];
  };
  const role = { actions: Actions, notActions: NotActions, dataActions: DataActions };
  custom.set(name, role);
  return role;
}

/**
 * Roles are additive; one role's exclusion does not restrict another. Role-based access control, "How Azure RBAC
 * determines access" (2026-11).
 */
export function allows(roles: readonly Role[], action: string): boolean {
  const fits = (patterns: readonly string[]) => patterns.some((pattern) => isLike(action, pattern));
  return roles.some(({ actions, notActions }) => fits(actions) && !fits(notActions));
}

export function allowsData(roles: readonly Role[], action: string): boolean {
  return roles.some(({ dataActions }) => dataActions.some((pattern) => isLike(action, pattern)));
}

function isLike(text: string, pattern: string): boolean {
  const parts = pattern.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`, "i").test(text);
}
