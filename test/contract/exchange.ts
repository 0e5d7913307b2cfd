/**
 * A recorded exchange with a real cloud, in our own words: the parts that matter, with their source. The product is
 * fed with it, the stand-in clouds are compared with it, and docs/fidelity.md is generated from it.
 */
import type { FailureKind } from "../../clouds/failure";

export type CloudName = "aws" | "gcp" | "azure";

export const TEXT = Symbol("a text");
export const NUMBER = Symbol("a number");
export const FLAG = Symbol("true or false");
export const DATE = Symbol("a date");
export const LIST = Symbol("a list");
export const LINK = Symbol("a link");
/** The real response has no such field. */
export const ABSENT = Symbol("nothing");

/** One of the symbols above. */
type Kind = symbol;

/** The recorded form of a value: the value itself, a pattern, or its type. A list describes each of its items. */
export type Shape = string | number | boolean | RegExp | Kind | readonly Shape[] | { [field: string]: Shape };

export interface Exchange {
  /** Unique. */
  readonly id: string;
  /** An operation of operations.ts. */
  readonly operation: string;
  /** Selects one of the operation's responses; absent: the usual one. */
  readonly when?: string;
  readonly source: string;
  /** Date of the recording: `2023-05-25`, as exact as its source; `not shown` where the source has none. */
  readonly date: string;
  readonly status: number;
  /** Headers that matter, by lower-case name. */
  readonly headers?: Readonly<Record<string, Shape>>;
  readonly body?: Shape;
  /** States that the object passes through, in this order. */
  readonly states?: readonly string[];
  /** The product's failure for this response, where it is an error. */
  readonly failure?: { readonly kind: FailureKind; readonly says: RegExp };
  /** Where the stand-in's response differs, by the place in the response (`body.Reason`), and why. */
  readonly differs?: Readonly<Record<string, string>>;
  /** Reason why this exchange is not played against the stand-in. */
  readonly unplayed?: string;
}

/** The stand-in's response to an exchange's request. */
export interface Played {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string | undefined>>;
  readonly body?: unknown;
  readonly states?: readonly string[];
}

/** @returns a sentence for each difference, by its place in the response */
export function differences(exchange: Exchange, played: Played): Record<string, string> {
  const found: Record<string, string> = {};
  const note = (place: string, real: Shape, here: unknown) => {
    found[place] = `real: ${show(real)}, stand-in: ${show(here)}`;
  };
  compare("status", exchange.status, played.status, note);
  for (const [name, shape] of Object.entries(exchange.headers ?? {})) {
    compare(`headers.${name}`, shape, played.headers?.[name] ?? undefined, note);
  }
  if (exchange.body !== undefined) compare("body", exchange.body, played.body, note);
  if (exchange.states) compare("states", exchange.states.join(" → "), played.states?.join(" → "), note);
  return found;
}

type Note = (place: string, real: Shape, here: unknown) => void;

function compare(place: string, real: Shape, here: unknown, note: Note): void {
  if (typeof real === "symbol") {
    if (!isOfKind(real, here)) note(place, real, here);
  } else if (real instanceof RegExp) {
    if (typeof here !== "string" || !real.test(here)) note(place, real, here);
  } else if (Array.isArray(real)) {
    if (!Array.isArray(here) || (real.length > 0 && here.length === 0)) return note(place, real, here);
    const [item] = real as readonly Shape[];
    if (item !== undefined) (here as unknown[]).forEach((one) => compare(`${place}[]`, item, one, note));
  } else if (typeof real === "object") {
    if (typeof here !== "object" || here === null) return note(place, real, here);
    for (const [name, shape] of Object.entries(real)) {
      compare(`${place}.${name}`, shape, (here as Record<string, unknown>)[name], note);
    }
  } else if (real !== here) note(place, real, here);
}

function isOfKind(kind: Kind, value: unknown): boolean {
  switch (kind) {
    case TEXT:
      return typeof value === "string";
    case NUMBER:
      return typeof value === "number";
    case FLAG:
      return typeof value === "boolean";
    case DATE:
      return value instanceof Date || (typeof value === "string" && !Number.isNaN(Date.parse(value)));
    case LINK:
      return typeof value === "string" && /^https?:\/\//.test(value);
    case LIST:
      return Array.isArray(value);
    default:
      return value === undefined;
  }
}

function show(value: unknown): string {
  if (typeof value === "symbol") return value.description ?? "";
  if (value === undefined) return "nothing";
  return value instanceof RegExp ? String(value) : JSON.stringify(value);
}
