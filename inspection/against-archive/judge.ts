import { isOwn } from "../own-files";
import { type Entry, NotInspectable } from "../tree";
import { rightsProblems } from "./compare";
import { type Context, textAt } from "./context";
import { sameAs } from "./derive/caches";
import { GENERATED, type GeneratedFile } from "./generated";
import { idOf } from "./overrides";

/**
 * The list of generated files on a file that no package brings: its entry, or what is wrong with the file.
 */
export function judgeGenerated(path: string, entry: Entry, context: Context): GeneratedFile | string {
  let first: string | undefined;
  for (const generated of entriesFor(path, entry)) {
    const problem = readable(() => problemWith(path, entry, { generated, context }));
    if (problem === undefined) return generated;
    first ??= problem;
  }
  return first ?? `no package brings it${special(entry)}`;
}

/** A file that cannot be read is a difference of its own: it hides no other. */
function readable(judge: () => string | undefined): string | undefined {
  try {
    return judge();
  } catch (error) {
    // A number in what is damaged leads out of it.
    if (error instanceof NotInspectable || error instanceof RangeError)
      return `it cannot be read: ${error.message}`;
    throw error;
  }
}

/** A folder of a package that is a link, as the list says: /var/run. */
export function isMovedFolder(path: string, entry: Entry, context: Context): boolean {
  return (
    entry.kind === "link" &&
    entriesFor(path, entry).some(
      (generated) =>
        generated.target !== undefined && problemWith(path, entry, { generated, context }) === undefined,
    )
  );
}

function entriesFor(path: string, { kind, device = false }: Entry): GeneratedFile[] {
  const wanted = kind === "file" ? undefined : kind === "other" && device ? "device" : kind;
  return GENERATED.filter((each) => each.kind === wanted && isOwn({ ownFiles: [each.path] }, path));
}

function problemWith(
  path: string,
  entry: Entry,
  { generated, context }: { generated: GeneratedFile; context: Context },
): string | undefined {
  const { by, target, device, same, text, derived, kind, attributes = [] } = generated;
  if (by !== undefined && !context.packages.has(by))
    return `no package brings it, and ${by}, which would make it, is not installed`;
  const plain = kind === "link" ? 0o777 : kind === "folder" ? 0o755 : 0o644;
  const wanted = {
    mode: generated.mode ?? plain,
    uid: idOf(context, "/etc/passwd", generated.user),
    gid: idOf(context, "/etc/group", generated.group),
  };
  const others = (entry.attributes ?? []).filter((name) => !attributes.includes(name));
  const [rights] = rightsProblems({ ...entry, attributes: others }, wanted);
  if (rights !== undefined) return rights;
  if (target) {
    const given = context.walked.target(path) ?? "";
    return target.includes(given) ? undefined : `it leads to ${given}, needed: ${target[0]}`;
  }
  if (device !== undefined && entry.numbers !== device)
    return `it is the device ${entry.numbers ?? "without numbers"}, needed: ${device}`;
  if (same !== undefined) return sameAs(path, same, context);
  if (text && !text.test(textAt(context, path))) return "its content is not what is generated there";
  return derived?.(path, context);
}

function special({ mode = 0, attributes = [] }: Entry): string {
  const said = [
    ...((mode & 0o4000) !== 0 ? ["setuid"] : []),
    ...((mode & 0o2000) !== 0 ? ["setgid"] : []),
    ...attributes,
  ];
  return said.length > 0 ? ` (${said.join(", ")})` : "";
}
