import { alignColumns, formatBytes } from "../../facts/words";
import type { InventoryItem } from "../cloud";

const COLUMNS = ["cloud", "account", "region", "kind", "id", "state", "size", "name"] as const;

/** The accounts' objects as text: one line each, sorted. */
export function inventoryTable(items: InventoryItem[]): string {
  if (items.length === 0) return "No account holds anything in any cloud.\n";
  const rows = items
    .map((item) => [
      item.cloud,
      item.account,
      item.region,
      item.kind,
      item.id,
      item.state ?? "",
      item.bytes === undefined ? "" : formatBytes(item.bytes),
      shorten(item.name ?? ""),
    ])
    .sort((a, b) => (a.join("\t") < b.join("\t") ? -1 : 1));
  return [...alignColumns([COLUMNS, ...rows]), ""].join("\n");
}

function shorten(name: string): string {
  return name.length > 60 ? `${name.slice(0, 59)}…` : name;
}
