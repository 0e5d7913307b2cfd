import { z } from "zod";

/** Placeholders of name and description templates. */
export interface TemplateValues {
  readonly product: string;
  /** The product's name, with the variant if it is not the product's own: `debian-13`, `debian-13-refresh`. */
  readonly productVariant: string;
  readonly variant: string;
  /** ": " and what is in the variant; empty if nothing is said of it. */
  readonly contents: string;
  readonly publisher: string;
  /** "official image by Debian" or "based on Debian 13, by Acme". */
  readonly provenance: string;
  readonly architecture: string;
  readonly version: string;
}

export const PLACEHOLDERS = [
  "product",
  "variant",
  "productVariant",
  "contents",
  "publisher",
  "provenance",
  "architecture",
  "version",
] as const;

const known = PLACEHOLDERS.map((name) => `{${name}}`).join(" ");

/** Text with placeholders in braces, as in `{product}-{architecture}-{version}`. */
export const template = z.string().check((context) => {
  const unknown = placeholdersOf(context.value).filter((name) => !isPlaceholder(name));
  if (unknown.length === 0 && !/[{}]/.test(context.value.replace(/\{\w*\}/g, ""))) return;
  context.issues.push({
    code: "custom",
    input: context.value,
    message: `text whose placeholders are among ${known}`,
    params: unknown[0] === undefined ? { cure: "Close every brace" } : {},
  });
});

/** Fills a template that the schema accepted. */
export function fillTemplate(text: string, values: TemplateValues): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => (isPlaceholder(name) ? values[name] : whole));
}

function placeholdersOf(text: string): string[] {
  return [...text.matchAll(/\{(\w*)\}/g)].map((match) => match[1] ?? "");
}

function isPlaceholder(name: string): name is (typeof PLACEHOLDERS)[number] {
  return (PLACEHOLDERS as readonly string[]).includes(name);
}
