import { refuse } from "../../../provider/preflight-report";

const REGIONS = ["us-east-1", "us-west-2", "eu-west-1"];
const line = (region: string) =>
  `${region}: the account has not opted in; run \`aws account enable-region --region-name ${region}\``;

test("the same problem in every region is one problem, with one command for all of them", () => {
  expect(() => refuse("AWS", [...REGIONS.map(line), "us-east-1: ami-1 holds the name"], REGIONS)).toThrow(
    "AWS would refuse this publication, 2 problems:\n" +
      "- us-east-1, us-west-2 and eu-west-1 (3): the account has not opted in; run " +
      "`for region in us-east-1 us-west-2 eu-west-1; do aws account enable-region --region-name $region; done`\n" +
      "- us-east-1: ami-1 holds the name",
  );
});

test("a preflight without problems stops nothing", () =>
  expect(() => refuse("AWS", [], REGIONS)).not.toThrow());
