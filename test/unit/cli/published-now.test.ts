import { describePublished, tellPublished } from "../../../cli/published-now";
import type { Ledger, ReleaseEntry } from "../../../config/ledger";

jest.mock("../../../cli/deployment", () => ({
  readDeployment: () => Promise.reject(new Error("the state is locked")),
}));

const entry = (state: ReleaseEntry["state"], audience: ReleaseEntry["audience"]): ReleaseEntry => ({
  ...{ state, protected: true, digests: {}, audience },
});
const everywhere = { "eu-west-1": ["public"], "us-east-1": ["public"] };

const LEDGER: Ledger = {
  "20261120.9": entry("deprecated", { aws: { "eu-west-1": ["111122223333"] } }),
  "20261120.10": entry("published", { aws: everywhere, gcp: { global: ["public"] } }),
  "20261121.0": entry("staged", { aws: { "eu-west-1": [] }, azure: {} }),
};

test("an up ends with what is published now, newest first: state, who and where, record, time", () => {
  const records = new Map([["20261120.10", "records/demo/20261120.10.sigstore.json"]]);
  expect(describePublished(LEDGER, records, 125)).toBe(`\
Done in 2 min 5 s. Now:

  20261121.0   staged      AWS: nobody else, eu-west-1
  20261120.10  published   AWS: everyone, 2 regions; Google Cloud: everyone  records/demo/20261120.10.sigstore.json
  20261120.9   deprecated  AWS: 111122223333, eu-west-1

Ids: npx imprimatur pulumi stack output releases --json
`);
});

test("many users are counted; without a release an up says that nothing is published", () => {
  const many = Array.from({ length: 9 }, (_, index) => `user:${index}@example.org`);
  const told = describePublished({ "1.0": entry("published", { gcp: { global: many } }) }, new Map(), 3);
  expect(told).toContain("Google Cloud: 9 others");
  expect(describePublished({}, new Map(), 3)).toBe("Done in 3 s. Nothing is published.\n");
});

test("an up whose summary cannot be read is done all the same", async () => {
  const told: string[] = [];
  const io = { out: jest.fn(), err: (text: string) => void told.push(text) };
  await tellPublished("demo", Date.now(), io);
  expect(told.join("")).toMatch(
    /^Done in .*\. What is published now could not be read \(the state is locked\); `imprimatur status` tells it\.\n$/,
  );
  expect(io.out).not.toHaveBeenCalled();
});
