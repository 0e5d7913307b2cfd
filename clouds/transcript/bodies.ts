/** Bodies of requests and answers as values: JSON, XML and forms. Whatever else it is, only its length is told. */
import { MIB } from "../../facts/units";

/** At most this much is parsed; what is longer is bytes of a disk. */
const LONGEST = 4 * MIB;

/**
 * A body as a value, or its length where it is none of these.
 *
 * @param type the content type, as far as it is known
 */
export function parseBody(body: Buffer | string | undefined, type = ""): unknown {
  const length = body === undefined ? 0 : Buffer.byteLength(body);
  if (body === undefined || length === 0) return undefined;
  if (length > LONGEST || /octet-stream|gzip|x-tar/.test(type)) return bytes(length);
  const text = typeof body === "string" ? body : body.toString("utf8");
  try {
    if (/x-www-form-urlencoded/.test(type)) return form(text);
    if (/^\s*[[{]/.test(text)) return JSON.parse(text) as unknown;
    if (/^\s*(\uFEFF|ï»¿)?<(\?xml|[A-Z])/.test(text)) return parseXml(text);
  } catch {
    // Not what it looked like.
  }
  return bytes(length);
}

/** Bytes of a disk or an archive: only how many. */
export function bytes(length: number): { bytes: number } {
  return { bytes: length };
}

/** `Filter.1.Name=x` becomes `{Filter: [{Name: x}]}`: a number is a place in a list, in the order of the text. */
function form(text: string): unknown {
  const root: Record<string, unknown> = {};
  for (const [name, value] of new URLSearchParams(text)) {
    const parts = name.split(".");
    let at: Record<string, unknown> = root;
    parts.forEach((part, index) => {
      if (index === parts.length - 1) at[part] = value;
      else at = (at[part] ??= {}) as Record<string, unknown>;
    });
  }
  return withLists(root);
}

function withLists(value: unknown): unknown {
  if (value === null || typeof value !== "object") return value;
  const entries = Object.entries(value).map(([key, inner]) => [key, withLists(inner)] as const);
  if (entries.length > 0 && entries.every(([key]) => /^\d+$/.test(key)))
    return entries.map(([, inner]) => inner);
  return Object.fromEntries(entries);
}

interface Element {
  name: string;
  children: Element[];
  text: string;
}

/**
 * The XML of AWS's Query protocol and of Azure's blob service: elements and text, attributes left out. A name that is
 * repeated, and `item` and `member` always, are a list.
 */
export function parseXml(text: string): unknown {
  const root: Element = { name: "", children: [], text: "" };
  const open = [root];
  for (const [, closing, name = "", self, data = ""] of text.matchAll(
    /<(\/?)([A-Za-z][\w:.-]*)[^>]*?(\/?)>|<[?!][^>]*>|([^<]+)/g,
  )) {
    const top = open.at(-1) ?? root;
    if (data) top.text += data;
    else if (closing) open.pop();
    else if (name) {
      const element: Element = { name, children: [], text: "" };
      top.children.push(element);
      if (!self) open.push(element);
    }
  }
  return valueOf(root);
}

function valueOf({ children, text }: Element): unknown {
  if (children.length === 0)
    return text.trim().replace(/&(lt|gt|quot|apos|amp);/g, (_, name: string) => ENTITIES[name] ?? "");
  if (children.every(({ name }) => name === "item" || name === "member")) return children.map(valueOf);
  const names = [...new Set(children.map(({ name }) => name))];
  return Object.fromEntries(
    names.map((name) => {
      const found = children.filter((child) => child.name === name).map(valueOf);
      return [name, found.length === 1 ? found[0] : found];
    }),
  );
}

const ENTITIES: Readonly<Record<string, string>> = { lt: "<", gt: ">", quot: '"', apos: "'", amp: "&" };
