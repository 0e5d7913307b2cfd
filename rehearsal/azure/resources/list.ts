import { ArmError, notRehearsed } from "../arm/errors";
import type { Answer, ArmRequest } from "../arm/http";

/** Query parameters that lists of groups and of resources take. */
export const LIST_QUERY = ["$filter", "$top", "$skiptoken"] as const;

/** A listed item: a resource, or a resource group. */
interface Listed {
  name: string;
  location: string;
  type?: string;
  tags?: Readonly<Record<string, string>>;
}

/** One page of a list; `$top` is its length, `nextLink` the next page. */
export function listed<T extends Listed>(
  { path, base, query }: ArmRequest,
  all: readonly T[],
  properties: readonly Property[],
): Answer {
  const filter = query.get("$filter");
  const { keeps, byTagValue } = filter === null ? EVERYTHING : parseFilter(filter, properties);
  const found = all.filter(keeps);
  const top = whole("$top", query.get("$top"), 1) ?? found.length;
  const from = whole("$skiptoken", query.get("$skiptoken"), 0) ?? 0;
  const value = found.slice(from, from + top);
  const next = new URLSearchParams(query);
  next.set("$skiptoken", String(from + top));
  return {
    status: 200,
    body: {
      // Resources (unlike groups) are returned without their tags when filtered by a tag's name and value:
      // https://learn.microsoft.com/rest/api/resources/resources/list (2026-11)
      value:
        byTagValue && properties.includes("resourceType")
          ? value.map((one) => ({ ...one, tags: undefined }))
          : value,
      ...(from + top < found.length && { nextLink: `${base}${path}?${next.toString()}` }),
    },
  };
}

/** Filterable properties, besides tags. */
type Property = keyof typeof PROPERTIES;
const PROPERTIES = {
  resourceType: ({ type }: Listed) => type ?? "",
  location: ({ location }: Listed) => location,
  name: ({ name }: Listed) => name,
};

interface Filter {
  keeps: (one: Listed) => boolean;
  byTagValue: boolean;
}
const EVERYTHING: Filter = { keeps: () => true, byTagValue: false };

/** A comparison, up to the next one: `resourceType eq 'x' and `; a quote in a string is doubled. */
const TERM = /\s*(\w+)\s+(eq|ne)\s+'((?:[^']|'')*)'\s*(and\s|$)/iy;

/** `resourceType eq 'Microsoft.Compute/disks'`, `tagName eq 'env' and tagValue eq 'test'`, several joined with `and`. */
function parseFilter(text: string, properties: readonly Property[]): Filter {
  const terms: { property: string; not: boolean; text: string }[] = [];
  for (let at = 0, more = true; more;) {
    TERM.lastIndex = at;
    const match = TERM.exec(text);
    if (!match) throw refusal(text);
    const [, property = "", operator = "", quoted = "", and = ""] = match;
    terms.push({ property, not: operator.toLowerCase() === "ne", text: quoted.replaceAll("''", "'") });
    [at, more] = [TERM.lastIndex, and !== ""];
  }
  const term = (name: string) => terms.find(({ property }) => property === name);
  const [tagName, tagValue] = [term("tagName"), term("tagValue")];
  const tests = terms.flatMap(({ property: name, not, text: wanted }) => {
    if (name === "tagName" || name === "tagValue") {
      if (not || !tagName) throw refusal(text);
      return [];
    }
    const property = properties.find((known) => known === name);
    if (!property) throw unrehearsed(name, text);
    return [(one: Listed) => same(PROPERTIES[property](one), wanted) !== not];
  });
  const tagged = ({ tags = {} }: Listed) =>
    Object.entries(tags).some(
      ([name, value]) => same(name, tagName?.text ?? "") && (!tagValue || value === tagValue.text),
    );
  return {
    keeps: (one) => tests.every((test) => test(one)) && (!tagName || tagged(one)),
    byTagValue: tagValue !== undefined,
  };
}

/** Names of tags, types and regions are case-insensitive; values of tags are not. */
const same = (one: string, other: string) => one.toLowerCase() === other.toLowerCase();

function whole(name: string, value: string | null, least: number): number | undefined {
  if (value === null) return undefined;
  if (/^\d{1,9}$/.test(value) && Number(value) >= least) return Number(value);
  throw new ArmError(
    400,
    "InvalidQueryParameter",
    `The value '${value}' of the query parameter '${name}' is not a whole number of at least ${least}.`,
    { target: name },
  );
}

/**
 * Distinguishes filters that Azure supports but the stand-in does not: these keywords and functions are in its
 * reference.
 */
function refusal(text: string): ArmError {
  const [beyond] = /\bor\b|substringof|startswith|\bnot\b/i.exec(text.replace(/'[^']*'/g, "''")) ?? [];
  if (beyond) return unrehearsed(beyond, text);
  return new ArmError(
    400,
    "InvalidFilterInQueryString",
    `Invalid $filter '${text}' specified in the query string.`,
    { target: "$filter" },
  );
}

const unrehearsed = (what: string, text: string) =>
  notRehearsed(
    `'${what}' in the $filter '${text}'`,
    "$filter",
    `it knows eq and ne of ${Object.keys(PROPERTIES).join(", ")}, eq of tagName and tagValue, and 'and'`,
  );
