/**
 * A body, link or header in the form of the transcript: field names, types and the clouds' own words; pseudonyms for
 * the rest.
 */
import type { Pseudonyms } from "./pseudonyms";
import {
  HEADERS,
  isEnumeration,
  isFreeMap,
  isNobodys,
  isNumber,
  isOwnKey,
  isPathWord,
  isPublicHost,
  isQueryName,
  isSentence,
  isTagKey,
} from "./vocabulary";
import { WORDS } from "./words";

/** Longer lists are represented by their length. */
const LONGEST_LIST = 100;

/** A cloud's own word: no e-mail address, no UUID, no run of digits that could be an account. */
const WORD = /^(?!.*\d{7})[A-Za-z0-9][A-Za-z0-9_.#%:;=+-]{0,79}$/;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
/**
 * The clouds' words with a slash: `roles/compute.imageUser`, `Microsoft.Compute/galleries`, `Linux/UNIX`,
 * `/dev/xvda`.
 */
const SLASHED =
  /^(roles\/[a-z]+\.[A-Za-z]+|Microsoft\.[A-Z][A-Za-z]+(\/(disks|galleries|images|versions))*|Linux\/UNIX|\/dev\/[a-z]{2,4}\d?)$/;
const MEDIA_TYPE = /^(application|text|multipart)\/[a-z0-9.+-]+(; ?charset=[\w-]+)?$/i;
/** `ec2:CopyImage`, `compute.images.create`, `Microsoft.Compute/galleries/share/action`. */
const PERMISSION =
  /^((ec2|ebs|ssm|kms|sts|iam):[A-Z][A-Za-z]{2,60}|(compute|storage|cloudkms|iam|resourcemanager)\.[a-z][A-Za-z]+\.[a-z][A-Za-z]+)$/;

/**
 * E.g. `ifGenerationMatch`: "makes the operation succeed only if there are no live versions of the object", so not an
 * identifier (Cloud Storage JSON API, objects.insert, read 2026-11).
 */
const NO_GENERATION = "0";

/** Google's filter for this project's labels. */
const OWN_LABELS = /^(\(labels\.imprimatur-(stack|product) = "[^"]*"\) ?)+$/;

/** Converts values to a transcript's vocabulary; `at` is the path in lower case, e.g. `error.errors.reason`. */
export class Shaper {
  /** Names in paths, in lower case: also treated as names in messages, whatever word they are. */
  private readonly seen = new Set<string>();

  constructor(private readonly pseudonym: Pseudonyms) {}

  /** A parsed body. */
  value(value: unknown, at = "", isListed = false): unknown {
    if (value === null || typeof value === "boolean") return value;
    if (typeof value === "number") return isNumber(at) && Math.abs(value) < 1e15 ? value : "<number>";
    if (typeof value === "string") return this.text(value, at);
    if (Array.isArray(value)) return this.list(value, at);
    if (typeof value !== "object") return `<${typeof value}>`;
    // A list of tags has keys and values; the keys of a map are the user's names.
    const free = isFreeMap(at) && !isListed;
    return Object.fromEntries(
      Object.entries(value).map(([key, inner]) => {
        const isKept = free ? isOwnKey(key) : /^[A-Za-z@_$][A-Za-z0-9_@.$]{0,60}$/.test(key);
        const below = at === "" ? key : `${at}.${key}`;
        // Values under a user-defined key such as `role` or `location` are not a cloud's words.
        return [isKept ? key : this.name(key), this.value(inner, free ? "" : below.toLowerCase())];
      }),
    );
  }

  /** A request path: the clouds' own words stay. */
  path(path: string): string {
    return path
      .split("/")
      .map((segment, index, all) =>
        isPlace(all[index - 1], segment) ? segment : this.segment(decoded(segment)),
      )
      .join("/");
  }

  query(query: URLSearchParams): Record<string, unknown> {
    const shaped: Record<string, unknown> = {};
    for (const name of new Set(query.keys())) {
      const isKnown = isQueryName(name) || name === "permissions";
      const values = query.getAll(name).map((value) => {
        if (name === "filter" && OWN_LABELS.test(value))
          return value.replace(/"([^"]*)"/g, (_, inner: string) => `"${this.name(inner)}"`);
        if (name === "ifGenerationMatch" && value === NO_GENERATION) return value;
        if (isKnown && (WORD.test(value) || PERMISSION.test(value))) return value;
        return this.text(value, isKnown ? "" : name.toLowerCase());
      });
      const key = /^\$?[A-Za-z][A-Za-z_-]{0,40}$/.test(name) ? name : this.name(name);
      shaped[key] = values.length === 1 ? values[0] : values;
    }
    return shaped;
  }

  /** Listed headers only, in lower case. */
  headers(headers: Iterable<readonly [string, string]>): Record<string, string> {
    const shaped: Record<string, string> = {};
    for (const [given, value] of headers) {
      const name = given.toLowerCase();
      const how = Object.hasOwn(HEADERS, name) ? HEADERS[name] : undefined;
      if (how === undefined) continue;
      if (how === "link") shaped[name] = this.name(value);
      else if (how === "word" && isHeaderWord(value)) shaped[name] = value;
      else shaped[name] = this.name(value);
    }
    return shaped;
  }

  private list(values: readonly unknown[], at: string): unknown[] {
    const shown = values.slice(0, LONGEST_LIST).map((value) => this.value(value, at, true));
    return values.length > LONGEST_LIST ? [...shown, `<${values.length - LONGEST_LIST} more>`] : shown;
  }

  private text(text: string, at: string): string {
    if (text === "" || isNobodys(text)) return text;
    if (isNumber(at) && /^\d{1,15}$/.test(text)) return text;
    const filtered = /^tag:(.+)$/.exec(text)?.[1];
    if (filtered !== undefined) return isOwnKey(filtered) ? text : this.name(text);
    if (isTagKey(at)) return isOwnKey(text) ? text : this.name(text);
    const isWord = isEnumeration(at) && !UUID.test(text);
    if (isWord && (WORD.test(text) || SLASHED.test(text) || PERMISSION.test(text))) return text;
    if (isSentence(at) || (isEnumeration(at) && text.includes(" "))) return this.sentence(text);
    return this.name(text);
  }

  /** A cloud's message: known words stay. */
  private sentence(text: string): string {
    return text.replace(/[^\s'"“”‘’()[\]{},;<>|`]+/g, (token) => {
      const [, before = "", core = "", after = ""] = /^([:.!?=*-]*)(.*?)([:.!?=*]*)$/s.exec(token) ?? [];
      return core === "" || (isPlain(core) && !this.seen.has(core.toLowerCase()))
        ? token
        : `${before}${this.name(core)}${after}`;
    });
  }

  /** A user's name: its kind is kept, and the clouds' own words in ids that are paths or links. */
  private name(text: string): string {
    const member = /^(user|serviceAccount|group|domain):(.+)$/.exec(text);
    if (member)
      return `${member[1]}:${this.pseudonym(text.includes("@") ? "email" : "name", member[2] ?? "")}`;
    if (/^[^\s/]+@[^\s/]+$/.test(text)) return this.pseudonym("email", text);
    if (UUID.test(text)) return this.pseudonym("uuid", text);
    if (/^\d{12}$/.test(text)) return this.pseudonym("account", text);
    if (/^\d+$/.test(text)) return this.pseudonym("digits", text);
    const [, kind] = /^(ami|snap|vol|i|vpc|subnet|o|ou|r)-[0-9a-z-]{4,}$/.exec(text) ?? [];
    if (kind !== undefined) return this.pseudonym(kind, text);
    if (/^\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:?\d\d)$/.test(text)) return text.replace(/\d/g, "0");
    if (/^https?:\/\//i.test(text) && URL.canParse(text)) return this.link(new URL(text));
    if (/^arn:[a-z-]+:[a-z0-9-]*:/.test(text)) return this.arn(text);
    if (text.includes("/") && text.split("/").some((segment) => segment !== "" && isPathWord(segment)))
      return this.path(text);
    if (/^sha256:[0-9a-f]{64}$/.test(text)) return this.pseudonym("sha256", text);
    return this.pseudonym(text.length > 63 || /\s/.test(text) ? "text" : "name", text);
  }

  private link(url: URL): string {
    const host = isPublicHost(url.host) ? url.host : this.pseudonym("host", url.host);
    const query = Object.entries(this.query(url.searchParams)).flatMap(([name, values]) =>
      [values].flat().map((value) => `${name}=${String(value)}`),
    );
    return `${url.protocol}//${host}${this.path(url.pathname)}${query.length > 0 ? `?${query.join("&")}` : ""}`;
  }

  private arn(text: string): string {
    const [arn, partition, service, region, account = "", ...resource] = text.split(":");
    const place = /^[a-z0-9-]*$/.test(region ?? "") ? region : this.pseudonym("name", region ?? "");
    const owner = account === "" || account === "aws" ? account : this.pseudonym("account", account);
    const named = resource.join(":").split(/([:/])/);
    return [arn, partition, service, place, owner, named.map((part) => this.segment(part)).join("")].join(
      ":",
    );
  }

  private remember(name: string): void {
    if (this.seen.size < 10_000) this.seen.add(name.toLowerCase());
  }

  private segment(segment: string): string {
    if (segment === "" || /^[:/]$/.test(segment) || isPathWord(segment)) return segment;
    // `keys/1:asymmetricSign`
    const [, name, action] = /^(.+):([A-Za-z]+)$/.exec(segment) ?? [];
    if (name !== undefined && action !== undefined && isPathWord(action))
      return `${this.segment(name)}:${action}`;
    this.remember(segment);
    return this.name(segment);
  }
}

/** `locations/westeurope`: locations are not user-defined. */
function isPlace(before: string | undefined, segment: string): boolean {
  return (
    /^(locations|regions|zones)$/i.test(before ?? "") && /^[a-z]+(-[a-z]+)*\d{0,2}(-[a-z])?$/i.test(segment)
  );
}

/** A word, or joined words such as `GalleryImageNotFound` or `opt-in`; short numbers; permissions. */
function isPlain(text: string): boolean {
  if (/^\d{1,5}$/.test(text) || PERMISSION.test(text) || SLASHED.test(text) || HYPHENED.has(text))
    return true;
  if (!/^[A-Za-z]+(\.[A-Z][A-Za-z]+)*$/.test(text)) return false;
  const parts = text.replace(/([a-z])([A-Z])/g, "$1 $2").split(/[ .]/);
  return parts.every((part) => WORDS.has(part.toLowerCase()));
}

/** Hyphenated words that are not names; others, e.g. `image-archive`, may be. */
const HYPHENED = new Set([
  "opt-in",
  "opted-in",
  "read-only",
  "cross-region",
  "and/or",
  "non-existent",
  "long-running",
]);

/** `bytes 0-8388607/*`, `application/json; charset=utf-8`, `update`, `2021-12-02`. */
function isHeaderWord(value: string): boolean {
  const isRange = /^bytes[ =][\d*]+(-\d+)?(\/[\d*]+)?$/.test(value);
  return (
    isRange || MEDIA_TYPE.test(value) || /^\d{1,15}$/.test(value) || (WORD.test(value) && !UUID.test(value))
  );
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
