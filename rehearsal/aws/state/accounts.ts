import { randomInt } from "node:crypto";
import type { Table } from "../../store/journal";
import { newAccessKey } from "../iam/access-key";
import type { Account } from "./records";
import { needsOptIn } from "./regions";

/** The organisation of `publisher`, `partner` and `colleague`; `stranger` has none. */
const ORGANIZATION = "arn:aws:organizations::111111111111:organization/o-rehearsal01";
const ORGANIZATIONAL_UNIT = "arn:aws:organizations::111111111111:ou/o-rehearsal01/ou-rehe-engineering1";

/** The accounts of a new rehearsal: fixed numbers, for use in stack files; secrets are generated at first start. */
const FIRST_ACCOUNTS: readonly { id: string; name: string; organization: readonly string[] }[] = [
  { id: "111111111111", name: "publisher", organization: [ORGANIZATION] },
  { id: "222222222222", name: "stranger", organization: [] },
  { id: "333333333333", name: "partner", organization: [ORGANIZATION] },
  { id: "444444444444", name: "colleague", organization: [ORGANIZATION, ORGANIZATIONAL_UNIT] },
];

/** Callers: accounts, one access key each, and their opted-in regions. */
export class AccountBook {
  constructor(private readonly table: Table<Account>) {
    if (table.size === 0) for (const account of FIRST_ACCOUNTS) this.add(account);
  }

  list(): Account[] {
    return [...this.table.values()];
  }

  byName(name: string): Account | undefined {
    return this.list().find((account) => account.name === name || account.id === name);
  }

  byAccessKey(accessKeyId: string): Account | undefined {
    return this.list().find((account) => account.accessKeyId === accessKeyId);
  }

  get(id: string): Account | undefined {
    return this.table.get(id);
  }

  add(given: { id?: string; name: string; organization?: readonly string[] }): Account {
    const account: Account = {
      id: given.id ?? this.freeId(),
      name: given.name,
      ...newAccessKey(),
      organization: given.organization ?? [],
      optedIn: [],
    };
    this.table.set(account.id, account);
    return account;
  }

  optIn(id: string, region: string): void {
    const account = this.table.get(id);
    if (account) this.table.set(id, { ...account, optedIn: [...new Set([...account.optedIn, region])] });
  }

  optOut(id: string, region: string): void {
    const account = this.table.get(id);
    if (account)
      this.table.set(id, { ...account, optedIn: account.optedIn.filter((other) => other !== region) });
  }

  optedIn(id: string, region: string): "opt-in-not-required" | "opted-in" | "not-opted-in" {
    if (!needsOptIn(region)) return "opt-in-not-required";
    return this.table.get(id)?.optedIn.includes(region) ? "opted-in" : "not-opted-in";
  }

  private freeId(): string {
    let id: string;
    do id = String(randomInt(500_000_000_000, 900_000_000_000));
    while (this.table.get(id));
    return id;
  }
}
