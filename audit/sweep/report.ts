/** A sweep's result for people and programs. */
import { mergeAlike } from "../../facts/alike";
import { alignColumns } from "../../facts/words";
import { describeLooked } from "../collector";
import { regionsIn } from "../report";
import type { Leftover } from "./leftover";
import type { Deleted } from "./sweep";

interface SweepReport {
  readonly stack: string;
  readonly leftovers: readonly Leftover[];
  readonly looked: Readonly<Record<string, number>>;
  readonly unasked: readonly string[];
  /** Absent: a dry run. */
  readonly done?: Deleted;
}

/** Output of `--json`. Within a `schemaVersion` no field is removed or changes its meaning. */
export function sweepJson({ stack, leftovers, looked, unasked, done }: SweepReport): object {
  return {
    schemaVersion: 1,
    stack,
    leftovers,
    looked,
    unasked,
    ...(done && { deleted: done.deleted, problems: done.problems }),
  };
}

/**
 * What is left over: before anything is deleted.
 *
 * @param deleting it is to be deleted now; default: only listed
 */
export function renderLeftovers(
  { stack, leftovers, looked, unasked }: Omit<SweepReport, "done">,
  now: Date,
  deleting = false,
): string {
  const rows = leftovers.map(({ cloud, region, object, release = "", why, createdAt, costPerMonth }) => [
    cloud,
    region,
    object.kind,
    object.id,
    release,
    createdAt === undefined ? "?" : age(now.getTime() - Date.parse(createdAt)),
    money(costPerMonth),
    why,
  ]);
  const titles = ["cloud", "region", "kind", "id", "release", "age", "a month", "known by"];
  const lines = rows.length > 0 ? alignColumns([titles, ...rows]) : [];
  lines.push(...mergeAlike(unasked, regionsIn(unasked)).map((line) => `Not asked: ${line}`));
  const places = describeLooked(looked);
  const but = unasked.length > 0 ? ", as far as could be asked" : "";
  if (unasked.length > 0 && places === "")
    lines.push(`${stack}: nothing could be asked, so it is not known whether anything is left over.`);
  else if (leftovers.length === 0)
    lines.push(`${stack}: nothing is left over in ${places || "no place at all"}${but}.`);
  else {
    const total = leftovers.reduce((sum, { costPerMonth = 0 }) => sum + costPerMonth, 0);
    const isWhole = leftovers.every(({ costPerMonth }) => costPerMonth !== undefined);
    const price = [
      ...(total > 0 || isWhole ? [`${money(total)} a month at list price`] : []),
      ...(isWhole ? [] : ["the price of some not told"]),
    ].join(", ");
    const count = `${leftovers.length} thing${leftovers.length === 1 ? "" : "s"}`;
    const cure = deleting ? "" : ` --delete deletes ${leftovers.length === 1 ? "it" : "them"}.`;
    lines.push(`${stack}: ${count} left over in ${places}, ${price}.${cure}`);
    const kept = leftovers.filter(({ resumable }) => resumable).length;
    if (kept > 0)
      lines.push(
        `${kept === 1 ? "One of them is an upload" : `${kept} of them are uploads`} that the next \`imprimatur up\` goes on with; --delete keeps that, and --unfinished deletes it too.`,
      );
  }
  return `${lines.join("\n")}\n`;
}

/** What was deleted, after {@link renderLeftovers} has listed it. */
export function renderDeleted(
  { stack, leftovers, looked }: SweepReport,
  { deleted, problems }: Deleted,
): string {
  const count = `${leftovers.length} thing${leftovers.length === 1 ? "" : "s"}`;
  const last =
    leftovers.length === 0
      ? `${stack}: nothing is left over in ${describeLooked(looked) || "no place at all"}.`
      : `${stack}: ${deleted.length} of ${count} deleted.`;
  return `${[...problems.map((line) => `Not deleted: ${line}`), last].join("\n")}\n`;
}

/** `~$0.05`; list prices differ by region and agreement. */
function money(dollars: number | undefined): string {
  if (dollars === undefined) return "?";
  if (dollars === 0) return "free";
  return dollars < 0.005 ? "~$0.00" : `~$${dollars.toFixed(2)}`;
}

const UNITS = [
  [86_400_000, "d"],
  [3_600_000, "h"],
  [60_000, "min"],
] as const;

function age(milliseconds: number): string {
  for (const [unit, name] of UNITS)
    if (milliseconds >= unit) return `${Math.floor(milliseconds / unit)} ${name}`;
  return "new";
}
