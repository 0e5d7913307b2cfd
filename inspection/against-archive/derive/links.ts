import { posix } from "node:path";
import { type Context, ownersOf, packagedText, scriptsOf } from "../context";

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

/** A link to a file or folder that a package brings, of these. */
export function toPackaged(wanted: RegExp): (path: string, context: Context) => string | undefined {
  return (path, context) => {
    const written = context.walked.target(path) ?? "";
    const target = posix.resolve(posix.dirname(path), written);
    if (!wanted.test(target)) return `it leads to ${target}, which is nothing of that kind`;
    return ownersOf(context, target).length > 0
      ? undefined
      : `it leads to ${target}, which no package brings`;
  };
}
