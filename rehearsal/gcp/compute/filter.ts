import { type GoogleError, invalidField } from "../errors";

type Test = (item: Record<string, unknown>) => boolean;

/**
 * Compute Engine's list filters, both kinds: `name = debian-13`, `(family = x) (labels.release:*)`,
 * `status != READY AND NOT deprecated:*`, and the older `name eq debian-.*` with a regular expression.
 * https://cloud.google.com/compute/docs/reference/rest/v1/images/list
 */
export function parseFilter(text: string): Test {
  return new Parser(text).parse();
}

interface Token {
  text: string;
  kind: "sign" | "quoted" | "word";
}

class Parser {
  private readonly tokens: Token[] = [];
  private at = 0;

  constructor(private readonly text: string) {
    let position = 0;
    while (text.slice(position).trim() !== "") {
      const token = nextToken(text, position, this.tokens.at(-1));
      if (!token) throw this.refusal();
      this.tokens.push(token.token);
      position = token.end;
    }
  }

  parse(): Test {
    const test = this.either();
    if (this.at < this.tokens.length) throw this.refusal();
    return test;
  }

  private either(): Test {
    let test = this.both();
    while (this.takeWord("OR")) {
      const [left, right] = [test, this.both()];
      test = (item) => left(item) || right(item);
    }
    return test;
  }

  private both(): Test {
    let test = this.one();
    while (this.takeWord("AND") || this.startsTerm()) {
      const [left, right] = [test, this.one()];
      test = (item) => left(item) && right(item);
    }
    return test;
  }

  private one(): Test {
    if (this.takeWord("NOT")) {
      const inner = this.one();
      return (item) => !inner(item);
    }
    if (this.takeSign("(")) {
      const inner = this.either();
      if (!this.takeSign(")")) throw this.refusal();
      return inner;
    }
    return this.comparison();
  }

  private comparison(): Test {
    const field = this.tokens[this.at++];
    const operator = this.tokens[this.at++];
    const value = this.tokens[this.at++];
    // Other Google APIs support `-family = x` for "not"; Compute Engine's reference has `NOT` only.
    if (
      field?.kind !== "word" ||
      field.text.startsWith("-") ||
      !operator ||
      !value ||
      value.text === "(" ||
      value.text === ")"
    )
      throw this.refusal();
    const wanted = value.text;
    const regex = () => {
      try {
        return new RegExp(`^(?:${wanted})$`);
      } catch {
        throw this.refusal();
      }
    };
    const path = field.text.split(".");
    const read = (item: Record<string, unknown>) => lookUp(item, path);
    switch (operator.text) {
      case "=":
        return (item) => read(item).some((found) => found === wanted);
      case "!=":
        return (item) => !read(item).some((found) => found === wanted);
      case ":":
        return (item) => read(item).some((found) => has(found, wanted));
      case "eq": {
        const pattern = regex();
        return (item) => read(item).some((found) => pattern.test(found));
      }
      case "ne": {
        const pattern = regex();
        return (item) => !read(item).some((found) => pattern.test(found));
      }
      case "<":
      case "<=":
      case ">":
      case ">=":
        return (item) => read(item).some((found) => compare(found, wanted, operator.text));
      default:
        throw this.refusal();
    }
  }

  private startsTerm(): boolean {
    const next = this.tokens[this.at];
    return next !== undefined && next.text !== ")" && !(next.kind === "word" && next.text === "OR");
  }

  private takeWord(word: string): boolean {
    const next = this.tokens[this.at];
    if (next?.kind !== "word" || next.text !== word) return false;
    this.at += 1;
    return true;
  }

  private takeSign(sign: string): boolean {
    const next = this.tokens[this.at];
    if (next?.kind !== "sign" || next.text !== sign) return false;
    this.at += 1;
    return true;
  }

  private refusal(): GoogleError {
    return invalidField("filter", this.text, "Invalid list filter expression.");
  }
}

const OPERATORS = new Set(["=", "!=", "<", "<=", ">", ">=", ":", "eq", "ne"]);

/** A word right after an operator is a value and may contain colons (times); one before it is a field and may not. */
function nextToken(
  text: string,
  from: number,
  before: Token | undefined,
): { token: Token; end: number } | undefined {
  if (before && OPERATORS.has(before.text) && before.kind !== "quoted") {
    const value = /\s*([^\s()"']+)/y;
    value.lastIndex = from;
    const match = value.exec(text);
    if (match) return { token: { text: match[1] ?? "", kind: "word" }, end: value.lastIndex };
  }
  const pattern = /\s*(?:(\(|\)|!=|<=|>=|=|<|>|:)|("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|([^\s()=!<>:"']+))/y;
  pattern.lastIndex = from;
  const match = pattern.exec(text);
  if (!match) return undefined;
  const [, sign, quoted, word] = match;
  if (sign !== undefined) return { token: { text: sign, kind: "sign" }, end: pattern.lastIndex };
  if (quoted !== undefined) {
    return {
      token: { text: quoted.slice(1, -1).replace(/\\(.)/g, "$1"), kind: "quoted" },
      end: pattern.lastIndex,
    };
  }
  return { token: { text: word ?? "", kind: "word" }, end: pattern.lastIndex };
}

/** All values at a path; a list yields those of each member. */
function lookUp(item: unknown, path: readonly string[]): string[] {
  let found: unknown[] = [item];
  for (const step of path) {
    found = found
      .flatMap((value) => (Array.isArray(value) ? (value as unknown[]) : [value]))
      .map((value) =>
        value !== null && typeof value === "object" ? (value as Record<string, unknown>)[step] : undefined,
      )
      .filter((value) => value !== undefined);
  }
  return found
    .flat()
    .map((value) => (typeof value === "object" ? "" : String(value as string | number | boolean)));
}

function has(found: string, wanted: string): boolean {
  return wanted === "*" || found.toLowerCase().includes(wanted.toLowerCase());
}

function compare(found: string, wanted: string, operator: string): boolean {
  const numbers = [found, wanted].map(Number);
  const times = [found, wanted].map(Date.parse);
  const [a, b] = (numbers.every(Number.isFinite) ? numbers : times) as [number, number];
  if (operator === "<") return a < b;
  if (operator === "<=") return a <= b;
  return operator === ">" ? a > b : a >= b;
}
