import { AWS_REGIONS } from "../../../config/aws/regions";
import { AZURE_REGIONS } from "../../../config/azure/regions";
import { GCP_LOCATIONS } from "../../../config/gcp/locations";
import { REGIONS } from "../../../rehearsal/aws/state/regions";
import { displayName, locationNames, normalise } from "../../../rehearsal/azure/arm/locations";
import { IMAGE_LOCATIONS } from "../../../rehearsal/gcp/places";

const commercial = Object.entries(AWS_REGIONS).flatMap(([region, partition]) =>
  partition === "aws" ? [region] : [],
);

// A region known to only one of the two is a config that cannot be rehearsed, or a rehearsal that cannot be
// configured.
test.each([
  { cloud: "AWS", config: commercial, standIn: REGIONS },
  { cloud: "Azure", config: AZURE_REGIONS, standIn: locationNames },
  { cloud: "Google Cloud", config: GCP_LOCATIONS, standIn: IMAGE_LOCATIONS },
])("the config and the stand-in $cloud know the same regions", ({ config, standIn }) => {
  expect([...standIn].sort()).toEqual([...config].sort());
});

test("every display name of an Azure region says its name", () => {
  expect(locationNames.filter((name) => normalise(displayName(name)) !== name)).toEqual([]);
});
