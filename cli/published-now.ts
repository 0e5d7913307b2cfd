/** The end of an `up`: what is published now, in a line for each release, instead of the stack's outputs. */
import { compareVersions } from "../config/release";
import type { Audience, Ledger } from "../config/ledger";
import { CLOUD_LABELS, CLOUDS } from "../facts/clouds";
import { alignColumns, formatSeconds, listWords } from "../facts/words";
import { readDeployment } from "./deployment";
import type { Io } from "./io";

/** @param began when the engine began, milliseconds since 1970 */
export async function tellPublished(
  stack: string,
  began: number,
  io: Pick<Io, "out" | "err">,
): Promise<void> {
  const seconds = (Date.now() - began) / 1000;
  try {
    const deployment = await readDeployment(stack);
    const records = deployment
      .ofType("imprimatur:index:Record")
      .flatMap(({ outputs: { version, file } }) =>
        typeof version === "string" && typeof file === "string" ? [[version, file] as const] : [],
      );
    io.out(describePublished(deployment.ledger, new Map(records), seconds));
  } catch (error) {
    // The `up` is done whatever became of its summary.
    const why = error instanceof Error ? error.message : String(error);
    io.err(
      `Done in ${formatSeconds(seconds)}. What is published now could not be read (${why}); \`imprimatur status\` tells it.\n`,
    );
  }
}

/**
 * @param records file of each signed record, by version
 * @param seconds that it took
 */
export function describePublished(
  ledger: Ledger,
  records: ReadonlyMap<string, string>,
  seconds: number,
): string {
  const versions = Object.keys(ledger).sort((a, b) => compareVersions(b, a));
  const rows = versions.map((version) => {
    const { state, audience } = ledger[version]!;
    const where = CLOUDS.flatMap((cloud) => {
      const on = audience[cloud];
      return on === undefined || Object.keys(on).length === 0 ? [] : [`${CLOUD_LABELS[cloud]}: ${who(on)}`];
    });
    return [`  ${version}`, state, where.join("; "), records.get(version) ?? ""];
  });
  const done = `Done in ${formatSeconds(seconds)}.`;
  if (rows.length === 0) return `${done} Nothing is published.\n`;
  const last = "Ids: npx imprimatur pulumi stack output releases --json\n";
  return `${done} Now:\n\n${alignColumns(rows).join("\n")}\n\n${last}`;
}

/** `everyone, 6 regions` */
function who(audience: Audience): string {
  const regions = Object.keys(audience).filter((region) => region !== "global");
  const grantees = [...new Set(Object.values(audience).flat())];
  const names = grantees.includes("public")
    ? "everyone"
    : grantees.length === 0
      ? "nobody else"
      : grantees.length > 3
        ? `${grantees.length} others`
        : listWords(grantees);
  if (regions.length === 0) return names;
  return `${names}, ${regions.length === 1 ? regions[0] : `${regions.length} regions`}`;
}
