import { nameCloud, NOT_NAMED, SECTIONS, describeCounts, describeGuards, describeStatement } from "./wording";
import type { Publication, Statement } from "./statement";

/** For a merge request: what becomes visible to others in bold, dangerous steps last and marked. */
export function renderMarkdown(publication: Publication): string {
  const { stack, statements, problems } = publication;
  const title = `### Stack ${escaped(stack)}: ${describeCounts(publication)}`;
  const parts = SECTIONS.flatMap(({ title, holds }) => {
    const held = statements.filter(holds);
    return held.length === 0 ? [] : [[`#### ${title}`, "", ...held.map(bullet)].join("\n")];
  });
  const unnamed = describeGuards(publication).map(({ name, says }) => `- \`${name}\`: ${escaped(says)}`);
  const refused = problems.map((problem) => `- ${escaped(problem)}`);
  return `${[
    title,
    ...(refused.length > 0 ? [["#### Problems: nothing will be done", "", ...refused].join("\n")] : []),
    ...parts,
    ...(unnamed.length > 0 ? [[NOT_NAMED, "", ...unnamed].join("\n")] : []),
  ].join("\n\n")}\n`;
}

function bullet(statement: Statement): string {
  const { release, cloud, dangerous, visibleToStrangers } = statement;
  const subject = [release, nameCloud(cloud)].filter(Boolean);
  const text = escaped(describeStatement(statement));
  const said = visibleToStrangers ? `**${text}**` : text;
  return `- ${dangerous ? "⚠️ " : ""}${subject.length > 0 ? `${escaped(subject.join(", "))}: ` : ""}${said}`;
}

/** Underscores and stars in names are not markup. */
function escaped(text: string): string {
  return text.replace(/[\\_*<>[\]#]/g, "\\$&");
}
