import { invalidField } from "../errors";
import type { Incoming } from "../http/route";
import { parseFilter } from "./filter";

/** Query parameters of every `list` of Compute Engine. */
export const LIST_PARAMETERS = [
  "filter",
  "maxResults",
  "orderBy",
  "pageToken",
  "returnPartialSuccess",
] as const;

const PAGE_LIMIT = 500;

/** A resource in JSON form. */
export type Listed = Record<string, unknown> & { name: string; creationTimestamp?: string };

/**
 * One page of a list: filtered, ordered, cut. Page tokens name the last item returned, so that a page does not shift
 * when something is added meanwhile.
 */
export function listPage<T extends Listed>(
  all: readonly T[],
  { query }: Pick<Incoming, "query">,
): { items?: T[]; nextPageToken?: string } {
  const filter = query.get("filter");
  const keep = filter === null || filter.trim() === "" ? () => true : parseFilter(filter);
  const newestFirst = order(query.get("orderBy"));
  const sorted = all
    .filter(keep)
    .sort((a, b) => (newestFirst ? byTime(b, a) : 0) || (a.name < b.name ? -1 : 1));
  const from = start(query.get("pageToken"), sorted);
  const count = pageSize(query.get("maxResults"));
  const items = sorted.slice(from, from + count);
  const last = items.at(-1);
  return {
    items: items.length > 0 ? items : undefined,
    nextPageToken:
      last && from + count < sorted.length ? Buffer.from(last.name).toString("base64url") : undefined,
  };
}

function byTime(a: Listed, b: Listed): number {
  return Date.parse(a.creationTimestamp ?? "") - Date.parse(b.creationTimestamp ?? "");
}

function order(orderBy: string | null): boolean {
  if (orderBy === null || orderBy === "" || orderBy === "name") return false;
  if (orderBy === "creationTimestamp desc") return true;
  throw invalidField("orderBy", orderBy, 'Only "name" and "creationTimestamp desc" are supported.');
}

function pageSize(maxResults: string | null): number {
  if (maxResults === null) return PAGE_LIMIT;
  const count = Number(maxResults);
  if (!/^\d+$/.test(maxResults) || count > PAGE_LIMIT) {
    throw invalidField("maxResults", maxResults, `Acceptable values are 0 to ${PAGE_LIMIT}, inclusive.`);
  }
  return count === 0 ? PAGE_LIMIT : count;
}

function start(token: string | null, sorted: readonly Listed[]): number {
  if (token === null || token === "") return 0;
  const name = Buffer.from(token, "base64url").toString();
  const at = sorted.findIndex((item) => item.name === name);
  if (at < 0) throw invalidField("pageToken", token, "Invalid page token.");
  return at + 1;
}
