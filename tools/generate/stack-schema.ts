import { annotatedSchema, partsOf, type Schema } from "./annotated-schema";

/**
 * JSON Schema of a stack file, for editors: `# yaml-language-server: $schema=../config/stack.schema.json` on its
 * first line gives completion, descriptions and error marks. The engine's own keys are allowed.
 */
export function stackSchema(): string {
  const schema = annotatedSchema();
  for (const part of partsOf(schema)) forEditors(part);
  const { $schema, properties = {}, required = [] } = schema;
  const keys = Object.entries(properties).map(([key, schema]) => [`imprimatur:${key}`, schema] as const);
  return JSON.stringify({
    $comment: "Written by tools/generate.ts. Never edit it by hand.",
    $schema,
    title: "Imprimatur stack file",
    type: "object",
    properties: {
      config: {
        type: "object",
        properties: Object.fromEntries(keys),
        required: required.map((key) => `imprimatur:${key}`),
        // Other providers' keys (`aws:…`) belong to the engine; ours are all known.
        patternProperties: { "^(?!imprimatur:)[^:]+:.+$": true },
        additionalProperties: false,
      },
    },
  });
}

/** Editors show descriptions, and offer the examples of one value: those of a list are of its entries. */
function forEditors(part: Schema): void {
  const { limits, description, examples, items } = part;
  if (limits !== undefined) {
    part.description = [description, `Needs ${limits.join("; ")}.`].filter(Boolean).join(" ");
    delete part.limits;
  }
  if (items === undefined || items.enum !== undefined) return;
  const ofEntries = examples ?? items.examples;
  if (ofEntries === undefined) return;
  items.examples = [...ofEntries];
  part.examples = [ofEntries.slice(0, 1)];
  // On the empty line below the key the language server offers nothing else (yaml-language-server 1.25, tried 2026-11-30).
  part.defaultSnippets = ofEntries.map((entry) => {
    const line = `- ${JSON.stringify(entry)}`;
    return { label: line, bodyText: line };
  });
}
