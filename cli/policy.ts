import { createHash } from "node:crypto";
import { parse } from "yaml";
import type { PolicyEvidence } from "../config/evidence";
import { type Expectation as Declared, expectation } from "../config/expectation";
import { DEEPEST, nestsTooDeeply } from "../config/nesting";
import type { PolicyReport } from "../inspection/report";
import { RULES } from "../inspection/rules";
import { TrustProblem } from "../trust/problem";
import { readText } from "../trust/read-text";
import { Refusal } from "./problem";

/** The report as printed by `--json`. */
export function policyJson(report: PolicyReport): string {
  return `${JSON.stringify(report, null, 2)}\n`;
}

/** The report's summary for the image file: the rules and the result, and a digest of the report. */
export function policyEvidence(report: PolicyReport, declared: Declared): PolicyEvidence {
  const { outcome, policyVersion, counts, rules } = report;
  return {
    outcome,
    version: policyVersion,
    counts,
    failed: rules.filter((rule) => rule.outcome === "failed").map(({ id }) => id),
    declared,
    report: `sha256:${createHash("sha256").update(policyJson(report)).digest("hex")}`,
  };
}

/**
 * A product's declarations about its images.
 *
 * @param file YAML or JSON; `undefined`: the defaults, which are Debian's official images
 * @throws {Refusal} when the file cannot be read, or names unknown rules
 */
export function readExpectation(file: string | undefined): Declared {
  if (file === undefined) return expectation.parse({});
  let value: unknown;
  try {
    const text = readText(file);
    if (nestsTooDeeply(text)) throw new Error(`its values are nested too deeply: ${DEEPEST} levels at most`);
    value = parse(text);
  } catch (error) {
    if (error instanceof TrustProblem) throw new Refusal(error.message);
    throw new Refusal(
      `${file}: ${error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error)}`,
    );
  }
  const parsed = expectation.safeParse(value ?? {});
  const unknown = (parsed.data?.without ?? []).filter((id) => !RULES.some((rule) => rule.id === id));
  const lines = parsed.success
    ? unknown.map(
        (id) => `without: no rule is called ${JSON.stringify(id)}; they are in docs/image-policy.md`,
      )
    : parsed.error.issues.map(({ path, message }) => `${path.join(".") || "the file"}: ${message}`);
  if (!parsed.success || lines.length > 0) {
    throw new Refusal(lines.map((line) => `${file}: ${line}`).join("\n"));
  }
  return parsed.data;
}
