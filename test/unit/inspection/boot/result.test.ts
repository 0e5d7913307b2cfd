import { readConsole } from "../../../../inspection/boot/console";
import type { ExpectedCloudInit } from "../../../../inspection/boot/expected";
import type { GuestReport } from "../../../../inspection/boot/report";
import { type Attempt, judgeBoot, renderBoot } from "../../../../inspection/boot/result";
import type { Watched } from "../../../../inspection/boot/watch";

const REPORT: GuestReport = {
  kernel: "6.1",
  os: "Debian",
  systemState: "running",
  failedUnits: [],
  bootSeconds: 12,
  cloudInit: {
    status: "done",
    version: "22.4.2",
    datasource: "DataSourceNoCloud",
    datasourceSeconds: 0.3,
    errors: [],
  },
};

/** One watched boot: the console's text, and a report that came over it. */
function attempt(
  console: string,
  {
    report,
    end = "complete",
    expected = { is: "there" },
    allowFailed = [],
  }: {
    report?: GuestReport;
    end?: Watched["end"];
    expected?: ExpectedCloudInit;
    allowFailed?: string[];
  } = {},
): Attempt {
  return {
    disk: "x.raw",
    architecture: "x86_64",
    bootMode: "uefi",
    machine: { qemu: "7.2", accelerator: "tcg", firmware: "OVMF.fd" },
    expected,
    watched: { seen: { ...readConsole(console), ...(report && { report }) }, console, end, complaint: "" },
    timeout: 60,
    allowFailed,
  };
}

const LOGIN = "host login: ";
const BAD = { ...REPORT.cloudInit, status: "error", errors: ["boom"] };

test.each<[string, Attempt, string[]]>([
  ["login and cloud-init done", attempt(LOGIN, { report: REPORT }), []],
  ["login of an image without cloud-init", attempt(LOGIN, { expected: { is: "absent" } }), []],
  [
    "cloud-init that is deaf to the seed",
    attempt(LOGIN, { expected: { is: "deaf", why: "no NoCloud" } }),
    [],
  ],
  [
    "a unit that may fail",
    attempt(LOGIN, { report: { ...REPORT, failedUnits: ["a.service"] }, allowFailed: ["a.service"] }),
    [],
  ],
  [
    "a unit that may not",
    attempt(LOGIN, {
      report: { ...REPORT, failedUnits: ["a.service", "b.service"] },
      allowFailed: ["a.service"],
    }),
    ["b.service failed"],
  ],
  [
    "a unit that failed in an image without cloud-init",
    attempt(`[FAILED] Failed to start a.service - A.\n${LOGIN}`, { expected: { is: "absent" } }),
    ["a.service failed"],
  ],
  [
    "cloud-init with errors",
    attempt(LOGIN, { report: { ...REPORT, cloudInit: BAD } }),
    ['cloud-init: ended as "error"; boom'],
  ],
  [
    "cloud-init without an end",
    attempt(LOGIN, { end: "late" }),
    ["cloud-init's result did not come within 60 s"],
  ],
  [
    "no login",
    attempt("hello", { end: "late", expected: { is: "absent" } }),
    ["a login prompt on the serial console did not come within 60 s"],
  ],
  [
    "a panic",
    attempt("Kernel panic - not syncing: oh", { end: "dead", expected: { is: "absent" } }),
    ["the kernel panicked: oh"],
  ],
  [
    "a machine that switched itself off",
    attempt("x", { end: "stopped", expected: { is: "absent" } }),
    ["the machine switched itself off or restarted before a login prompt on the serial console"],
  ],
])("%s", (_what, given, problems) => {
  const result = judgeBoot(given);
  expect({ outcome: result.outcome, problems: result.problems }).toEqual({
    outcome: problems.length === 0 ? "passed" : "failed",
    problems,
  });
});

test("what could not be asked of cloud-init is never said to be done", () => {
  const outcomeFor = (expected: ExpectedCloudInit) =>
    judgeBoot(attempt(LOGIN, { expected })).cloudInit.outcome;
  expect(outcomeFor({ is: "absent" })).toBe("absent");
  expect(outcomeFor({ is: "deaf", why: "x" })).toBe("not-asked");
  expect(outcomeFor({ is: "unknown", why: "x" })).toBe("not-asked");
  expect(outcomeFor({ is: "there" })).toBe("failed");
});

test("a failed boot is shown with its reason first and the console's end last", () => {
  const text = renderBoot(
    judgeBoot(attempt("one\nKernel panic - not syncing: oh", { end: "dead", expected: { is: "absent" } })),
  );
  const lines = text.trimEnd().split("\n");
  expect(lines.slice(0, 2)).toEqual(["x.raw: does not pass the boot check", "  the kernel panicked: oh"]);
  expect(lines.slice(-2)).toEqual(["  | one", "  | Kernel panic - not syncing: oh"]);
});

test("of a machine that never came up nothing is said of units", () => {
  expect(renderBoot(judgeBoot(attempt("", { end: "late" })))).not.toContain("failed units");
  expect(renderBoot(judgeBoot(attempt(LOGIN, { report: REPORT })))).toContain("failed units  none");
});
