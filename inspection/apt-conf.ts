import { NotInspectable, textOf, type Tree } from "./tree";

/*
 * apt's own settings: apt.conf(5) of apt 2.6, each detail compared with `apt-config dump` of apt 2.6.1, 2026-11-25.
 * apt fails on a file it cannot parse, so such a file is an error here too.
 */

/** Value of each option by its full name in lower case, e.g. `apt::periodic::enable`. */
export class AptSettings extends Map<string, string> {
  /** List items, by the name of the list. */
  readonly items: { list: string; value: string; file: string }[] = [];
  /** The file that set an option last. */
  readonly files = new Map<string, string>();

  /** Options and items alike: apt treats a named option below a list as one of its items. */
  all(): { name: string; value: string; file: string }[] {
    return [
      ...[...this].map(([name, value]) => ({ name, value, file: this.files.get(name) ?? "" })),
      ...this.items.map(({ list, value, file }) => ({ name: list, value, file })),
    ];
  }
}

const PARTS = "/etc/apt/apt.conf.d";
const INCLUDE_DEPTH = 10;

/**
 * Settings as seen by apt's programs: the parts in order of their names, then the main file; the last setting wins.
 *
 * @throws {NotInspectable} when apt refuses one of the files
 */
export function aptSettings(root: Tree): AptSettings {
  const parts = (root.list(PARTS) ?? [])
    .filter(({ name }) => isAptFile(name, ["", "conf"]))
    .map(({ name }) => `${PARTS}/${name}`);
  const settings = new AptSettings();
  for (const file of [...parts, "/etc/apt/apt.conf"]) {
    const text = textOf(root, file);
    if (text !== undefined) readAptConf(text, settings, { file, root, depth: 0 });
  }
  return settings;
}

/** apt.conf(5), sources.list(5): other files of the folder are ignored. The extension `""` means none. */
export function isAptFile(name: string, extensions: readonly string[]): boolean {
  const extension = name.includes(".") ? name.slice(name.lastIndexOf(".") + 1) : "";
  return /^[A-Za-z0-9_:-][A-Za-z0-9_:.-]*$/.test(name) && extensions.includes(extension);
}

/** Source of a text: for error messages, and for resolving `#include`. */
interface Source {
  file: string;
  root: Tree;
  depth: number;
}

/**
 * Adds a text's settings to `settings`.
 *
 * @throws {NotInspectable} when apt would refuse it
 */
export function readAptConf(text: string, settings: AptSettings, source: Source): void {
  const parents: string[] = [];
  const refuse = (why: string) => new NotInspectable(`${source.file}: apt refuses it: ${why}`);
  const { statements, rest } = statementsIn(withoutComments(text));
  if (rest !== "") throw refuse(`no ";" after ${JSON.stringify(rest)}`);
  for (const { words, end } of statements) {
    const parsed = parseStatement(words);
    if (parsed === undefined) throw refuse(`too much in ${JSON.stringify(words)}`);
    const { name, value } = parsed;
    const parent = parents.at(-1) ?? "";
    const whole = [parent, name].filter(Boolean).join("::").toLowerCase();
    if (name.startsWith("#")) {
      if (parents.length > 0) throw refuse(`${name} inside of braces`);
      follow(name, value ?? "", settings, source);
    } else if (value === undefined ? end === ";" && name !== "" : whole.endsWith("::")) {
      const list = value === undefined ? parent : whole;
      settings.items.push({ list: list.replace(/::$/, ""), value: value ?? name, file: source.file });
    } else if (value !== undefined) {
      settings.set(whole, value);
      settings.files.set(whole, source.file);
    }
    if (end === "{" && name === "") throw refuse("braces without a name");
    if (end === "{") parents.push(whole);
    if (end === "}") parents.pop();
  }
}

/** `#clear` removes an option and everything below it; `#include` reads another file in place. */
function follow(name: string, value: string, settings: AptSettings, { file, root, depth }: Source): void {
  if (name === "#clear") {
    const gone = value.toLowerCase();
    for (const each of [...settings.keys()]) {
      if (each === gone || each.startsWith(`${gone}::`)) settings.delete(each);
    }
    const kept = settings.items.filter(({ list }) => list !== gone && !list.startsWith(`${gone}::`));
    settings.items.splice(0, settings.items.length, ...kept);
    return;
  }
  const text = name === "#include" ? textOf(root, value) : undefined;
  if (text === undefined || depth >= INCLUDE_DEPTH) {
    throw new NotInspectable(`${file}: apt refuses it, or reads it elsewhere: ${name} ${value}`);
  }
  readAptConf(text, settings, { file: value, root, depth: depth + 1 });
}

/** Per line: `//` and `#` up to its end, matched before `/*`; quotes do not span lines. */
function withoutComments(text: string): string {
  let inside = false;
  const lines = text.split("\n").map((line) => {
    let from = 0;
    if (inside) {
      const end = line.indexOf("*/");
      if (end < 0) return "";
      inside = false;
      from = end + 2;
    }
    const short = outsideQuotes(line, from, /^(\/\/|#(?!clear|include))/) ?? line.length;
    let kept = "";
    for (let at = from; ;) {
      const start = outsideQuotes(line.slice(0, short), at, /^\/\*/);
      if (start === undefined) return kept + line.slice(at, short);
      kept += line.slice(at, start);
      const end = line.slice(0, short).indexOf("*/", start + 2);
      if (end < 0) {
        inside = true;
        return kept;
      }
      at = end + 2;
    }
  });
  return lines.join("\n");
}

/** Position of the first `what` in a line after `from`, outside quotes. */
function outsideQuotes(line: string, from: number, what: RegExp): number | undefined {
  let quoted = false;
  for (let at = from; at < line.length; at += 1) {
    if (line[at] === '"') quoted = !quoted;
    if (!quoted && what.test(line.slice(at, at + 9))) return at;
  }
  return undefined;
}

interface Statement {
  words: string;
  end: "{" | "}" | ";";
}

function statementsIn(text: string): { statements: Statement[]; rest: string } {
  const statements: Statement[] = [];
  let rest = "";
  for (const line of text.split("\n")) {
    let quoted = false;
    for (const char of line) {
      if (char === '"') quoted = !quoted;
      if (!quoted && (char === "{" || char === "}" || char === ";")) {
        statements.push({ words: rest.trim(), end: char });
        rest = "";
      } else rest += char;
    }
    rest += " ";
  }
  return { statements, rest: rest.trim() };
}

/** `Name "value"`; a name alone opens a block or is a list item. Quotes are optional around one word. */
function parseStatement(words: string): { name: string; value?: string } | undefined {
  const [, quoted, plain, after = ""] = /^(?:"([^"]*)"|([^\s"]\S*))?\s*([^]*)$/.exec(words) ?? [];
  const name = quoted ?? plain ?? "";
  if (after === "") return { name };
  const value = /^"([^"]*)"$/.exec(after)?.[1] ?? /^[^\s"]+$/.exec(after)?.[0];
  return value === undefined ? undefined : { name, value };
}
