import { globbed } from "./glob";
import { NotInspectable, textOf, type Tree } from "./tree";

/*
 * sshd's settings, in sshd's order. Based on sshd_config(5) of OpenSSH 9.6 (manpages.ubuntu.com, noble, read
 * 2026-11-25), and of Debian's OpenSSH 9.2: the first value of a keyword wins; Include expands the named files in
 * place and in order, relative to /etc/ssh; a Match block ends at the next one or at the end of its file, and
 * overrides global settings.
 */

/** One setting. */
export interface SshdSetting {
  /** In lower case; old names are replaced by the current one. */
  keyword: string;
  /** Its arguments without quotes. */
  values: string[];
  /** File inside the image. */
  file: string;
  /** The Match condition; absent: applies to everyone. */
  match?: string;
}

const CONFIG = "/etc/ssh/sshd_config";
/** servconf.c's limit. */
const INCLUDE_DEPTH = 16;
const MOST_FILES = 1000;
const OLD_NAMES: Record<string, string> = {
  challengeresponseauthentication: "kbdinteractiveauthentication",
  skeyauthentication: "kbdinteractiveauthentication",
  hostdsakey: "hostkey",
  dsaauthentication: "pubkeyauthentication",
};

/**
 * Every setting, in the order in which sshd reads them.
 *
 * @throws {NotInspectable} for a line that sshd refuses, or settings given elsewhere
 */
export function sshdSettings(root: Tree): SshdSetting[] {
  return settingsIn(root, CONFIG, undefined, 0, { files: MOST_FILES });
}

/** The global value: the first setting of a keyword. */
export function globalSetting(settings: readonly SshdSetting[], keyword: string): SshdSetting | undefined {
  return settings.find((each) => each.keyword === keyword && each.match === undefined);
}

function settingsIn(
  root: Tree,
  file: string,
  within: string | undefined,
  depth: number,
  left: { files: number },
): SshdSetting[] {
  if (left.files-- <= 0) throw new NotInspectable(`${file}: more than ${MOST_FILES} files are included`);
  if (depth > INCLUDE_DEPTH) throw new NotInspectable(`${file}: included more than ${INCLUDE_DEPTH} deep`);
  let match = within;
  return (textOf(root, file) ?? "").split("\n").flatMap((line, index): SshdSetting[] => {
    const parsed = parseSshdLine(line);
    if (parsed === undefined) return [];
    if (parsed === "refused") throw new NotInspectable(`${file}:${index + 1}: sshd refuses this line`);
    const { keyword, values } = parsed;
    if (keyword === "match") {
      match = [within, values.join(" ")].filter((each) => each !== undefined).join(", ");
      return [];
    }
    if (keyword === "include") {
      const patterns = values.map((each) => (each.startsWith("/") ? each : `/etc/ssh/${each}`));
      return patterns
        .flatMap((pattern) => globbed(root, pattern))
        .flatMap((included) => settingsIn(root, included, match, depth + 1, left));
    }
    return [{ keyword, values, file, match }];
  });
}

/**
 * `keyword arguments` or `keyword=arguments`; a `#` begins a comment, quotes group an argument.
 *
 * @returns `undefined` for an empty line
 */
export function parseSshdLine(line: string): { keyword: string; values: string[] } | "refused" | undefined {
  const text = line.trim();
  if (text === "" || text.startsWith("#")) return undefined;
  const [, , given = "", rest = ""] = /^("?)([^\s="]+)\1[ \t]*=?[ \t]*(.*)$/.exec(text) ?? [];
  const values = argumentsOf(rest);
  if (given === "" || values === undefined) return "refused";
  const keyword = given.toLowerCase();
  return { keyword: OLD_NAMES[keyword] ?? keyword, values };
}

/** Splits a line like argv_split of OpenSSH's misc.c; `undefined` for an unterminated quote. */
function argumentsOf(text: string): string[] | undefined {
  const values: string[] = [];
  let at = 0;
  while (at < text.length) {
    if (/\s/.test(text[at] ?? "")) {
      at += 1;
      continue;
    }
    if (text[at] === "#") break;
    let value = "";
    let quote = "";
    for (; at < text.length; at += 1) {
      const char = text[at] ?? "";
      const next = text[at + 1] ?? "";
      if (char === "\\" && (/["'\\]/.test(next) || (quote === "" && next === " "))) {
        value += next;
        at += 1;
      } else if (quote === "" && /\s/.test(char)) break;
      else if (quote === "" && /["']/.test(char)) quote = char;
      else if (char === quote) quote = "";
      else value += char;
    }
    if (quote !== "") return undefined;
    values.push(value);
  }
  return values;
}
