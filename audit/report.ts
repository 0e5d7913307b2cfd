/** An audit's result for people and programs. */
import type { AuditResult, CloudInspected } from "./audit";
import { type Cloud, isCloud } from "../facts/clouds";
import { listWords } from "../facts/words";
import { CLOUD_AUDITS } from "./clouds";
import { mergeAlike } from "../facts/alike";
import { describeCounts } from "./collector";
import type { Finding } from "./finding";

/** Output of `--json`. Within a `schemaVersion` no field is removed or changes its meaning. */
export function auditJson(stack: string, { findings, looked, unasked }: AuditResult): object {
  return { schemaVersion: 1, stack, findings, looked, unasked };
}

export type Verdict = "same" | "unasked" | "drift" | "lasting-drift";

export function verdictOf({ findings, unasked }: AuditResult): Verdict {
  if (unasked.length > 0) return "unasked";
  if (findings.some(({ repair }) => repair === "none")) return "lasting-drift";
  return findings.length > 0 ? "drift" : "same";
}

export function renderAudit(stack: string, result: AuditResult): string {
  const { findings, unasked } = result;
  const groups = new Map<string, Finding[]>();
  for (const each of findings) {
    const title = each.release === undefined ? "All releases" : `Release ${each.release}`;
    groups.set(title, [...(groups.get(title) ?? []), each]);
  }
  const lines = [...groups].flatMap(([title, group]) => [`${title}:`, ...group.flatMap(renderFinding), ""]);
  lines.push(...mergeAlike(unasked, regionsIn(unasked)).map((line) => `Not asked: ${line}`));
  if (unasked.length > 0) lines.push("");
  lines.push(summary(stack, result), ...Object.entries(result.looked).flatMap(renderInspected));
  return `${lines.join("\n")}\n`;
}

/** Places in the messages of calls, as `DescribeImages in eu-central-1: …`. */
export function regionsIn(lines: readonly string[]): string[] {
  return lines.flatMap((line) => / in ([a-z]+(?:-[a-z]+)+-\d+):/.exec(line)?.[1] ?? []);
}

function renderFinding({
  cloud,
  region,
  object,
  field,
  expected,
  found,
  kind,
  repair,
  cure,
  seenBy,
}: Finding): string[] {
  const eyes = seenBy === "stranger" ? ", as a stranger sees it" : "";
  const what = {
    missing: `${expected} expected, ${found} found`,
    changed: `${expected} expected, ${found} found`,
    extra: `${found}, and should not be`,
    hidden: `${found}, and should be ${expected}`,
  }[kind];
  return [
    `  ${kind.padEnd(8)}${cloud} ${region}, ${object.kind} ${object.id}: ${field}: ${what}${eyes}`,
    `          ${repair === "up" ? "up repairs it" : "up does not repair it"}: ${cure}`,
  ];
}

function summary(stack: string, { findings, looked, unasked }: AuditResult): string {
  const isBlind = Object.values(looked).every(({ counts }) => Object.keys(counts).length === 0);
  if (unasked.length > 0 && isBlind)
    return `${stack}: nothing could be asked, so it is not known whether anything differs.`;
  const but = unasked.length > 0 ? ", as far as could be asked" : "";
  if (findings.length === 0) return `${stack}: nothing differs from what the last up made true${but}.`;
  const repaired = findings.filter(({ repair }) => repair === "up").length;
  const rest = findings.length - repaired;
  const count = `${stack}: ${findings.length} difference${findings.length === 1 ? "" : "s"}${but}.`;
  const parts = [
    ...(repaired > 0
      ? [`\`pulumi up --refresh\` repairs ${repaired === findings.length ? "all" : repaired}.`]
      : []),
    ...(rest > 0 ? [`${rest} need${rest === 1 ? "s" : ""} what is said there.`] : []),
  ];
  return [count, ...parts].join(" ");
}

function renderInspected([cloud, { counts, stranger }]: [string, CloudInspected]): string[] {
  const what = describeCounts(counts);
  if (what === "") return [];
  const eyes = stranger
    ? "as its owner and as a stranger"
    : `as its owner; not looked at as a stranger (${isCloud(cloud) ? strangerNeeds(cloud) : cloud})`;
  return [`Looked at on ${cloud}: ${what}, ${eyes}.`];
}

function strangerNeeds(cloud: Cloud): string {
  const { strangerVariables } = CLOUD_AUDITS[cloud];
  return `${listWords(strangerVariables)} ${strangerVariables.length === 1 ? "is" : "are"} not set`;
}
