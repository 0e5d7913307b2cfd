import { paragraphs } from "./dpkg";
import { textOf, type Tree } from "./tree";

/** One archive that apt installs from: sources.list(5), both formats. */
export interface AptSource {
  /** File inside the image. */
  file: string;
  /** Host of the URI, or the scheme for a local one (`file:`). */
  host: string;
  suite: string;
  components: string[];
}

/** All enabled sources of binary packages. */
export function aptSources(root: Tree): AptSource[] {
  const parts = (root.list("/etc/apt/sources.list.d") ?? []).map(
    ({ name }) => `/etc/apt/sources.list.d/${name}`,
  );
  return ["/etc/apt/sources.list", ...parts].flatMap((file) => {
    const text = textOf(root, file);
    if (text === undefined) return [];
    if (file.endsWith(".sources")) return parseDeb822Sources(file, text);
    return file.endsWith(".list") ? parseSourcesList(file, text) : [];
  });
}

/** `deb [options] uri suite component…` lines. */
export function parseSourcesList(file: string, text: string): AptSource[] {
  return text.split("\n").flatMap((line) => {
    const match = /^\s*deb\s+(?:\[[^\]]*\]\s+)?(\S+)\s+(\S+)\s*([^#]*)/.exec(line);
    if (!match) return [];
    const [, uri = "", suite = "", components = ""] = match;
    return [{ file, host: hostOf(uri), suite, components: words(components) }];
  });
}

/** `Types: deb` paragraphs. */
export function parseDeb822Sources(file: string, text: string): AptSource[] {
  return paragraphs(text).flatMap((fields) => {
    if (
      !words(fields.get("types") ?? "").includes("deb") ||
      /^(no|false|0)$/i.test(fields.get("enabled") ?? "")
    )
      return [];
    const components = words(fields.get("components") ?? "");
    return words(fields.get("uris") ?? "").flatMap((uri) =>
      words(fields.get("suites") ?? "").map((suite) => ({ file, host: hostOf(uri), suite, components })),
    );
  });
}

function words(text: string): string[] {
  return text.split(/\s+/).filter(Boolean);
}

function hostOf(uri: string): string {
  const match = /^[a-z+-]+:\/\/([^/:]+)/.exec(uri);
  return match?.[1] ?? uri.split(":")[0] ?? uri;
}
