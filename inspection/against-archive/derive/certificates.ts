import { posix } from "node:path";
import { type Context, ownersOf, packagedText, textAt } from "../context";

const SOURCE = "/usr/share/ca-certificates/";
const FOLDER = "/etc/ssl/certs/";

/** update-ca-certificates(8): NAME.pem leads to a certificate of a package; HASH.N to such a link beside it. */
export function certificateLink(path: string, context: Context): string | undefined {
  const target = posix.resolve(posix.dirname(path), context.walked.target(path) ?? "");
  if (target.startsWith(FOLDER) && target !== path && /^[0-9a-f]{8}\.\d+$/.test(posix.basename(path)))
    return context.walked.entries.get(target)?.kind === "link" && !/\.\d+$/.test(target)
      ? certificateLink(target, context)
      : `it leads to ${target}, which is no link to a package's certificate`;
  return target.startsWith(SOURCE) && ownersOf(context, target).length > 0
    ? undefined
    : `it leads to ${target}, which is no certificate of a package`;
}

/** The bundle: certificates of packages one after the other, as the files are, each once, and nothing else. */
export function certificateBundle(path: string, context: Context): string | undefined {
  let rest = textAt(context, path);
  const names = [...context.expected.keys()].filter(
    (each) => each.startsWith(SOURCE) && each.endsWith(".crt"),
  );
  for (const name of names) {
    const text = packagedText(context, name).trimEnd();
    const at = text === "" ? -1 : rest.indexOf(text);
    if (at >= 0) rest = rest.slice(0, at) + rest.slice(at + text.length);
  }
  return rest.trim() === "" ? undefined : "it holds more than the certificates of packages";
}
