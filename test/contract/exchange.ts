/**
 * A recorded exchange with a real cloud, in our own words: what matters of it, with its source. The product is fed with it,
 * the stand-in clouds are compared with it, and docs/fidelity.md is made from it.
 */
import type { FailureKind } from "../../clouds/failure";

export type CloudName = "aws" | "gcp" | "azure";

export const TEXT = Symbol("a text");
export const NUMBER = Symbol("a number");
export const FLAG = Symbol("true or false");
export const DATE = Symbol("a date");
export const LIST = Symbol("a list");
export const LINK = Symbol("a link");
/** The real answer has no such field. */
export const ABSENT = Symbol("nothing");

/** One of the above. */
type Kind = symbol;

/** What is recorded of a value: itself, a pattern, or its type. A list says what each of its items is like. */
export type Shape = string | number | boolean | RegExp | Kind | readonly Shape[] | { [field: string]: Shape };

export interface Exchange {
  /** Unique. */
  readonly id: string;
  /** An operation of operations.ts. */
  readonly operation: string;
  /** Which of the operation's answers; none where it is the usual one. */
  readonly when?: string;
  readonly source: string;
  /** Of the recording: `2023-05-25`, as exact as its source; `not shown` where it shows none. */
  readonly date: string;
  readonly status: number;
  /** Headers that matter, by their name in lower case. */
  readonly headers?: Readonly<Record<string, Shape>>;
  readonly body?: Shape;
  /** States that a thing goes through, in this order. */
  readonly states?: readonly string[];
  /** What the product makes of it, where it is an error. */
  readonly failure?: { readonly kind: FailureKind; readonly says: RegExp };
  /** Where the stand-in answers otherwise, by the place in the answer (`body.Reason`), and why. */
  readonly differs?: Readonly<Record<string, string>>;
  /** Why the stand-in is not asked. */
  readonly unplayed?: string;
}

/** What a stand-in answered to the request of an exchange. */
export interface Played {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string | undefined>>;
  readonly body?: unknown;
  readonly states?: readonly string[];
}

/** @returns a sentence for each difference, by its place in the answer */
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
