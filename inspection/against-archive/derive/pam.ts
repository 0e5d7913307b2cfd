import { posix } from "node:path";
import { fieldsOf } from "../../../facts/deb822";
import { type Context, packagedText, textAt } from "../context";

const PROFILES = "/usr/share/pam-configs/";

/** A profile of pam-auth-update(8): what a package adds to the stacks of PAM. */
interface Profile {
  readonly priority: number;
  readonly fields: ReadonlyMap<string, string>;
}

/**
 * common-auth and its like: the template of pam-runtime, filled from the profiles of packages that are on by default, as
 * pam-auth-update of pam 1.5.2 does it.
 */
export function pamStack(path: string, context: Context): string | undefined {
  const name = posix.basename(path);
  const kind = name.replace(/^common-/, "").replace(/-noninteractive$/, "");
  const template = packagedText(context, `/usr/share/pam/${name}`);
  if (template === "") return `no package brings its template, /usr/share/pam/${name}`;
  const profiles = profilesOf(context).filter(
    ({ fields }) =>
      name !== "common-session-noninteractive" || fields.get("session-interactive-only") !== "yes",
  );
  const wanted = template.replace(/^\$\w+_(primary|additional)$/gm, (_, block: string) =>
    stackOf(kind, block, profiles),
  );
  return linesOf(textAt(context, path)).join("\n") === linesOf(wanted).join("\n")
    ? undefined
    : "other modules than the profiles of packages give (/usr/share/pam-configs)";
}

function profilesOf(context: Context): Profile[] {
  return [...context.expected.keys()]
    .filter((path) => path.startsWith(PROFILES))
    .map((path) => fieldsOf(packagedText(context, path)))
    .filter((fields) => fields.get("default") === "yes")
    .map((fields) => ({ priority: Number(fields.get("priority") ?? 0), fields }))
    .sort((a, b) => b.priority - a.priority);
}

function stackOf(kind: string, block: string, profiles: readonly Profile[]): string {
  const own = profiles.filter(({ fields }) => fields.get(`${kind}-type`)?.toLowerCase() === block);
  const lines = own.flatMap(({ fields }, index) => {
    const initial = index === 0 ? fields.get(`${kind}-initial`) : undefined;
    return (initial ?? fields.get(kind) ?? "").split("\n").filter((line) => line.trim() !== "");
  });
  // `end`: the number of modules to skip.
  const whole = lines.map((line, index) => `${kind} ${line.replace("=end", `=${lines.length - index}`)}`);
  if (whole.length > 0 || block !== "primary") return whole.join("\n");
  return `${kind} [default=1] pam_permit.so`;
}

/** Without comments, and blanks as one. */
function linesOf(text: string): string[] {
  return text
    .split("\n")
    .map((line) => line.replace(/#.*$/, "").trim().replace(/\s+/g, " "))
    .filter((line) => line !== "");
}
