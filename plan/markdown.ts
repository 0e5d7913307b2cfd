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

/** For a merge request: what becomes visible to others in bold, dangerous steps last and marked. */
export function renderMarkdown(publication: Publication): string {
  const { stack, statements, problems } = publication;
  const places = new Places();
  const bullet = (statement: Statement) => bulletOf(statement, places, publication);
  const title = `### Stack ${escaped(stack)}: ${describeCounts(publication)}`;
  const parts = SECTIONS.flatMap(({ title, holds }) => {
    const held = statements.filter(holds);
    return held.length === 0 ? [] : [[`#### ${title}`, "", ...held.map(bullet)].join("\n")];
  });
  const unnamed = describeGuards(publication).map(({ name, says }) => `- \`${name}\`: ${escaped(says)}`);
  const refused = problems.map((problem) => `- ${escaped(problem)}`);
  const unneeded = describeUnneeded(publication);
  return `${[
    title,
    ...(refused.length > 0 ? [["#### Problems", "", ...refused].join("\n")] : []),
    ...parts,
    ...(unnamed.length > 0
      ? [[NOT_NAMED, "", ...unnamed, "", `    ${commandNaming(publication)}`].join("\n")]
      : []),
    ...(unneeded === undefined ? [] : [escaped(unneeded)]),
  ].join("\n\n")}\n`;
}

function bulletOf(statement: Statement, places: Places, publication: Publication): string {
  const { release, cloud, dangerous, visibleToStrangers } = statement;
  const subject = [release && nameRelease(release, publication), nameCloud(cloud)].filter(Boolean);
  const text = escaped(describeStatement(statement, places));
  const said = visibleToStrangers ? `**${text}**` : text;
  return `- ${dangerous ? "⚠️ " : ""}${subject.length > 0 ? `${escaped(subject.join(", "))}: ` : ""}${said}`;
}

/** Underscores and stars in names are not markup. */
function escaped(text: string): string {
  return text.replace(/[\\_*<>[\]#]/g, "\\$&");
}
