/** Expected versus actual SSM parameter. Pure. */
import type { Parameter } from "@aws-sdk/client-ssm";
import { type Finding, finding, missingObject, type Subject, tagFindings } from "../finding";
import type { ExpectedParameter } from "./expectations";

interface SeenParameter {
  readonly parameter: Parameter;
  /** Absent: unknown. */
  readonly description?: string;
  readonly tags?: Readonly<Record<string, string>>;
}

export function compareParameter(expected: ExpectedParameter, seen: SeenParameter | undefined): Finding[] {
  const subject: Subject = {
    cloud: "aws",
    region: expected.region,
    object: { kind: "parameter", id: expected.name },
  };
  if (seen === undefined) return [missingObject(subject, "`pulumi up --refresh` makes it again")];
  const { parameter, description, tags } = seen;
  const fields = [
    ["value", expected.value, parameter.Value],
    ["data type", expected.dataType, parameter.DataType],
    ["description", description === undefined ? undefined : expected.description, description],
  ] as const;
  return [
    ...fields.flatMap(([field, wanted, found]) =>
      wanted === undefined || wanted === found
        ? []
        : [finding(subject, { field, expected: wanted || "none", found: found || "none", kind: "changed" })],
    ),
    ...(tags === undefined ? [] : tagFindings(subject, expected.tags, tags, { whole: true })),
  ];
}
