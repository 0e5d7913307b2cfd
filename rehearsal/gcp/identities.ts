import { randomBytes, randomInt } from "node:crypto";
import type { Table } from "../store/journal";

/** Somebody with an account at Google: one principal, one project they own, one bearer token. */
export interface Identity {
  readonly role: "publisher" | "stranger" | "partner";
  /** As IAM policies name it: `serviceAccount:…` or `user:…`. */
  readonly member: string;
  readonly project: string;
  readonly projectNumber: string;
  readonly token: string;
}

const CAST: readonly Pick<Identity, "role" | "member" | "project">[] = [
  {
    role: "publisher",
    member: "serviceAccount:publisher@rehearsal-publisher.iam.gserviceaccount.com",
    project: "rehearsal-publisher",
  },
  { role: "stranger", member: "user:stranger@example.org", project: "rehearsal-stranger" },
  { role: "partner", member: "user:partner@example.com", project: "rehearsal-partner" },
];

/** The e-mail address in a member, as error messages name the caller. */
export function emailOf(identity: Identity): string {
  return identity.member.slice(identity.member.indexOf(":") + 1);
}

/** Who exists. Tokens are made at the first start and stay, so that shell exports outlive a restart. */
export class Identities {
  private readonly byToken = new Map<string, Identity>();
  private readonly byRole = new Map<string, Identity>();

  constructor(table: Table<Identity>) {
    for (const person of CAST) {
      if (table.get(person.role)) continue;
      // Google's access tokens begin with ya29; scanners for leaked secrets know them by it, so this one differs.
      const token = `rehearsal-${person.role}-${randomBytes(24).toString("base64url")}`;
      table.set(person.role, { ...person, projectNumber: String(randomInt(1e11, 9e11)), token });
    }
    for (const identity of table.values()) {
      this.byToken.set(identity.token, identity);
      this.byRole.set(identity.role, identity);
    }
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
