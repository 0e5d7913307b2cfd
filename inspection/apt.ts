import { isAptFile } from "./apt-conf";
import { paragraphs } from "./dpkg";
import { NotInspectable, textOf, type Tree } from "./tree";

/** One archive that apt installs from: sources.list(5) of apt 2.6, both formats, 2026-11-25. */
export interface AptSource {
  /** File inside the image. */
  file: string;
  /**
   * Hosts of its files: of its URI, or of every mirror in the list that the URI names (apt-transport-mirror(1)). For
   * a local source, its scheme. Empty: the mirror list is missing or empty.
   */
  hosts: string[];
  /** Its URI, or those of the mirrors in the list that it names. */
  uris: string[];
  suite: string;
  /** Empty: a flat archive, which has no areas, or a line that names none. */
  components: string[];
  /** apt installs from it whatever its signature: `trusted=yes`, `allow-insecure=yes`… */
  unsigned: boolean;
  /** Accepted signers: a file, fingerprints, or an inline key; `undefined`: any that apt trusts. */
  signedBy?: string;
  /** Options that relax checks of the server's identity (TLS) or of the age of lists. */
  loose: string[];
}

/**
 * All enabled sources of binary packages.
 *
 * @throws {NotInspectable} for a line that apt refuses, or an unreadable mirror list
 */
export function aptSources(root: Tree): AptSource[] {
  const folder = "/etc/apt/sources.list.d";
  const parts = (root.list(folder) ?? [])
    .filter(({ name }) => isAptFile(name, ["list", "sources"]))
    .map(({ name }) => `${folder}/${name}`);
  return ["/etc/apt/sources.list", ...parts].flatMap((file) => {
    const text = textOf(root, file);
    if (text === undefined) return [];
    const lines = file.endsWith(".sources") ? parseDeb822Sources(file, text) : parseSourcesList(file, text);
    return lines.map(({ uri, ...source }) => {
      const uris = urisOf(uri, root);
      return { ...source, uris, hosts: [...new Set(uris.map(hostOf))] };
    });
  });
}

/** A source as written. */
type WrittenSource = Omit<AptSource, "hosts" | "uris"> & { uri: string };

/**
 * `deb [options] uri suite component…` lines.
 *
 * @throws {NotInspectable} for a line that apt refuses
 */
export function parseSourcesList(file: string, text: string): WrittenSource[] {
  return text.split("\n").flatMap((whole, index) => {
    // A "#" in brackets, e.g. in the name of a CD, is not a comment.
    const line = (/^(?:\[[^\]]*\]|[^#[])*/.exec(whole)?.[0] ?? "").trim();
    if (line === "") return [];
    const match = /^(deb|deb-src)\s+(?:\[([^\]]*)\]\s+)?((?:\[[^\]]*\]|[^\s[])+)\s+(\S+)(.*)$/.exec(line);
    if (!match) throw new NotInspectable(`${file}:${index + 1}: apt refuses this line`);
    const [, type, options = "", uri = "", suite = "", components = ""] = match;
    if (type !== "deb") return [];
    const set = new Map(
      words(options).map((option) => [/^[^+=-]+(-[a-z-]+)*/i.exec(option)?.[0].toLowerCase() ?? "", option]),
    );
    const valueOf = (name: string) => set.get(name)?.replace(/^[^=]*=/, "");
    const unsigned = UNSIGNED.some((name) => isOn(valueOf(name)));
    const signedBy = valueOf("signed-by");
    return [
      {
        ...{ file, uri, suite, components: words(components), unsigned },
        signedBy,
        loose: looseOf(valueOf),
      },
    ];
  });
}

/**
 * `Types: deb` paragraphs.
 *
 * @throws {NotInspectable} for a paragraph that apt refuses
 */
export function parseDeb822Sources(file: string, text: string): WrittenSource[] {
  return paragraphs(text).flatMap((fields) => {
    const field = (name: string) => words(fields.get(name) ?? "");
    const enabled = fields.get("enabled");
    if (enabled !== undefined && OFF.test(enabled)) return [];
    const [uris, suites] = [field("uris"), field("suites")];
    if (field("types").length === 0 || uris.length === 0 || suites.length === 0)
      throw new NotInspectable(`${file}: apt refuses a paragraph without Types, URIs and Suites`);
    if (!field("types").includes("deb")) return [];
    const unsigned = UNSIGNED.some((name) => isOn(fields.get(name)));
    const signedBy = fields.get("signed-by");
    const more = {
      signedBy,
      loose: looseOf((name) => fields.get(name)),
    };
    return uris.flatMap((uri) =>
      suites.map((suite) => ({ file, uri, suite, components: field("components"), unsigned, ...more })),
    );
  });
}

/** Options that make apt install unsigned or badly signed packages (sources.list(5), apt-secure(8)). */
const UNSIGNED = ["trusted", "allow-insecure", "allow-weak", "allow-downgrade-to-insecure"];
const OFF = /^["']?(no|false|without|off|disable|0)["']?$/i;

/** Options that accept outdated lists: sources.list(5). */
function looseOf(valueOf: (name: string) => string | undefined): string[] {
  const off = (name: string) => OFF.test(valueOf(name)?.trim() ?? "yes");
  return [
    ...["check-valid-until", "check-date"].filter(off).map((name) => `${name}=no`),
    ...["valid-until-max", "date-max-future"].flatMap((name) => {
      const value = valueOf(name);
      return value === undefined ? [] : [`${name}=${value.trim()}`];
    }),
  ];
}

function isOn(value: string | undefined): boolean {
  return value !== undefined && !OFF.test(value.trim());
}

function words(text: string): string[] {
  return text.split(/\s+/).filter(Boolean);
}

function urisOf(uri: string, root: Tree): string[] {
  const list = /^mirror\+(?:file|copy):(?:\/\/)?(\/.*)$/.exec(uri)?.[1];
  if (list === undefined) return [uri];
  if (/\.(gz|xz|bz2|lz4|lzma|zst)$/.test(list))
    throw new NotInspectable(`${list}: a list of mirrors that is compressed`);
  return (textOf(root, list) ?? "")
    .split("\n")
    .filter((line) => line.trim() !== "" && !line.startsWith("#"))
    .map((line) => line.split("\t")[0]?.trim() ?? "");
}

/**
 * The host that apt connects to, or the scheme of a local source. Parsed as apt does: a URL parser would end the host
 * at `\`, `?` and `#`; a part before `@` is a user name.
 */
function hostOf(uri: string): string {
  const authority = /^[a-z0-9+.-]+:\/\/([^/]+)/i.exec(uri)?.[1];
  if (authority === undefined) return uri.split(":")[0] ?? uri;
  return authority
    .replace(/^[^@]*@/, "")
    .replace(/:\d*$/, "")
    .toLowerCase();
}
