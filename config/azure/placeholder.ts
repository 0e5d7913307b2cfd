import { valueAt } from "../problem";
import { AZURE_REGIONS } from "./regions";

/** A minimal valid section whose gallery location is among the regions it names. */
export function azurePlaceholder(value: unknown): unknown {
  const regions = Object.keys(Object(valueAt(value, ["regions"])) as object);
  const named = [String(valueAt(value, ["location"])), ...regions];
  const location = named.find((region) => AZURE_REGIONS.some((known) => known === region)) ?? "westeurope";
  return {
    resourceGroup: { name: "group" },
    location,
    gallery: { name: "gallery" },
    regions: { [location]: {} },
  };
}
