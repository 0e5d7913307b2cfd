import { mergeAlike } from "../../../facts/alike";

const REGIONS = ["us-east-1", "us-west-2", "us-west-21", "eu-west-1"];
const blocked = (region: string) =>
  `${region}: block public access is on; run \`aws ec2 disable-image-block-public-access --region ${region}\``;

test("what differs in the region only is one line, with one command for all of them", () => {
  expect(mergeAlike(["us-east-1", "us-west-2", "eu-west-1"].map(blocked), REGIONS)).toEqual([
    "us-east-1, us-west-2 and eu-west-1 (3): block public access is on; run " +
      "`for region in us-east-1 us-west-2 eu-west-1; do aws ec2 disable-image-block-public-access --region $region; done`",
  ]);
});

test("what differs in more than that, or is alone, stays as it is, in its order", () => {
  const lines = [
    "rights: s3:Get is missing",
    blocked("us-west-21"),
    "us-west-2: ami-1 is taken",
    "us-east-1: ami-2 is taken",
  ];
  expect(mergeAlike(lines, REGIONS)).toEqual(lines);
});

test("a place that is not named first is told where it stands, and elsewhere by a word for it", () => {
  const lines = ["us-east-1", "eu-west-1"].map((region) => `GetCaller in ${region}: no; ask for ${region}`);
  expect(mergeAlike(lines, REGIONS)).toEqual([
    "GetCaller in us-east-1 and eu-west-1 (2): no; ask for <region>",
  ]);
});
