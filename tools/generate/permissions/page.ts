import type { Permission } from "../../../clouds/permissions";
import { type Cloud, CLOUD_LABELS, CLOUDS } from "../../../facts/clouds";
import type { Document } from "./cloud";
import { CLOUD_DOCUMENTS } from "./clouds";

/** docs/permissions.md: the document for each task, and the purpose of each right. */
export function permissionsPage(): string {
  return `<!-- Written by tools/generate.ts from clouds/<cloud>/permissions.ts. Never edit it by hand. -->

# Permissions

One document for each thing that somebody may be let do; none of them gives more than it says. The rehearsal's publisher has exactly
these. None was tried on a real account yet. A preview needs no right at all.

The preflight asks each cloud which of the publisher's rights are missing and names all of them at once, before the first byte. When it
cannot ask, that is a warning, and a missing right shows when it is used.

${CLOUDS.map(section).join("\n\n")}
`;
}

function section(cloud: Cloud): string {
  const { documents, use, permissions } = CLOUD_DOCUMENTS[cloud];
  return [`## ${CLOUD_LABELS[cloud]}`, documentTable(cloud, documents), use, rights(permissions)].join(
    "\n\n",
  );
}

function documentTable(cloud: string, table: Readonly<Record<string, Document>>): string {
  const rows = Object.entries(table).map(([name, { title }]) => {
    const file = `${cloud}-${name}.json`;
    return `| ${title} | [${file}](policies/${file}) |`;
  });
  return ["| for | document |", "| --- | --- |", ...rows].join("\n");
}

function rights(table: readonly Permission[]): string {
  const rows = table.map(
    ({ name, calls, purposes, optional }) =>
      `| \`${name}\` | ${calls.join(", ")} | ${purposes.join(", ")}${optional === undefined ? "" : ` (optional: ${optional})`} |`,
  );
  return ["| right | needed by | for |", "| --- | --- | --- |", ...rows].join("\n");
}
