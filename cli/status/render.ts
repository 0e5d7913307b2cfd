import { DEFAULT_VARIANT } from "../../config/product";
import { CLOUD_LABELS } from "../../facts/clouds";
import { alignColumns, listSome } from "../../facts/words";
import type { StackStatus, StatusPlace, StatusRelease, StatusVariant } from "./status";

/** A table for each stack: a row for each release and cloud. */
export function renderStatus(status: StackStatus): string {
  const { stack, product, variant, variants, provenance, releases, open } = status;
  const isVaried = variants.length > 1;
  const name = isVaried || variant === DEFAULT_VARIANT ? product : `${product} ${variant}`;
  const head = `${name}, ${provenance} (stack ${stack})\n`;
  if (releases.length === 0) return `${head}\n  nothing is published\n`;
  const titles = [
    "release",
    ...(isVaried ? ["variant"] : []),
    "state",
    "deprecated from",
    "end of life",
    "cloud",
    "regions",
    "images",
    "who may use it",
  ];
  const rows = releases.flatMap((release) => rowsOf(release, isVaried));
  const table = alignColumns([titles, ...rows])
    .map((line) => `  ${line}\n`)
    .join("");
  const reasons = releases.flatMap(({ version, state, reason }) =>
    reason === undefined ? [] : [`  ${version} is ${state}: ${reason}\n`],
  );
  const newest = isVaried
    ? ["\n", ...alignColumns(variants.map(rowOfVariant)).map((line) => `  ${line}\n`)]
    : [];
  const left = open.length === 0 ? [] : ["\nstill open:\n", ...open.map((line) => `- ${line}\n`)];
  return [head, "\n", table, ...newest, ...(reasons.length > 0 ? ["\n", ...reasons] : []), ...left].join("");
}

function rowOfVariant({ name, contents, newest }: StatusVariant): string[] {
  return [name, newest === undefined ? "none is published" : `newest ${newest}`, contents ?? ""];
}

function rowsOf(release: StatusRelease, isVaried: boolean): string[][] {
  const { version, variant, state, deprecateOn, endOfLife, places } = release;
  const first = [version, ...(isVaried ? [variant] : []), state, day(deprecateOn), day(endOfLife)];
  if (places.length === 0) return [[...first, "-", "-", "-", "nobody: no image is there"]];
  return places.map((place, index) => [
    ...(index === 0 ? first : first.map(() => "")),
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
