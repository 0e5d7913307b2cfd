import type { CloudInspected } from "../../../audit/audit";
import { type Cloud, CLOUDS } from "../../../facts/clouds";
import { Collector, SoFar } from "../../../audit/collector";
import { CloudFailure } from "../../../clouds/failure";
import { renderAudit, verdictOf } from "../../../audit/report";
import { renderLeftovers } from "../../../audit/sweep/report";

const REFUSED = "GetCallerIdentity in eu-west-1: connection refused; gave up after 12 tries";
const audited = (counts: Record<string, number>) => ({
  findings: [],
  looked: Object.fromEntries(
    CLOUDS.map((cloud) => [cloud, { counts: cloud === "aws" ? counts : {}, stranger: false }]),
  ) as Record<Cloud, CloudInspected>,
  unasked: [REFUSED],
});

describe("where no cloud answers", () => {
  test("an audit says that it knows nothing, and does not say that nothing differs", () => {
    const text = renderAudit("demo", audited({}));
    expect(text).toContain(`Not asked: ${REFUSED}\n`);
    expect(text).toContain("demo: nothing could be asked, so it is not known whether anything differs.\n");
    expect(text).not.toContain("nothing differs");
    expect(verdictOf(audited({}))).toBe("unasked");
  });

  test("a sweep says the same of leftovers", () => {
    const report = { stack: "demo", leftovers: [], looked: {}, unasked: [REFUSED] };
    const text = renderLeftovers(report, new Date());
    expect(text).toContain("demo: nothing could be asked, so it is not known whether anything is left over.");
    expect(text).not.toContain("no place at all");
  });

  test("whoever waits is told so once", () => {
    const told: string[] = [];
    const collector = new Collector((line) => told.push(line));
    collector.status("first; trying again (3 of 12)");
    collector.status("second; trying again (3 of 12)");
    expect(told).toEqual(["first; trying again (3 of 12)"]);
  });
});

test("where some answers came, what is said is said as far as could be asked", () => {
  expect(renderAudit("demo", audited({ images: 1 }))).toContain(
    "nothing differs from what the last up made true, as far as could be asked.",
  );
  const report = { stack: "demo", leftovers: [], looked: { regions: 1 }, unasked: [REFUSED] };
  expect(renderLeftovers(report, new Date())).toContain(
    "nothing is left over in 1 region, as far as could be asked.",
  );
});

test("a stranger who is not opted in to many regions is one line, and known for a stranger", async () => {
  const collector = new Collector();
  const regions = ["af-south-1", "eu-south-1", "me-central-1"];
  for (const region of regions) {
    const refused = new CloudFailure(
      "unauthenticated",
      `GetCallerIdentity in ${region}: InvalidClientTokenId: no`,
    );
    await collector.ask(() => Promise.reject(refused), "as a stranger");
  }
  const text = renderAudit("demo", { ...audited({ images: 1 }), unasked: collector.failures });
  expect(text.match(/^Not asked: .*$/gm)).toEqual([
    "Not asked: as a stranger: GetCallerIdentity in af-south-1, eu-south-1 and me-central-1 (3): InvalidClientTokenId: no",
  ]);
});

test("how far an audit is, is told of all clouds together", () => {
  const told: string[] = [];
  const soFar = new SoFar((line) => told.push(line));
  const [aws, gcp] = [soFar.collector("aws"), soFar.collector("gcp")];
  aws.count("images", 34);
  gcp.count("images");
  aws.count("regions", 2);
  expect(told.at(-1)).toBe("AWS 34 images, 2 regions; Google Cloud 1 image");
});
