import type { z } from "zod";
import { ArmError } from "./errors";

/**
 * Validates a request body against its schema. Unknown members, missing ones and wrong values are refused in Azure's
 * words, all at once: the first is the error, the others its details.
 */
export function parseBody<T>(schema: z.ZodType<T>, body: unknown, typeName: string): T {
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  const problems = result.error.issues.flatMap((issue) => explain(issue, body, typeName));
  const [first, ...others] = problems;
  if (!first) throw new ArmError(400, "BadRequest", `The request body is not a valid ${typeName}.`);
  throw new ArmError(400, first.code, first.message, {
    target: first.target,
    ...(others.length > 0 && { details: others }),
  });
}

interface Problem {
  code: string;
  message: string;
  target: string;
}

function explain(issue: z.core.$ZodIssue, body: unknown, typeName: string): Problem[] {
  const path = issue.path.map(String).join(".");
  // The service names members of `properties` without that prefix.
  const target = path.replace(/^properties\./, "") || typeName;
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({
      code: "BadRequest",
      message: `Could not find member '${key}' on object of type '${typeName}'. Path '${path ? `${path}.` : ""}${key}'.`,
      target: [...(path ? [path] : []), key].join("."),
    }));
  }
  const given = issue.path.reduce<unknown>(
    (inner, key) => (inner as Record<PropertyKey, unknown> | undefined)?.[key],
    body,
  );
  if (given === undefined || given === null) {
    return [
      { code: "InvalidParameter", message: `Required parameter '${target}' is missing (null).`, target },
    ];
  }
  return [
    {
      code: "InvalidParameter",
      message: `The value '${JSON.stringify(given)}' of parameter '${target}' is invalid. ${issue.message}`,
      target,
    },
  ];
}
