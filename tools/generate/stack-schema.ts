import { z } from "zod";
import { stackConfig } from "../../config/stack";

type Schema = Record<string, unknown>;

/**
 * JSON Schema of a stack file, for editors: `# yaml-language-server: $schema=../config/stack.schema.json` on its
 * first line gives completion, descriptions and error marks. The engine's own keys are allowed.
 */
export function stackSchema(): string {
  const { $schema, properties, required } = z.toJSONSchema(stackConfig, { io: "input" }) as {
    $schema: string;
    properties: Record<string, Schema>;
    required: string[];
  };
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
