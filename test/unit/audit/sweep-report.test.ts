import { billedFor, type Leftover } from "../../../audit/sweep/leftover";
import { renderLeftovers, sweepJson } from "../../../audit/sweep/report";

const NOW = new Date("2026-11-30T00:00:00Z");
const left = (cloud: Leftover["cloud"], kind: string, billed: object): Leftover => ({
  ...{ cloud, region: "here", object: { kind, id: `${kind}-1` }, why: "its tags" },
  ...billed,
});
const reportOf = (leftovers: Leftover[]) => ({ stack: "demo", leftovers, looked: { here: 1 }, unasked: [] });
const render = (...leftovers: Leftover[]) => renderLeftovers(reportOf(leftovers), NOW);

test.each<[string, number | undefined, string]>([
  ["stored data", 8, "8 GiB"],
  ["a few blocks", 0.0009, "<0.01 GiB"],
  ["what bills nothing by itself", 0, "free"],
  ["a size that nobody told", undefined, "?"],
])("a leftover's storage is shown in GiB, not in money: %s", (_what, gib, want) => {
  const text = render(left("aws", "snapshot", billedFor(gib)));
  expect(text.split("\n")[1]?.split(/ {2,}/)).toContain(want);
  expect(text).not.toMatch(/\$|USD/);
});

test("the prices of exactly those clouds are linked that bill a leftover, or may", () => {
  const text = render(
    left("aws", "image", billedFor(0)),
    left("gcp", "image", billedFor(1)),
    left("azure", "disk", billedFor(Number.NaN)),
  );
  expect(text).toContain("Prices of Google Cloud: https://cloud.google.com/");
  expect(text).toContain("Prices of Azure: https://azure.microsoft.com/");
  expect(text).not.toContain("Prices of AWS");
});

test("programs get the size that is billed, and a schema version that says so", () => {
  const report = reportOf([left("aws", "snapshot", billedFor(8))]);
  expect(sweepJson(report)).toMatchObject({ schemaVersion: 2, leftovers: [{ billedGiB: 8 }] });
});
