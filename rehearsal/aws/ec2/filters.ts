import type { Filter } from "@aws-sdk/client-ec2";
import { AwsError } from "../protocol/errors";

/** A record's values for a filter name; undefined: there is no such filter. */
type Facts = (filter: string) => readonly string[] | undefined;

/** Keeps items that match every filter; the values of one filter are alternatives, `*` and `?` are wildcards. */
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

/** Refuses an unknown filter even if there is nothing to filter. */
export function checkFilters(filters: Filter[] | undefined, names: readonly string[]): void {
  for (const { Name: name = "" } of filters ?? []) {
    if (!names.includes(name) && !name.startsWith("tag:")) {
      throw new AwsError("InvalidParameterValue", `The filter '${name}' is invalid`);
    }
  }
}

/** Filters common to all tagged resources. */
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
