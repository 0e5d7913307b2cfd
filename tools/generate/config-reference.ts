import { readFileSync } from "node:fs";
import { join } from "node:path";
import { PLACEHOLDERS } from "../../config/template";
import { annotatedSchema, type Schema } from "./annotated-schema";

/** Longer lists of allowed words have their own table. */
const LISTED_WORDS = 12;

/** docs/config.md: the keys of a stack file, from the schema that validates it. */
export function configReference(): string {
  const schema = annotatedSchema();
  const sections = Object.entries(schema.properties ?? {}).map(([key, part]) => section(key, part));
  return `<!-- Written by tools/generate.ts from config/. Never edit it by hand. -->

# The stack file

\`stacks/Pulumi.<product>.yaml\` says what is published, where, to whom and until when. Every key is checked before
anything else happens; all problems are reported at once, with their lines. A key that is not on this page is refused.
Its first line makes an editor complete and check it:

\`\`\`yaml
# yaml-language-server: $schema=../config/stack.schema.json
\`\`\`

Put versions, account ids and dates in quotes. YAML takes \`20261120.0\` for a number and drops its last digit, and
\`pulumi stack init\` writes the file anew with what YAML has understood.

In templates (\`nameTemplate\`, \`family\`, \`pointers\`, …) these words are filled in: ${PLACEHOLDERS.map((name) => code(`{${name}}`)).join(", ")}.

## Whole files

The smallest, for one cloud:

${yaml("smallest")}

An official product on three clouds, for everyone:

${yaml("three-clouds")}

${sections.join("\n")}`;
}

/** A file of docs/examples, which a test loads as a stack file. */
function yaml(name: string): string {
  const text = readFileSync(join(__dirname, "..", "..", "docs", "examples", `${name}.yaml`), "utf8");
  return `\`\`\`yaml\n${text}\`\`\``;
}

function section(key: string, schema: Schema): string {
  const entries = schema.type === "array" ? (schema.items ?? {}) : schema;
  const rows = rowsOf(entries, "");
  const list =
    schema.type !== "array" ? "" : rows.length > 0 ? " A list; each entry has these keys." : " A list.";
  const table = ["| key | value | default | meaning |", "|---|---|---|---|", ...rows];
  return `## \`imprimatur:${key}\`

${schema.description ?? ""}${list}
${rows.length > 0 ? `\n${table.join("\n")}\n` : ""}`;
}

/** One row per key, those of nested mappings after their parent's; `regions.<region>.sharing` for mappings by name. */
function rowsOf(schema: Schema, prefix: string): string[] {
  const rows = Object.entries(schema.properties ?? {}).flatMap(([key, value]) => {
    const path = `${prefix}${key}`;
    const required = schema.required?.includes(key) ?? false;
    const nested = mappingIn(value);
    const row = `| \`${path}\` | ${typeOf(value)} | ${required ? "**required**" : defaultOf(value)} | ${meaningOf(value)} |`;
    return [row, ...(nested ? rowsOf(nested, `${path}.`) : [])];
  });
  const entries =
    typeof schema.additionalProperties === "object" ? mappingIn(schema.additionalProperties) : undefined;
  const name = prefix.endsWith("regions.") ? "region" : "name";
  return entries ? [...rows, ...rowsOf(entries, `${prefix}<${name}>.`)] : rows;
}

/** The mapping that a value is, or may be. */
function mappingIn(schema: Schema): Schema | undefined {
  if (schema.type === "object") return schema;
  return schema.anyOf?.find((option) => option.type === "object");
}

function typeOf(schema: Schema): string {
  if (schema.const !== undefined) return code(schema.const);
  if (schema.enum)
    return schema.enum.length > LISTED_WORDS ? "one of many" : schema.enum.map(code).join(", ");
  if (schema.anyOf)
    return schema.anyOf
      .filter(({ type }) => type !== "null")
      .map(typeOf)
      .join(" or ");
  if (schema.type === "array") return `list of ${typeOf(schema.items ?? {})}`;
  if (schema.type === "object") return "mapping";
  if (schema.type === "integer") return `whole number, ${schema.minimum} to ${schema.maximum}`;
  return schema.type === "boolean" ? "`true`, `false`" : "text";
}

function defaultOf(schema: Schema): string {
  const { default: value } = schema;
  if (value === undefined) return "";
  if (Array.isArray(value) && value.length === 0) return "none";
  return typeof value === "object" ? "" : code(value);
}

function meaningOf(schema: Schema): string {
  const { description = "", examples = [] } = schema;
  const limits = [...(schema.limits ?? []), ...(schema.items?.limits ?? [])].map(verbatim);
  const told = [
    description,
    ...(limits.length > 0 ? [`Needs ${limits.join("; ")}.`] : []),
    ...(examples.length > 0 ? [`Example: ${examples.map(code).join(", ")}.`] : []),
  ];
  return told.filter(Boolean).join(" ").replaceAll("|", "\\|");
}

/** In the words of an error, which are no Markdown. */
function verbatim(text: string): string {
  return text.replace(/[\\_*<>]/g, "\\$&");
}

function code(value: unknown): string {
  return `\`${String(value)}\``;
}
