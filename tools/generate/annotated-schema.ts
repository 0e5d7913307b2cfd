/** The stack file's JSON Schema, with each value's limits in the words in which a wrong one is refused. */
import { z } from "zod";
import { stackConfig } from "../../config/stack";

export interface Schema {
  type?: string;
  const?: unknown;
  enum?: string[];
  items?: Schema;
  properties?: Record<string, Schema>;
  additionalProperties?: Schema | boolean;
  propertyNames?: Schema;
  anyOf?: Schema[];
  required?: string[];
  default?: unknown;
  description?: string;
  examples?: unknown[];
  minimum?: number;
  maximum?: number;
  /** An extension of yaml-language-server. */
  defaultSnippets?: object[];
  /** Ours: `1 to 40 letters and digits, …`. */
  limits?: string[];
}

export function annotatedSchema(): Schema & { $schema: string } {
  return z.toJSONSchema(stackConfig, {
    io: "input",
    override: ({ zodSchema, jsonSchema }) => {
      const limits = limitsOf(zodSchema);
      if (limits.length > 0) (jsonSchema as Schema).limits = limits;
    },
  }) as Schema & { $schema: string };
}

/** Every value of the schema, in any depth. */
export function* partsOf(schema: Schema): Generator<Schema> {
  yield schema;
  const { items, properties = {}, additionalProperties, anyOf = [] } = schema;
  const inner = [items, ...Object.values(properties), additionalProperties, ...anyOf];
  for (const part of inner) if (typeof part === "object") yield* partsOf(part);
}

interface Checked {
  readonly def: { readonly checks?: readonly { readonly _zod: { readonly def: Definition } }[] } & Definition;
}
interface Definition {
  readonly error?: (issue: object) => string | { message: string } | undefined;
}

/** The messages of a schema and its checks; rules that compose theirs have none here. */
function limitsOf(schema: unknown): string[] {
  const { def } = schema as Checked;
  const said = [def, ...(def.checks ?? []).map(({ _zod }) => _zod.def)].flatMap(({ error }) => {
    const message = error?.({});
    return typeof message === "string" ? [message] : [];
  });
  return [...new Set(said)];
}
