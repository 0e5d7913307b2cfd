import { stringify } from "yaml";
import type { z } from "zod";
import { type ConfigPath, type Problem, valueAt } from "./problem";
import { listWords } from "../facts/words";
import { suggest } from "./suggest";

/** Lists with more allowed words than this are named by the schema's title instead. */
const LISTED_WORDS = 12;

/** Longer lists are not written out as mappings: a message is one line. */
const SHOWN_KEYS = 6;

/** Names of the zod types, in terms of a stack file. */
const TYPE_NAMES: Readonly<Record<string, string>> = {
  string: "text",
  boolean: "true or false",
  number: "a number",
  int: "a whole number",
  array: "a list",
};

function isMapping(expected: string): boolean {
  return expected === "object" || expected === "record";
}

/** One zod issue in terms of the stack file; an issue may hold several unknown keys. */
export function translateIssue(issue: z.core.$ZodIssue, schema: z.ZodType, values: unknown): Problem[] {
  const path = issue.path as ConfigPath;
  const given = valueAt(values, path);
  switch (issue.code) {
    case "unrecognized_keys":
      return issue.keys.map((key) =>
        unknownKey([...path, key], keysAt(schema, path), titleOfKeys(schema, path)),
      );
    case "invalid_value": {
      const words = issue.values.map(String);
      if (given === undefined) return [missing(path, schema, oneOf(words, titleAt(schema, path)))];
      const meant = typeof given === "string" ? suggest(given, words) : undefined;
      return [
        {
          path,
          given,
          needs: oneOf(words, titleAt(schema, path)),
          ...(meant && { cure: `Did you mean ${meant}?` }),
        },
      ];
    }
    case "invalid_type": {
      const needs = isMapping(issue.expected)
        ? mappingShape(schema, path)
        : (TYPE_NAMES[issue.expected] ?? issue.expected);
      if (given === undefined) return [missing(path, schema, needs)];
      return [{ path, given, needs, ...typeCure(issue.expected, given, path, schema) }];
    }
    case "invalid_key":
      return [{ path, given: path.at(-1), needs: issue.issues[0]?.message ?? "another key" }];
    default: {
      if (given === undefined) return [missing(path, schema, issue.message)];
      const cure = issue.code === "custom" ? (issue.params?.cure as string | undefined) : undefined;
      return [{ path, given, needs: issue.message, cure }];
    }
  }
}

function missing(path: ConfigPath, schema: z.ZodType, needs: string): Problem {
  const description = metaOf(schemaAt(schema, path))?.description;
  return {
    path,
    needs,
    cure: description === undefined ? "Add it" : `Add it: ${description.replace(/\.$/, "")}`,
  };
}

function unknownKey(path: ConfigPath, known: readonly string[], title: string | undefined): Problem {
  const key = String(path.at(-1));
  const meant = suggest(key, known);
  return {
    path,
    given: key,
    needs: title ?? (known.length > 0 ? `one of the keys ${known.join(", ")}` : "no keys"),
    cure: meant === undefined ? "Remove it" : `Did you mean ${meant}?`,
  };
}

function oneOf(words: readonly string[], title: string | undefined): string {
  if (words.length > LISTED_WORDS && title !== undefined) return title;
  return words.length === 1 ? `${words[0]}` : `one of ${words.join(", ")}`;
}

/**
 * YAML parses an unquoted `20261120.0` to the number 20261120 and an account `012345678901` to another number; `yes` and
 * `on` are text (YAML 1.2, core schema), though not in the YAML 1.1 of many other tools.
 */
function typeCure(expected: string, given: unknown, path: ConfigPath, schema: z.ZodType): { cure?: string } {
  const last = String(path.at(-1));
  if (expected === "string" && (typeof given === "number" || typeof given === "boolean")) {
    return { cure: `YAML reads it as a ${typeof given}: put it in quotes` };
  }
  if (expected === "array" && given !== null) return { cure: `Write "- " before each entry of ${last}` };
  if (expected === "boolean" && typeof given === "string") return booleanCure(given);
  if (isMapping(expected)) return mappingCure(given, path, schema);
  return {};
}

function booleanCure(given: string): { cure?: string } {
  if (/^(true|false)$/i.test(given.trim())) return { cure: "Write it in lower case and without quotes" };
  if (/^(yes|y|on)$/i.test(given.trim())) return { cure: "Write true" };
  if (/^(no|n|off)$/i.test(given.trim())) return { cure: "Write false" };
  return {};
}

