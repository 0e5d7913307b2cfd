/**
 * Names that belong to the publisher of a product's base, and names that could be mistaken for them. All words are
 * folded: Unicode compatibility forms and accents undone (NFKD), invisible characters removed, lower case.
 */

/** Generic words that do not identify a product, wherever they stand. */
const SILENT = new Set(
  "a an and based by for from gnu linux of official on original our genuine real the true with".split(" "),
);
/** Common words in product names that belong to no publisher. */
const COMMON = new Set(
  (
    "base cloud community core desktop distribution edition enterprise generic image images minimal operating project " +
    "release rolling server stable standard stream system team testing unstable version"
  ).split(" "),
);
/** A shorter word is too common alone and is joined with the next: "red" of Red Hat. */
const SHORTEST = 4;
/** Suffixes that do not make another name: `debianlinux`, `debian13`. */
const SUFFIX = "(gnu|linux|os|project)*\\d*";

/**
 * Names that belong to the base's publisher: `debian` of "Debian 13" and of "GNU/Debian", `red-hat` of "Red Hat
 * Enterprise Linux 9", `almalinux` and `alma` of "AlmaLinux".
 */
export function protectedNames(basedOn: string): string[] {
  const words = wordsOf(basedOn.replace(/[{}]/g, " ")).filter((word) => !isSilent(word) && !COMMON.has(word));
  const names: string[] = [];
  for (const [index, word] of words.entries()) {
    let name = word;
    for (const next of index === 0 ? words.slice(1) : []) {
      if (name.length >= SHORTEST) break;
      name = `${name}-${next}`;
    }
    if (index > 0 && name.length < SHORTEST) continue;
    const short = name.replace(/(gnu|linux|os)$/, "");
    names.push(name, ...(short.length >= SHORTEST ? [short] : []));
  }
  return [...new Set(names)];
}

/** Letters may be split and numbers added, `de-bian13`; further letters make another word, `debianish`. */
export function beginsWith(text: string, name: string): boolean {
  const words = wordsOf(text);
  return startsAt(words.slice(words.findIndex((word) => !isSilent(word))), name);
}

/**
 * True if a publisher's name ends with it, like "Team Debian": it reads as part of the other. "Images for Debian"
 * does not.
 */
export function endsWith(text: string, name: string): boolean {
  const words = wordsOf(text);
  while (
    words.length > 0 &&
    (isSilent(words.at(-1) ?? "") || ["project", "team"].includes(words.at(-1) ?? ""))
  )
    words.pop();
  const from = words.findIndex((_, index) => joins(words.slice(index), name));
  return from >= 0 && !["for", "on", "with"].includes(words[from - 1] ?? "");
}

/** Letters of two scripts in one word: a Cyrillic "е" in "Dеbian" looks like the Latin one. */
export function mixesScripts(text: string): boolean {
  const scripts = [/\p{Script=Latin}/u, /\p{Script=Cyrillic}/u, /\p{Script=Greek}/u, /\p{Script=Armenian}/u];
  return wordsOf(text).some((word) => scripts.filter((script) => script.test(word)).length > 1);
}

function startsAt(words: readonly string[], name: string): boolean {
  return words.some((_, index) => joins(words.slice(0, index + 1), name));
}

function joins(words: readonly string[], name: string): boolean {
  return new RegExp(`^${name.replace(/-/g, "")}${SUFFIX}$`, "u").test(words.join(""));
}

function isSilent(word: string): boolean {
  return SILENT.has(word) || /^v?\d+$/.test(word);
}

/** Braces are kept: a template's placeholder is a word. */
function wordsOf(text: string): string[] {
  return text
    .normalize("NFKD")
    .replace(/[\p{Cf}\p{M}]/gu, "")
    .toLowerCase()
    .split(/[^\p{L}\p{N}{}]+/u)
    .filter(Boolean);
}
