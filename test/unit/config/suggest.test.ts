import { suggest } from "../../../config/suggest";

const REGIONS = ["eu-central-1", "eu-central-2", "eu-west-1", "us-east-1", "westeurope"];

test.each([
  { given: "eu-centrall-1", want: "eu-central-1" },
  { given: "eucentral1", want: "eu-central-1" },
  { given: "us-eest-1", want: "us-east-1" },
  { given: "West Europe", want: "westeurope" },
  { given: "mars-north-7", want: undefined },
  { given: "", want: undefined },
  { given: "us-east-1".repeat(100_000), want: undefined },
])("$given: did you mean $want?", ({ given, want }) => expect(suggest(given, REGIONS)).toBe(want));
