import type {
  AvailabilityZone,
  DescribeAccountAttributesRequest,
  DescribeAvailabilityZonesRequest,
  DescribeRegionsRequest,
  Region,
} from "@aws-sdk/client-ec2";
import type { Actions, Call } from "../call";
import { AwsError } from "../protocol/errors";
import { isRegion, REGIONS } from "../state/regions";
import { applyFilters, checkFilters } from "./filters";

const ACCOUNT_ATTRIBUTES: Record<string, string> = {
  "supported-platforms": "VPC",
  "default-vpc": "none",
  "max-instances": "20",
  "vpc-max-security-groups-per-interface": "5",
  "max-elastic-ips": "5",
  "vpc-max-elastic-ips": "5",
};

export const regionActions = {
  DescribeRegions(input: DescribeRegionsRequest, call: Call) {
    checkFilters(input.Filters, ["endpoint", "opt-in-status", "region-name"]);
    const unknown = (input.RegionNames ?? []).find((name) => !isRegion(name));
    if (unknown !== undefined) {
      throw new AwsError("InvalidParameterValue", `Invalid region name: '${unknown}'`);
    }
    const named = input.RegionNames ?? [];
    const all: Region[] = REGIONS.filter((region) => named.length === 0 || named.includes(region)).map(
      (region) => ({
        RegionName: region,
        Endpoint: `ec2.${region}.amazonaws.com`,
        OptInStatus: call.world.accounts.optedIn(call.account.id, region),
      }),
    );
    const shown = all.filter(
      (region) => input.AllRegions === true || named.length > 0 || region.OptInStatus !== "not-opted-in",
    );
    const facts = (region: Region) => (filter: string) => [
      filter === "region-name"
        ? region.RegionName!
        : filter === "endpoint"
          ? region.Endpoint!
          : region.OptInStatus!,
    ];
    return { Regions: applyFilters(shown, input.Filters, facts) };
  },

  DescribeAvailabilityZones(input: DescribeAvailabilityZonesRequest, call: Call) {
    checkFilters(input.Filters, ["region-name", "state", "zone-name", "zone-id", "zone-type"]);
    const all: AvailabilityZone[] = ["a", "b", "c"].map((letter, at) => ({
      ZoneName: `${call.region}${letter}`,
      ZoneId: `${call.region.replace(/[aeiou]|-/g, "")}-az${at + 1}`,
      RegionName: call.region,
      GroupName: call.region,
      NetworkBorderGroup: call.region,
      OptInStatus: "opt-in-not-required",
      State: "available",
      ZoneType: "availability-zone",
      Messages: [],
    }));
    const named = all.filter((zone) => !input.ZoneNames?.length || input.ZoneNames.includes(zone.ZoneName!));
    const facts = (zone: AvailabilityZone) => (filter: string) => {
      const values: Record<string, string | undefined> = {
        "region-name": zone.RegionName,
        "zone-name": zone.ZoneName,
        "zone-id": zone.ZoneId,
        "zone-type": zone.ZoneType,
        state: zone.State,
      };
      return [values[filter] ?? ""];
    };
    return { AvailabilityZones: applyFilters(named, input.Filters, facts) };
  },

  DescribeAccountAttributes(input: DescribeAccountAttributesRequest) {
    const names: string[] = input.AttributeNames?.length
      ? input.AttributeNames
      : Object.keys(ACCOUNT_ATTRIBUTES);
    return {
      AccountAttributes: names.map((name) => {
        const value = ACCOUNT_ATTRIBUTES[name];
        if (value === undefined) {
          throw new AwsError(
            "InvalidParameterValue",
            `Value (${name}) for parameter attributeName is invalid.`,
          );
        }
        return { AttributeName: name, AttributeValues: [{ AttributeValue: value }] };
      }),
    };
  },
} satisfies Actions;
