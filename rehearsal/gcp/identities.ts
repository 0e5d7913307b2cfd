import { randomBytes, randomInt } from "node:crypto";
import type { Table } from "../store/journal";
import { published } from "./roles";

/** A Google principal with its own project and bearer token. */
export interface Identity {
  readonly role: "publisher" | "administrator" | "stranger" | "partner";
  /** In the form of IAM policies: `serviceAccount:…` or `user:…`. */
  readonly member: string;
  readonly project: string;
  readonly projectNumber: string;
  readonly token: string;
  /** Roles on their project. */
  readonly roles: readonly string[];
  /** Permissions removed from these roles. */
  readonly without?: readonly string[];
}

/** Full rights in a project: Owner alone does not give access to an existing bucket. */
const ADMINISTRATOR = ["roles/owner", "roles/storage.admin"];

const CAST: readonly Pick<Identity, "role" | "member" | "project" | "roles">[] = [
  {
    role: "publisher",
    member: "serviceAccount:publisher@rehearsal-publisher.iam.gserviceaccount.com",
    project: "rehearsal-publisher",
    // The published custom roles, and nothing else.
    roles: published(),
  },
  {
    role: "administrator",
    member: "user:administrator@example.net",
    project: "rehearsal-publisher",
    roles: ADMINISTRATOR,
  },
  {
    role: "stranger",
    member: "user:stranger@example.org",
    project: "rehearsal-stranger",
    roles: ADMINISTRATOR,
  },
  { role: "partner", member: "user:partner@example.com", project: "rehearsal-partner", roles: ADMINISTRATOR },
];

/** The e-mail address in a member, as in error messages. */
export function emailOf(identity: Identity): string {
  return identity.member.slice(identity.member.indexOf(":") + 1);
}

/** All principals. Tokens are created at the first start and kept, so that shell exports survive a restart. */
export class Identities {
  private readonly byToken = new Map<string, Identity>();
  private readonly byRole = new Map<string, Identity>();

  constructor(private readonly table: Table<Identity>) {
    for (const person of CAST) {
      const known = table.get(person.role);
      // A state folder of an earlier version has no roles.
      if (known && !known.roles) table.set(person.role, { ...known, roles: person.roles });
      if (known) continue;
      // Google's access tokens begin with ya29, which secret scanners look for; this one differs.
      const token = `rehearsal-${person.role}-${randomBytes(24).toString("base64url")}`;
      const { projectNumber = String(randomInt(1e11, 9e11)) } =
        [...table.values()].find(({ project }) => project === person.project) ?? {};
      table.set(person.role, { ...person, projectNumber, token });
    }
    for (const identity of table.values()) this.remember(identity);
  }

  /** Changes by an administrator: other roles on the project, or single permissions removed from them. */
  change(role: Identity["role"], change: Partial<Pick<Identity, "roles" | "without">>): Identity {
    const changed = { ...this.get(role), ...change };
    this.table.set(role, changed);
    this.remember(changed);
    return changed;
  }

  private remember(identity: Identity): void {
    this.byToken.set(identity.token, identity);
    this.byRole.set(identity.role, identity);
  }

  withToken(token: string): Identity | undefined {
    return this.byToken.get(token);
  }

  get(role: Identity["role"]): Identity {
    const identity = this.byRole.get(role);
    if (!identity) throw new Error(`no identity "${role}" in the state folder`);
    return identity;
  }

  /** The owner of a project, by its id or its number. */
  ownerOf(project: string): Identity | undefined {
    for (const identity of this.byRole.values()) {
      if (identity.project === project || identity.projectNumber === project) return identity;
    }
    return undefined;
  }
}
