import { ArmError } from "./errors";

/** Azure's public regions: name and display name. https://learn.microsoft.com/azure/reliability/regions-list */
const LOCATIONS: Readonly<Record<string, string>> = {
  australiacentral: "Australia Central",
  australiacentral2: "Australia Central 2",
  australiaeast: "Australia East",
  australiasoutheast: "Australia Southeast",
  austriaeast: "Austria East",
  belgiumcentral: "Belgium Central",
  brazilsouth: "Brazil South",
  brazilsoutheast: "Brazil Southeast",
  canadacentral: "Canada Central",
  canadaeast: "Canada East",
  centralindia: "Central India",
  centralus: "Central US",
  chilecentral: "Chile Central",
  denmarkeast: "Denmark East",
  eastasia: "East Asia",
  eastus: "East US",
  eastus2: "East US 2",
  francecentral: "France Central",
  francesouth: "France South",
  germanynorth: "Germany North",
  germanywestcentral: "Germany West Central",
  indonesiacentral: "Indonesia Central",
  israelcentral: "Israel Central",
  italynorth: "Italy North",
  japaneast: "Japan East",
  japanwest: "Japan West",
  jioindiacentral: "Jio India Central",
  jioindiawest: "Jio India West",
  koreacentral: "Korea Central",
  koreasouth: "Korea South",
  malaysiawest: "Malaysia West",
  mexicocentral: "Mexico Central",
  newzealandnorth: "New Zealand North",
  northcentralus: "North Central US",
  northeurope: "North Europe",
  norwayeast: "Norway East",
  norwaywest: "Norway West",
  polandcentral: "Poland Central",
  qatarcentral: "Qatar Central",
  southafricanorth: "South Africa North",
  southafricawest: "South Africa West",
  southcentralus: "South Central US",
  southeastasia: "Southeast Asia",
  southindia: "South India",
  spaincentral: "Spain Central",
  swedencentral: "Sweden Central",
  swedensouth: "Sweden South",
  switzerlandnorth: "Switzerland North",
  switzerlandwest: "Switzerland West",
  uaecentral: "UAE Central",
  uaenorth: "UAE North",
  uksouth: "UK South",
  ukwest: "UK West",
  westcentralus: "West Central US",
  westeurope: "West Europe",
  westindia: "West India",
  westus: "West US",
  westus2: "West US 2",
  westus3: "West US 3",
};

export const locationNames = Object.keys(LOCATIONS);

/**
 * Regions with restricted access: listed in every subscription, but Compute only serves those with access
 * (learn.microsoft.com/azure/reliability/regions-list, read 2026-11).
 */
const RESTRICTED = [
  ..."australiacentral2 brazilsoutheast francesouth germanynorth norwaywest southafricawest".split(" "),
  ..."swedensouth switzerlandwest uaecentral".split(" "),
];

/** Regions named by Compute's provider: those available without special access. */
export const computeLocations = locationNames.filter((name) => !RESTRICTED.includes(name));

/** `West Europe` and `westeurope` are the same region; ARM stores the second form. */
export const normalise = (location: string) => location.replaceAll(" ", "").toLowerCase();

/** Compute galleries return display names (`West Europe`), whatever was sent. */
export const displayName = (location: string) => LOCATIONS[normalise(location)] ?? location;

/** The region in ARM's form, or ARM's refusal. */
export function requireLocation(location: string, type: string): string {
  const name = normalise(location);
  const served = /^Microsoft\.Compute\//i.test(type) ? computeLocations : locationNames;
  if (served.includes(name)) return name;
  throw new ArmError(
    400,
    "LocationNotAvailableForResourceType",
    `The provided location '${location}' is not available for resource type '${type}'. List of available regions for the resource type is '${served.join(",")}'.`,
  );
}
