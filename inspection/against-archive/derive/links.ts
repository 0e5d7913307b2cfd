import { posix } from "node:path";
import { type Context, mentions, ownersOf, packagedText, scriptsOf } from "../context";

/** A link of update-alternatives(1) to what its package's script registers under this name. */
export function alternative(path: string, context: Context): string | undefined {
  const name = posix.basename(path);
  const target = context.walked.target(path) ?? "";
  const owners = ownersOf(context, target);
  if (owners.length === 0) return `it leads to ${target}, which no package brings`;
  const registers = owners.some((owner) => {
    const script = scriptsOf(context, owner);
    return (
      script.includes("update-alternatives") &&
      mentions(script, name) &&
      mentions(script, posix.basename(target))
    );
  });
  return registers ? undefined : `it leads to ${target}, which its package does not register as ${name}`;
}

/** The generic name of an alternative: `/usr/bin/awk`, which some package's script registers. */
export function genericName(path: string, context: Context): string | undefined {
  const target = context.walked.target(path) ?? "";
  const registered = target.startsWith("/etc/alternatives/") && alternative(target, context) === undefined;
  if (!registered) return `it leads to ${target}, which is no alternative of a package`;
  const own = context.walked.target(target) ?? "";
  const script = ownersOf(context, own)
    .map((owner) => scriptsOf(context, owner))
    .join("\n");
  const isNamed = script.includes(path) || mentions(script, posix.basename(path));
  return isNamed ? undefined : `no package registers ${path} as a name of ${own}`;
}

/**
 * A unit that is enabled: a link to a unit of a package, of the name that the unit's [Install] says, by a package whose
 * script enables it (deb-systemd-helper(1), systemctl(1)).
 */
export function enabledUnit(path: string, context: Context): string | undefined {
  const written = context.walked.target(path) ?? "";
  const target = context.place(posix.resolve(posix.dirname(path), written));
  const owners = ownersOf(context, target);
  if (owners.length === 0) return `it enables ${target}, which no package brings`;
  const unit = packagedText(context, target);
  const [folder, name] = [posix.basename(posix.dirname(path)), posix.basename(path)];
  const wanted = /^(.+)\.(wants|requires)$/.exec(folder);
  const field = wanted ? (wanted[2] === "wants" ? "WantedBy" : "RequiredBy") : "Alias";
  const value = wanted ? wanted[1]! : name;
  const fields = [...unit.matchAll(new RegExp(`^${field}=(.*)$`, "gm"))];
  if (!fields.some(([, names = ""]) => names.split(/\s+/).includes(value)))
    return `it enables ${target}, whose [Install] does not say ${field}=${value}`;
  const own = posix.basename(target);
  const template = own.replace(/@(?=\.)/, `@${/@([^.]*)\./.exec(name)?.[1] ?? ""}`);
  if (wanted && name !== own && name !== template) return `it enables ${target} under another name`;
  const enables = owners.some((owner) => {
    const script = scriptsOf(context, owner);
    return [own, template].some(
      (each) => script.includes(each) || script.includes(each.replace(/\.service$/, "")),
    );
  });
  return enables ? undefined : `it enables ${target}, which its package leaves disabled`;
}

/** update-rc.d(8): a link to an init script of a package. */
export function initLink(path: string, context: Context): string | undefined {
  const written = context.walked.target(path) ?? "";
  const [, script] = /^\.\.\/init\.d\/([^/]+)$/.exec(written) ?? [];
  if (script === undefined || posix.basename(path).replace(/^[SK]\d\d/, "") !== script)
    return `it leads to ${written}, and not to the init script of its name`;
  return ownersOf(context, `/etc/init.d/${script}`).length > 0 ? undefined : `no package brings ${script}`;
}

/** A link to any file or folder that a package brings. */
export function toPackaged(path: string, context: Context): string | undefined {
  const written = context.walked.target(path) ?? "";
  const target = posix.resolve(posix.dirname(path), written);
  return ownersOf(context, target).length > 0 ? undefined : `it leads to ${target}, which no package brings`;
}
