import { z } from "zod";
import { GoogleError } from "../errors";

/** 64-bit integers are strings in Google's JSON; numbers are accepted too. */
export const int64 = z.union([z.string().regex(/^-?\d+$/), z.int()]).transform(Number);

/** Map of strings: labels, metadata. */
export const stringMap = z.record(z.string(), z.string());

/**
 * Validates a request body against a strict schema and refuses it like Google's JSON front end, with all problems at
 * once. An empty body counts as `{}`: several methods of both APIs are called without one.
 */
export function parseBody<T>(schema: z.ZodType<T>, text: string): T {
  let json: unknown;
  try {
    json = text.trim() === "" ? {} : JSON.parse(text);
  } catch {
    throw badRequest(["Invalid JSON payload received. Parse error."]);
  }
  if (json === null || typeof json !== "object" || Array.isArray(json)) {
    throw badRequest(["Invalid JSON payload received. Unexpected token; an object is needed."]);
  }
  const result = schema.safeParse(json);
  if (result.success) return result.data;
  throw badRequest(result.error.issues.flatMap((issue) => describe(issue, json)));
}

/** A query parameter unknown to the method. */
export function unknownParameter(name: string): GoogleError {
  return badRequest([
    `Invalid JSON payload received. Unknown name "${name}": Cannot bind query parameter. ` +
      `Field '${snakeCase(name)}' could not be found in request message.`,
  ]);
}

function badRequest(problems: string[]): GoogleError {
  return new GoogleError(400, "badRequest", problems.join("\n"), {
    details: [
      {
        "@type": "type.googleapis.com/google.rpc.BadRequest",
        fieldViolations: problems.map((description) => ({ description })),
      },
    ],
  });
}

function describe(issue: z.core.$ZodIssue, body: unknown): string[] {
  const where = fieldPath(issue.path);
  if (issue.code === "unrecognized_keys") {
    const at = where === "" ? "" : ` at '${where}'`;
    return issue.keys.map(
      (key) => `Invalid JSON payload received. Unknown name "${key}"${at}: Cannot find field.`,
    );
  }
  let value: unknown = body;
  for (const step of issue.path) value = (value as Record<PropertyKey, unknown> | undefined)?.[step];
  return [`Invalid value at '${where}', ${JSON.stringify(value)}: ${issue.message}`];
}

/** Google's form of field names in these messages: `raw_disk.source`, `guest_os_features[0]`. */
function fieldPath(path: readonly PropertyKey[]): string {
  let text = "";
  for (const step of path) {
    if (typeof step === "number") text += `[${step}]`;
    else text += (text === "" ? "" : ".") + snakeCase(String(step));
  }
  return text;
}

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
