import type { Table } from "../store/journal";

/** Settings that only the cloud, or an organisation's administrator, can change. */
export interface Settings {
  /** Maximum images of a project. */
  imageQuota: number;
  /** The organisation restricts policies to members of its own domain. */
  domainRestrictedSharing: boolean;
  /** The constraint in use. */
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
