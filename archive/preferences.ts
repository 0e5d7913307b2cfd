import { PARAGRAPH_END, fieldsOf } from "../facts/deb822";
import type { ReleaseFile } from "./release-file";

/** A suite that an image installs from, with what apt knows of it besides its Release file. */
export interface Suite {
  readonly release: ReleaseFile;
  /** Host of the image's own source, which need not be where the indices were read. */
  readonly host: string;
}

/** A version of a package in one suite. */
export interface Offer {
  readonly name: string;
  readonly source: string;
  readonly sourceVersion: string;
  readonly version: string;
  readonly component: string;
  readonly suite: Suite;
}

/** One record of apt_preferences(5), apt 2.6. */
interface Pin {
  /** Names, globs, `/regular expressions/` and `src:` names. */
  readonly packages: readonly string[];
  readonly kind: "release" | "version" | "origin";
  readonly value: string;
  readonly priority: number;
}

/** apt_preferences(5): a record without a valid priority or pin is ignored by apt, with a warning. */
export function pinsIn(text: string): Pin[] {
  return text.split(PARAGRAPH_END).flatMap((paragraph) => {
    const fields = fieldsOf(paragraph);
    const [, kind, value = ""] = /^(release|version|origin)\s+([^]+)$/.exec(fields.get("pin") ?? "") ?? [];
    const priority = Number(fields.get("pin-priority") ?? "");
    const packages = (fields.get("package") ?? "").split(/\s+/).filter(Boolean);
    if (kind === undefined || !Number.isInteger(priority) || priority === 0 || packages.length === 0)
      return [];
    return [{ packages, kind: kind as Pin["kind"], value: value.trim(), priority }];
  });
}

/** A package's version, wherever it is offered; the installed one may be offered nowhere. */
export interface Version {
  readonly name: string;
  readonly source: string;
  readonly version: string;
  readonly offers: readonly Offer[];
}

export interface Preferences {
  readonly pins: readonly Pin[];
  /** APT::Default-Release. */
  readonly defaultRelease?: string | undefined;
}

/** Priority of what is installed: that of dpkg's status file (apt_preferences(5)). */
const INSTALLED = 100;

/**
 * Priority of a version, as in apt's policy: that of the first record that names the package and matches one of the
 * version's suites; else the highest of its suites. A suite's is that of the first general record that matches it, else
 * it follows from what the suite says of itself.
 */
export function priorityOf(
  version: Version,
  isInstalled: boolean,
  { pins, defaultRelease }: Preferences,
): number {
  const own = pins.find(
    (pin) =>
      !isGeneral(pin) &&
      names(pin, version) &&
      (pin.kind === "version"
        ? fits(pin.value, version.version)
        : version.offers.some((offer) => matches(pin, offer))),
  );
  if (own) return own.priority;
  const suites = version.offers.map((offer) => suitePriority(offer, pins, defaultRelease));
  return Math.max(...suites, ...(isInstalled ? [INSTALLED] : []));
}

function suitePriority(offer: Offer, pins: readonly Pin[], defaultRelease?: string): number {
  const general = pins.find((pin) => isGeneral(pin) && matches(pin, offer));
  if (general) return general.priority;
  if (defaultRelease !== undefined && matchesRelease(defaultRelease, offer)) return 990;
  const { notAutomatic, butAutomaticUpgrades } = offer.suite.release;
  if (notAutomatic) return butAutomaticUpgrades ? 100 : 1;
  return 500;
}

function isGeneral({ packages }: Pin): boolean {
  return packages.length === 1 && packages[0] === "*";
}

function names({ packages }: Pin, { name, source }: Pick<Version, "name" | "source">): boolean {
  return packages.some((written) => {
    const [expression, subject] = written.startsWith("src:") ? [written.slice(4), source] : [written, name];
    return fits(expression.replace(/:(any|native|[a-z0-9-]+)$/, ""), subject);
  });
}

function matches({ kind, value }: Pin, offer: Offer): boolean {
  if (kind === "origin") return fits(value.replace(/^"(.*)"$/, "$1"), offer.suite.host);
  return kind === "release" && matchesRelease(value, offer);
}

/** `a=stable, l=Debian`, or one word: a version that starts with a digit, else a suite or code name. */
function matchesRelease(value: string, { suite: { release }, component }: Offer): boolean {
  if (!value.includes("="))
    return /^\d/.test(value)
      ? fits(`${value}*`, release.version)
      : fits(value, release.archive) || fits(value, release.codename);
  const own: Readonly<Record<string, string>> = {
    ...{ a: release.archive, n: release.codename, o: release.origin, l: release.label },
    ...{ v: release.version, c: component },
  };
  return value.split(",").every((part) => {
    const [, key = "", wanted = ""] = /^\s*(\w)\s*=\s*(.*?)\s*$/.exec(part) ?? [];
    const given = own[key];
    return given !== undefined && fits(wanted, given);
  });
}

/** A glob, or a regular expression between slashes (extended, POSIX). */
function fits(expression: string, subject: string): boolean {
  if (/^\/.*\/$/.test(expression)) {
    try {
      return new RegExp(expression.slice(1, -1)).test(subject);
    } catch {
      return false; // apt ignores it, with a warning
    }
  }
  if (!/[*?[]/.test(expression)) return expression === subject;
  const pattern = expression
    .replace(/[.+^${}()|\\]/g, "\\$&")
    .replace(/\*/g, ".*")
    .replace(/\?/g, ".");
  return new RegExp(`^${pattern.replace(/\[!/g, "[^")}$`).test(subject);
}
