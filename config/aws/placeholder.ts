import { valueAt } from "../problem";
import { AWS_REGIONS } from "./regions";

/** A minimal valid section whose home region is among the regions it names. */
export function awsPlaceholder(value: unknown): unknown {
  const regions = Object.keys(Object(valueAt(value, ["regions"])) as object);
  const named = [String(valueAt(value, ["homeRegion"])), ...regions];
  const homeRegion = named.find((region) => Object.hasOwn(AWS_REGIONS, region)) ?? "us-east-1";
  return { homeRegion, regions: { [homeRegion]: {} } };
}
