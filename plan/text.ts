import {
  commandNaming,
  nameCloud,
  nameRelease,
  NOT_NAMED,
  SECTIONS,
  describeCounts,
  describeGuards,
  describeStatement,
  describeUnneeded,
} from "./wording";
import { Places } from "./places";
import type { Publication, Statement } from "./statement";

interface TextOptions {
  /** True for a terminal that supports bold and red. */
  readonly styled: boolean;
}

/** Columns of a line; longer lists wrap. */
const WIDTH = 100;

/** For people, in a terminal: aligned, dangerous steps last and marked by `!`. */
export function renderText(publication: Publication, { styled }: TextOptions): string {
  const { stack, statements } = publication;
  const unneeded = describeUnneeded(publication);
  const note = unneeded === undefined ? "" : `\n${wrap(unneeded, "")}\n`;
  if (statements.length === 0) return `Stack ${stack}: nothing to do.\n${note}`;
  const style = (code: number, text: string) => (styled ? `\x1b[${code}m${text}\x1b[0m` : text);
  const rows = statements.map((statement) => ({ statement, ...subject(statement, publication) }));
  const widest = (key: "release" | "cloud") => Math.max(...rows.map((row) => row[key].length));
  const places = new Places();
  const [release, cloud] = [widest("release"), widest("cloud")];
  const line = (statement: Statement): string => {
    const row = subject(statement, publication);
    const columns = [row.release.padEnd(release), row.cloud.padEnd(cloud)].filter((column) => column !== "");
    const begin = `${statement.dangerous ? "!" : " "} ${columns.map((column) => `${column}  `).join("")}`;
    const text = wrap(describeStatement(statement, places), begin);
    if (statement.dangerous) return style(31, text);
    return statement.visibleToStrangers ? style(1, text) : text;
  };
  const parts = SECTIONS.flatMap(({ title, holds }) => {
    const held = statements.filter(holds);
    return held.length === 0 ? [] : [[`${title}:`, ...held.map(line)].join("\n")];
  });
  const unnamed = describeGuards(publication).map(({ name, says }) => wrap(says, `  ${name}  `));
  if (unnamed.length > 0) parts.push([NOT_NAMED, ...unnamed, `\n  ${commandNaming(publication)}`].join("\n"));
  return `${[`Stack ${stack}: ${describeCounts(publication)}.`, ...parts].join("\n\n")}\n${note}`;
}

function subject(
  { release, cloud }: Statement,
  publication: Publication,
): { release: string; cloud: string } {
  return {
    release: release === undefined ? "" : nameRelease(release, publication),
    cloud: nameCloud(cloud),
  };
}

/** Hanging indent: `begin`, then the text. */
function wrap(text: string, begin: string): string {
  const lines: string[] = [];
  let line = begin;
  for (const word of text.split(" ")) {
    const isFirst = line.trimEnd() === begin.trimEnd() || line.trim() === "";
    if (!isFirst && line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = `${" ".repeat(begin.length)}${word}`;
    } else line += isFirst ? word : ` ${word}`;
  }
  return [...lines, line].join("\n");
}
