import { invalid } from "../errors";

type Mask = Map<string, Mask | "all">;

/**
 * Reduces a response to the requested `fields=`: `items(name,selfLink),nextPageToken`, `a/b/c`, `*`.
 * https://cloud.google.com/storage/docs/json_api#partial-response
 */
export function selectFields(answer: unknown, fields: string): unknown {
  const parser = new MaskParser(fields);
  return apply(answer, parser.parse());
}

function apply(value: unknown, mask: Mask | "all"): unknown {
  if (mask === "all" || value === null || typeof value !== "object") return value;
  if (Array.isArray(value)) return value.map((item) => apply(item, mask));
  const kept: Record<string, unknown> = {};
  for (const [key, inner] of Object.entries(value)) {
    const wanted = mask.get(key) ?? mask.get("*");
    if (wanted !== undefined) kept[key] = apply(inner, wanted);
  }
  return kept;
}

class MaskParser {
  private at = 0;
  constructor(private readonly text: string) {}

  parse(): Mask {
    const mask = this.list();
    if (this.at < this.text.length) throw this.refusal();
    return mask;
  }

  private list(): Mask {
    const mask: Mask = new Map();
    do {
      const name = /^[\w*-]+/.exec(this.text.slice(this.at))?.[0];
      if (name === undefined) throw this.refusal();
      this.at += name.length;
      let inner: Mask | "all" = "all";
      if (this.take("(")) {
        inner = this.list();
        if (!this.take(")")) throw this.refusal();
      } else if (this.take("/")) {
        inner = this.single();
      }
      const before = mask.get(name);
      mask.set(name, before instanceof Map && inner instanceof Map ? new Map([...before, ...inner]) : inner);
    } while (this.take(","));
    return mask;
  }

  private single(): Mask {
    const name = /^[\w*-]+/.exec(this.text.slice(this.at))?.[0];
    if (name === undefined) throw this.refusal();
    this.at += name.length;
    if (this.take("/")) return new Map([[name, this.single()]]);
    if (!this.take("(")) return new Map([[name, "all"]]);
    const inner = this.list();
    if (!this.take(")")) throw this.refusal();
    return new Map([[name, inner]]);
  }

  private take(sign: string): boolean {
    if (this.text[this.at] !== sign) return false;
    this.at += 1;
    return true;
  }

  private refusal() {
    return invalid(`Invalid field selection ${this.text}`);
  }
}
