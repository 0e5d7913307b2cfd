import { CLOUD_LABELS } from "../../facts/clouds";
import { alignColumns, listSome } from "../../facts/words";
import type { StackStatus, StatusPlace, StatusRelease } from "./status";

/** A table for each stack: a row for each release and cloud. */
export function renderStatus({ stack, product, variant, provenance, releases, open }: StackStatus): string {
  const head = `${product}${variant === "generic" ? "" : ` ${variant}`}, ${provenance} (stack ${stack})\n`;
  if (releases.length === 0) return `${head}\n  nothing is published\n`;
  const titles = [
    "release",
    "state",
    "deprecated from",
    "end of life",
    "cloud",
    "regions",
    "images",
    "who may use it",
  ];
  const rows = releases.flatMap(rowsOf);
  const table = alignColumns([titles, ...rows])
    .map((line) => `  ${line}\n`)
    .join("");
  const reasons = releases.flatMap(({ version, state, reason }) =>
    reason === undefined ? [] : [`  ${version} is ${state}: ${reason}\n`],
  );
  const left = open.length === 0 ? [] : ["\nstill open:\n", ...open.map((line) => `- ${line}\n`)];
  return [head, "\n", table, ...(reasons.length > 0 ? ["\n", ...reasons] : []), ...left].join("");
}

function rowsOf({ version, state, deprecateOn, endOfLife, places }: StatusRelease): string[][] {
  const first = [version, state, day(deprecateOn), day(endOfLife)];
  if (places.length === 0) return [[...first, "-", "-", "-", "nobody: no image is there"]];
  return places.map((place, index) => [
    ...(index === 0 ? first : ["", "", "", ""]),
    CLOUD_LABELS[place.cloud],
    regionsIn(place),
    place.architectures.join(", "),
    whoIn(place),
  ]);
}

function day(time: string | undefined): string {
  return time === undefined ? "-" : time.slice(0, 10);
}

function regionsIn({ regions }: StatusPlace): string {
  if (regions.includes("global")) return "all";
  return regions.length < 4 ? regions.join(", ") : String(regions.length);
}

function whoIn({ sharedWith, perhaps }: StatusPlace): string {
  const surely = sharedWith.map(grantee);
  const unsure = perhaps.map(grantee);
  const words = surely.length === 0 ? "only its owner" : listSome(surely);
  return unsure.length === 0 ? words : `${words}; perhaps ${listSome(unsure)}`;
}

function grantee(name: string): string {
  return name === "public" ? "everyone" : name;
}
