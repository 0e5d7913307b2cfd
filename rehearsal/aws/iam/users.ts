import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import type { Table } from "../../store/journal";
import type { AccountBook } from "../state/accounts";
import type { Account } from "../state/records";
import { newAccessKey, type AccessKey } from "./access-key";
import { type Policy, readPolicy } from "./policy";

/** A user of an account: signs requests. */
export interface User extends AccessKey {
  readonly account: string;
  readonly name: string;
  /** Attached policy documents: file names without `.json`, or `administrator`. */
  readonly policies: readonly string[];
  /** Actions removed from these documents. */
  readonly without: readonly string[];
}

/** This project's published policies: the publisher's only rights. */
const DOCUMENTS = path.join(__dirname, "../../../docs/policies");
const PREFIX = "aws-";

/** The managed policy AdministratorAccess. */
const ADMINISTRATOR = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}';

/** The publisher's account has two users: one with exactly the published policies, and an administrator. */
export class UserBook {
  private readonly documents = new Map<string, Policy>();

  constructor(
    private readonly table: Table<User>,
    private readonly accounts: AccountBook,
  ) {
    const publisher = accounts.byName("publisher");
    if (publisher && !table.get(`${publisher.id}/administrator`)) {
      const { id: account } = publisher;
      this.set({
        account,
        name: "administrator",
        ...newAccessKey(),
        policies: ["administrator"],
        without: [],
      });
      const { accessKeyId, secretAccessKey } = publisher;
      const keys = { accessKeyId, secretAccessKey };
      this.set({ account, name: "publisher", ...keys, policies: published(), without: [] });
    }
  }

  byAccessKey(accessKeyId: string): { user: User; account: Account } | undefined {
    const user = [...this.table.values()].find((one) => one.accessKeyId === accessKeyId);
    if (user) {
      const account = this.accounts.get(user.account);
      return account && { user, account };
    }
    const account = this.accounts.byAccessKey(accessKeyId);
    return account && { user: rootLike(account), account };
  }

  find(account: string, name: string): User | undefined {
    const owner = this.accounts.get(account);
    return this.table.get(`${account}/${name}`) ?? (owner?.name === name ? rootLike(owner) : undefined);
  }

  set(user: User): void {
    this.table.set(`${user.account}/${user.name}`, user);
  }

  policiesOf({ policies, without }: User): Policy[] {
    return policies.map((name) => {
      const { Version, Statement } = this.document(name);
      const left = (actions: string[]) => actions.filter((action) => !without.includes(action));
      return { Version, Statement: Statement.map((one) => ({ ...one, Action: left(one.Action) })) };
    });
  }

  private document(name: string): Policy {
    const known = this.documents.get(name);
    if (known) return known;
    const text =
      name === "administrator"
        ? ADMINISTRATOR
        : readFileSync(path.join(DOCUMENTS, `${PREFIX}${name}.json`), "utf8");
    const policy = readPolicy(text);
    this.documents.set(name, policy);
    return policy;
  }
}

/** The publisher's initial policies: every published document. */
export function published(): string[] {
  return readdirSync(DOCUMENTS)
    .filter((file) => file.startsWith(PREFIX))
    .map((file) => file.slice(PREFIX.length, -".json".length));
}

export function arnOf({ account, name }: User): string {
  return `arn:aws:iam::${account}:user/${name}`;
}

/** Default for an account: its one user may do everything in it. */
function rootLike({ id, name, accessKeyId, secretAccessKey }: Account): User {
  return { account: id, name, accessKeyId, secretAccessKey, policies: ["administrator"], without: [] };
}
