import type { PackageChanges } from "../packages";
import type { Announcement } from "./announcement";

/** For release pages, forums and chats that read Markdown. */
export function markdownOf({
  title,
  provenance,
  facts,
  images,
  changes,
  verify,
  page,
}: Announcement): string {
  const parts = [
    `# ${escape(title)}`,
    `**${escape(provenance)}.**`,
    facts.map(escape).join(" "),
    ...(page === undefined ? [] : [`All ids, the signed record and how to use them: <${page}>`]),
    ...(images.length === 0
      ? []
      : [
          "## Images",
          table(images.map((image) => [image.cloud, image.architecture, image.where, `\`${image.id}\``])),
        ]),
    ...(changes.length === 0 ? [] : ["## Packages"]),
    ...changes.map(({ architecture, changes }) => changesText(architecture, changes)),
    ...(verify.length === 0 ? [] : ["## Check an id", `\`\`\`sh\n${verify.join("\n")}\n\`\`\``]),
  ];
  return `${parts.join("\n\n")}\n`;
}

function table(rows: readonly (readonly string[])[]): string {
  const lines = [["Cloud", "Architecture", "Where", "Id"], ["---", "---", "---", "---"], ...rows];
  return lines
    .map((cells) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`)
    .join("\n");
}

function changesText(architecture: string, { since, changed, added, removed }: PackageChanges): string {
  const lines = [
    ...changed.map(({ name, from, to }) => `- ${name}: ${from} → ${to}`),
    ...added.map(({ name, version }) => `- ${name} ${version}: new`),
    ...removed.map(({ name, version }) => `- ${name} ${version}: removed`),
  ];
  const head = `${architecture}, since ${since}:`;
  return lines.length === 0 ? `${head} the same packages.` : `${head}\n\n${lines.map(escape).join("\n")}`;
}

/** Names and reasons are a stranger's: what Markdown or HTML would read is shown as it is. */
function escape(text: string): string {
  return text.replace(/[\\`*_[\]<>&#|~]/g, "\\$&");
}
