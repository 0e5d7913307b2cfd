import { posix } from "node:path";
import { type Context, mentions, ownersOf, scriptsOf, textAt } from "../context";

/** A link of update-alternatives(1) to what its package's script registers under this name. */
export function alternative(path: string, context: Context): string | undefined {
  const name = posix.basename(path);
  const target = context.walked.target(path) ?? "";
  if (ownersOf(context, target).length === 0) return `it leads to ${target}, which no package brings`;
  return isRegistered(context, { name, target })
    ? undefined
    : `it leads to ${target}, which its package does not register as ${name}`;
}

/** The generic name of an alternative: `/usr/bin/awk`, which some package's script registers. */
export function genericName(path: string, context: Context): string | undefined {
  const target = context.walked.target(path) ?? "";
  const registered = target.startsWith("/etc/alternatives/") && alternative(target, context) === undefined;
  if (!registered) return `it leads to ${target}, which is no alternative of a package`;
  const own = context.walked.target(target) ?? "";
  return isRegistered(context, { name: posix.basename(target), target: own, generic: path })
    ? undefined
    : `no package registers ${path} as a name of ${own}`;
}

/**
 * A file of update-alternatives' database, from which it sets links anew whenever a package registers one: mode, generic
 * name and path, those of its slaves, an empty line; then each choice with its priority and a path for each slave.
 */
export function alternativesDatabase(path: string, context: Context): string | undefined {
  const [mode = "", generic = "", ...rest] = textAt(context, path).split("\n");
  if (mode !== "auto" && mode !== "manual") return `its mode is ${mode}, needed: auto or manual`;
  const end = rest.indexOf("");
  const slaves = Array.from({ length: end / 2 }, (_, index) => ({
    name: rest[2 * index]!,
    generic: rest[2 * index + 1]!,
  }));
  const links = [{ name: posix.basename(path), generic }, ...slaves];
  const choices = rest.slice(end + 1);
  for (let at = 0; at < choices.length && choices[at] !== ""; at += 2 + slaves.length) {
    const targets = [choices[at]!, ...choices.slice(at + 2, at + 2 + slaves.length)];
    for (const [index, target] of targets.entries()) {
      const link = links[index]!;
      // A choice without this slave.
      if (target !== "" && !isRegistered(context, { ...link, target }))
        return `it has ${target} for ${link.generic}, which no package registers as ${link.name}`;
    }
  }
  return undefined;
}

/** Some owner of the target has a script that registers it, by these words, some of which it may put together. */
function isRegistered(
  context: Context,
  { name, target, generic }: { name: string; target: string; generic?: string },
): boolean {
  return ownersOf(context, target).some((owner) => {
    const script = scriptsOf(context, owner);
    if (!script.includes("update-alternatives")) return false;
    const says = (path: string) =>
      mentions(script, path) ||
      (mentions(script, posix.dirname(path)) && mentions(script, posix.basename(path))) ||
      // procps: "$BINPATH"/"$BINNAME".
      isPutTogether(script, path);
    return (
      mentions(script, name) &&
      mentionsProgram(script, target) &&
      (generic === undefined || [generic, generic.replace(/^\/usr(?=\/s?bin\/)/, "")].some(says))
    );
  });
}

/** The name of the target, or what comes before its last ending: `"$BINNAME".procps`. */
function mentionsProgram(script: string, target: string): boolean {
  const name = posix.basename(target);
  return mentions(script, name) || (name.includes(".") && mentions(script, name.slice(0, name.indexOf("."))));
}

/** The script has folder and name apart, without the endings of a manual. */
function isPutTogether(script: string, path: string): boolean {
  const [folder, name] = [posix.dirname(path), posix.basename(path)];
  const plain = name.replace(/(\.\d\w*)?(\.gz)?$/, "");
  const isFolder = mentions(script, folder) || /^\/usr\/share\/man(\/\w+)?\/man\d$/.test(folder);
  return isFolder && mentions(script, plain);
}
