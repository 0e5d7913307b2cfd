/** Bodies of requests and responses as values: JSON, XML and forms. Of anything else only the length. */
import { MIB } from "../../facts/units";

/** Longest parsed body; longer ones are bytes of a disk. */
const LONGEST = 4 * MIB;

/**
 * A body as a value, or its length for other formats.
 *
 * @param type the content type, if known
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
    // Not in the expected format.
  }
  return bytes(length);
}

/** Bytes of a disk or an archive: the length only. */
export function bytes(length: number): { bytes: number } {
  return { bytes: length };
}

/** `Filter.1.Name=x` becomes `{Filter: [{Name: x}]}`: numbers are list positions, in text order. */
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
 * The XML of AWS's Query protocol and of Azure's blob service: elements and text, without attributes. Repeated names,
 * and `item` and `member` always, become lists.
 */
function parseXml(text: string): unknown {
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