/** `a mapping with the keys name, publisher, provenance; and if wanted variant` */
function mappingShape(schema: z.ZodType, path: ConfigPath): string {
  const nested = schemaAt(schema, path);
  const [needed, optional] = [keysOf(nested, false), keysOf(nested, true)];
  if (needed.length + optional.length === 0) {
    const title = titleOfKeys(schema, path);
    return title === undefined ? "a mapping of keys to values" : `a mapping whose keys are each ${title}`;
  }
  const also = listWords(optional);
  if (needed.length === 0) return `a mapping with any of the keys ${also}`;
  return `a mapping with the keys ${listWords(needed)}${also && `, and if wanted ${also}`}`;
}

/** The fixed keys that may be left out, or those that may not. */
function keysOf(schema: z.ZodType | undefined, optional: boolean): string[] {
  const def = defOf(schema);
  return Object.entries(def?.type === "object" ? (def.shape ?? {}) : {})
    .filter(([, value]) => value.safeParse(undefined).success === optional)
    .map(([key]) => key);
}

/** The probably intended value: the defaults (`{}`), a list of keys, a switch by its name, or the one key that is needed. */
function mappingCure(given: unknown, path: ConfigPath, schema: z.ZodType): { cure?: string } {
  const nested = schemaAt(schema, path);
  if (nested === undefined) return {};
  const names: unknown[] = Array.isArray(given) ? given : [given];
  const words = names.filter((name) => typeof name === "string");
  const isWords = names.length > 0 && names.length <= SHOWN_KEYS && words.length === names.length;
  const each = (value: unknown) => Object.fromEntries(words.map((name) => [name, value]));
  const [needed, ...more] = keysOf(nested, false);
  const guesses: unknown[] = [
    ...(given === null || given === true || given === "" ? [{}] : []),
    ...(isWords ? [each({}), each(true)] : []),
    ...(needed !== undefined && more.length === 0 ? [{ [needed]: given }] : []),
  ];
  const meant = guesses.find((guess) => nested.safeParse(guess).success);
  if (meant === undefined) return {};
  const key = path.length === 1 ? `imprimatur:${path[0]}` : String(path.at(-1));
  return { cure: `Write \`${key}: ${inYaml(meant)}\`` };
}

/** Flow style, which keeps it on the message's line. */
function inYaml(value: unknown): string {
  return stringify(value, {
    collectionStyle: "flow",
    lineWidth: 0,
    flowCollectionPadding: true,
    aliasDuplicateObjects: false,
  }).trim();
}

/** Keys that a mapping at `path` may have; empty when any key is allowed. */
export function keysAt(schema: z.ZodType, path: ConfigPath): string[] {
  const def = defOf(schemaAt(schema, path));
  if (def?.type === "object") return Object.keys(def.shape ?? {});
  return def?.type === "record" ? Object.keys(defOf(def.keyType)?.entries ?? {}) : [];
}

function titleOfKeys(schema: z.ZodType, path: ConfigPath): string | undefined {
  const def = defOf(schemaAt(schema, path));
  return def?.type === "record" ? metaOf(def.keyType)?.title : undefined;
}

function titleAt(schema: z.ZodType, path: ConfigPath): string | undefined {
  return metaOf(schemaAt(schema, path))?.title;
}

/** The part of zod's definitions used here. */
interface Definition {
  type: string;
  shape?: Record<string, z.ZodType>;
  entries?: Record<string, string>;
  element?: z.ZodType;
  keyType?: z.ZodType;
  valueType?: z.ZodType;
  innerType?: z.ZodType;
  in?: z.ZodType;
  options?: z.ZodType[];
}

/** The schema, with its description, that checks the value at `path`; resolves defaults, optionals and unions. */
function schemaAt(schema: z.ZodType | undefined, path: ConfigPath): z.ZodType | undefined {
  const [step, ...rest] = path;
  if (step === undefined || schema === undefined) return schema;
  const def = defOf(schema);
  switch (def?.type) {
    case "object":
      return schemaAt(def.shape?.[step], rest);
    case "array":
      return schemaAt(def.element, rest);
    case "record":
      return schemaAt(def.valueType, rest);
    case "union":
      return schemaAt(
        def.options?.find((option) => defOf(option)?.type === "object"),
        path,
      );
    default:
      return undefined;
  }
}

function defOf(schema: z.ZodType | undefined): Definition | undefined {
  const def = schema?.def as Definition | undefined;
  const inner = def?.innerType ?? (def?.type === "pipe" ? def.in : undefined);
  return inner === undefined ? def : defOf(inner);
}

/** Title and description; a wrapper's own take precedence. */
function metaOf(schema: z.ZodType | undefined): { title?: string; description?: string } | undefined {
  if (schema === undefined) return undefined;
  const def = schema.def as unknown as Definition;
  return { ...metaOf(def.innerType ?? (def.type === "pipe" ? def.in : undefined)), ...schema.meta() };
}
