/** A sweep's result for people and programs. */
import { mergeAlike } from "../../facts/alike";
import { CLOUD_LABELS } from "../../facts/cloud-labels";
import { CLOUDS } from "../../facts/clouds";
import { alignColumns } from "../../facts/words";
import { CLOUD_AUDITS } from "../clouds";
import { describeCounts } from "../collector";
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
    schemaVersion: 2,
    stack,
    leftovers,
    looked,
    unasked,
    ...(done && { deleted: done.deleted, problems: done.problems }),
  };
}

/**
 * The leftovers, before anything is deleted.
 *
 * @param deleting it is to be deleted now; default: only listed
 */
export function renderLeftovers(
  { stack, leftovers, looked, unasked }: Omit<SweepReport, "done">,
  now: Date,
  deleting = false,
): string {
  const rows = leftovers.map(({ cloud, region, object, release = "", why, createdAt, billedGiB }) => [
    cloud,
    region,
    object.kind,
    object.id,
    release,
    createdAt === undefined ? "?" : age(now.getTime() - Date.parse(createdAt)),
    describeBilled(billedGiB),
    why,
  ]);
  const titles = ["cloud", "region", "kind", "id", "release", "age", "billed", "known by"];
  const lines = rows.length > 0 ? alignColumns([titles, ...rows]) : [];
  lines.push(...mergeAlike(unasked, regionsIn(unasked)).map((line) => `Not asked: ${line}`));
  const places = describeCounts(looked);
  const but = unasked.length > 0 ? ", as far as could be asked" : "";
  if (unasked.length > 0 && places === "")
    lines.push(`${stack}: nothing could be asked, so it is not known whether anything is left over.`);
  else if (leftovers.length === 0)
    lines.push(`${stack}: nothing is left over in ${places || "no place at all"}${but}.`);
  else {
    const count = `${leftovers.length} thing${leftovers.length === 1 ? "" : "s"}`;
    const cure = deleting ? "" : ` --delete deletes ${leftovers.length === 1 ? "it" : "them"}.`;
    lines.push(`${stack}: ${count} left over in ${places}.${cure}`);
    lines.push(...describePrices(leftovers));
    const kept = leftovers.filter(({ resumable }) => resumable).length;
    if (kept > 0)
      lines.push(
        `${kept === 1 ? "One of them is an upload" : `${kept} of them are uploads`} that the next \`imprimatur up\` goes on with; --delete keeps that, and --unfinished deletes it too.`,
      );
  }
  return `${lines.join("\n")}\n`;
}

/** The deleted objects, after {@link renderLeftovers} has listed it. */
export function renderDeleted(
  { stack, leftovers, looked }: SweepReport,
  { deleted, problems }: Deleted,
): string {
  const count = `${leftovers.length} thing${leftovers.length === 1 ? "" : "s"}`;
  const last =
    leftovers.length === 0
      ? `${stack}: nothing is left over in ${describeCounts(looked) || "no place at all"}.`
      : `${stack}: ${deleted.length} of ${count} deleted.`;
  return `${[...problems.map((line) => `Not deleted: ${line}`), last].join("\n")}\n`;
}

/** `8 GiB`, at most; `?` is unknown, or billed by the hour. */
function describeBilled(gib: number | undefined): string {
  if (gib === undefined) return "?";
  if (gib === 0) return "free";
  return gib < 0.01 ? "<0.01 GiB" : `${Number(gib.toFixed(2))} GiB`;
}

/** Where each cloud's prices are; they differ by region and agreement. */
function describePrices(leftovers: readonly Leftover[]): string[] {
  const billed = CLOUDS.filter((cloud) =>
    leftovers.some((leftover) => leftover.cloud === cloud && leftover.billedGiB !== 0),
  );
  return billed.map(
    (cloud) => `Prices of ${CLOUD_LABELS[cloud]}: ${CLOUD_AUDITS[cloud].pricePages.join(" ")}`,
  );
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
