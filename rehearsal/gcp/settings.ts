import type { Table } from "../store/journal";

/** What only the cloud, or an organisation's administrator, can change. */
export interface Settings {
  /** Images a project may hold. */
  imageQuota: number;
  /** The organisation lets policies name members of its own domain only. */
  domainRestrictedSharing: boolean;
  /** Which constraint says so. */
  constraint: string;
}

const DEFAULTS: Settings = {
  imageQuota: 2000,
  domainRestrictedSharing: false,
  constraint: "iam.allowedPolicyMemberDomains",
};

export class SettingsStore {
  constructor(private readonly table: Table<Partial<Settings>>) {}

  get current(): Settings {
    return { ...DEFAULTS, ...this.table.get("settings") };
  }

  change(settings: Partial<Settings>): void {
    this.table.set("settings", { ...this.table.get("settings"), ...settings });
  }
}
