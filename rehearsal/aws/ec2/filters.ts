import type { Filter } from "@aws-sdk/client-ec2";
import { AwsError } from "../protocol/errors";

/** The values of one record under a filter's name; undefined = there is no such filter. */
export type Facts = (filter: string) => readonly string[] | undefined;

/** Keeps what matches every filter; the values of one filter are alternatives, `*` and `?` stand for anything. */
export function applyFilters<T>(items: T[], filters: Filter[] | undefined, facts: (item: T) => Facts): T[] {
  return (filters ?? []).reduce((left, filter) => {
    const name = filter.Name ?? "";
    const patterns = (filter.Values ?? []).map(pattern);
    if (patterns.length === 0) {
      throw new AwsError("InvalidParameterValue", `The filter '${name}' must have at least one value`);
    }
    return left.filter((item) => {
      const values = facts(item)(name);
      if (!values) throw new AwsError("InvalidParameterValue", `The filter '${name}' is invalid`);
      return values.some((value) => patterns.some((expression) => expression.test(value)));
    });
  }, items);
}

/** Refuses a filter that does not exist even when there is nothing to filter. */
export function checkFilters(filters: Filter[] | undefined, names: readonly string[]): void {
  for (const { Name: name = "" } of filters ?? []) {
    if (!names.includes(name) && !name.startsWith("tag:")) {
      throw new AwsError("InvalidParameterValue", `The filter '${name}' is invalid`);
    }
  }
}

/** The filters that everything with tags has. */
export function tagFacts(tags: Readonly<Record<string, string>>, filter: string): string[] | undefined {
  if (filter === "tag-key") return Object.keys(tags);
  if (!filter.startsWith("tag:")) return undefined;
  const value = tags[filter.slice("tag:".length)];
  return value === undefined ? [] : [value];
}

function pattern(value: string): RegExp {
  const source = value.replace(/\\?[\s\S]/g, (part) => {
    if (part === "*") return ".*";
    if (part === "?") return ".";
    return part.slice(-1).replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  });
  return new RegExp(`^${source}$`, "s");
}
