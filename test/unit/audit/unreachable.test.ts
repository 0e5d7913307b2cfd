import { Collector } from "../../../audit/collector";
import { renderAudit, verdictOf } from "../../../audit/report";
import { renderLeftovers } from "../../../audit/sweep/report";

const REFUSED = "GetCallerIdentity in eu-west-1: connection refused; gave up after 12 tries";
const cloud = (counts: Record<string, number> = {}) => ({ counts, stranger: false });
const audited = (counts: Record<string, number>) => ({
  findings: [],
  looked: { aws: cloud(counts), gcp: cloud(), azure: cloud() },
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
    const looking = new Collector((line) => told.push(line));
    looking.status("first; trying again (3 of 12)");
    looking.status("second; trying again (3 of 12)");
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
