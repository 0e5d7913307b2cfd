import type { InspectedImage } from "../../../inspection/image";
import { policyReport, renderJunit, renderText } from "../../../inspection/report";
import type { Rule, Severity, Verdict } from "../../../inspection/rule";
import { NotInspectable, type Tree } from "../../../inspection/tree";

/**
 * File names on a hostile disk: they clear the screen, ring the bell, set a title, reverse the direction of text, or
 * have half a surrogate pair.
 */
const HOSTILE = "/home/\u001b[2J\u0007\u001b]0;x\u009b31m\u202e\ud800\uffff\r\n<&>'\"";
const STATUS = `Package: \u001b]0;big\nStatus: install ok installed\nInstalled-Size: 9\n`;

const root: Tree = {
  read: (path) => (path === "/var/lib/dpkg/status" ? Buffer.from(STATUS) : undefined),
  list: () => undefined,
  md5: () => undefined,
  sha256: () => undefined,
  target: () => undefined,
};
const image: InspectedImage = {
  size: 1,
  architecture: "x86_64",
  partitions: [],
  root,
  esp: new NotInspectable("none"),
};

function verdict(severity: Severity, outcome: Verdict["outcome"], more: Partial<Verdict> = {}): Verdict {
  const rule: Rule = { id: "rule", severity, title: "", reason: "", cure: "mend it", check: () => [] };
  const findings = outcome === "failed" ? [{ message: "found" }] : [];
  return { rule, outcome, findings, ...more };
}
const reportOf = (...verdicts: Verdict[]) => policyReport(image, { blockMapRoot: "00" }, verdicts);

test("a name on the disk cannot speak to a terminal, whatever the form of the report", () => {
  const report = reportOf(
    verdict("error", "failed", { findings: [{ where: HOSTILE, message: `${HOSTILE} is there` }] }),
    verdict("error", "not-inspected", { why: `${HOSTILE} cannot be read` }),
  );
  for (const text of [renderText(report), renderJunit(report), JSON.stringify(report)]) {
    expect(text).not.toMatch(/[^\P{Cc}\n]|\p{Cf}|\p{Cs}|\uffff/u);
    expect(text).not.toMatch(/\\u001b|\\ud800/);
    expect(text).toContain("/home/\ufffd[2J");
  }
});

test("JUnit is XML 1.0 whatever a report holds", () => {
  const report = reportOf(verdict("error", "failed"));
  report.rules[0]!.findings = [{ where: HOSTILE, message: "\u0000\ufffe" }];
  const junit = renderJunit(report);
  expect(junit).not.toMatch(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u);
  expect(junit).toContain("&#60;&#38;&#62;&#39;&#34;: \ufffd\ufffd</failure>");
});

test.each<{ severity: Severity; outcome: Verdict["outcome"]; counts: string; inside: string }>([
  {
    severity: "error",
    outcome: "passed",
    counts: 'failures="0" errors="0" skipped="0"',
    inside: 'name="rule"/>',
  },
  {
    severity: "error",
    outcome: "failed",
    counts: 'failures="1" errors="0" skipped="0"',
    inside: "<failure ",
  },
  {
    severity: "error",
    outcome: "not-inspected",
    counts: 'failures="0" errors="1" skipped="0"',
    inside: "<error ",
  },
  {
    severity: "warning",
    outcome: "failed",
    counts: 'failures="0" errors="0" skipped="0"',
    inside: "<system-out>",
  },
  {
    severity: "warning",
    outcome: "not-inspected",
    counts: 'failures="0" errors="0" skipped="1"',
    inside: "<skipped ",
  },
  {
    severity: "info",
    outcome: "failed",
    counts: 'failures="0" errors="0" skipped="0"',
    inside: "<system-out>",
  },
])("JUnit of a rule of severity $severity that is $outcome is red when the policy failed", (each) => {
  const report = reportOf(verdict(each.severity, each.outcome, { why: "why" }));
  const junit = renderJunit(report);
  expect(junit).toContain(each.counts);
  expect(junit).toContain(each.inside);
  expect(/<failure|<error/.test(junit)).toBe(report.outcome === "failed");
});

test("a rule that finds one thing a million times says it a hundred times", () => {
  const findings = Array.from({ length: 1_000_000 }, () => ({ message: "again" }));
  const [rule] = reportOf(verdict("error", "failed", { findings })).rules;
  expect(rule?.findings).toHaveLength(101);
  expect(rule?.findings.at(-1)).toEqual({ message: "and 999900 more" });
});
