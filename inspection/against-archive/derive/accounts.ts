import { type Context, packagedText, scriptsOf, textAt } from "../context";

/** Shells that let nobody in, as adduser and sysusers write them. */
const NO_LOGIN = ["/usr/sbin/nologin", "/sbin/nologin", "/bin/false", "/usr/bin/false"];

/** /etc/passwd: accounts of base-passwd as it brings them, and those that packages make for their services. */
export function passwd(path: string, context: Context): string | undefined {
  const master = new Map(
    rowsOf(packagedText(context, "/usr/share/base-passwd/passwd.master")).map((row) => [row[0] ?? "", row]),
  );
  const made = madeBy(context);
  for (const row of rowsOf(textAt(context, path))) {
    const [name = "", password, uid, gid, , home, shell = ""] = row;
    if (row.length !== 7 || password !== "x") return `the account ${name} has no password of /etc/shadow`;
    const own = master.get(name);
    if (own) {
      const same = uid === own[2] && gid === own[3] && home === own[5] && shell === own[6];
      if (!same) return `the account ${name} is not as base-passwd brings it`;
      continue;
    }
    if (!made(name)) return `no package makes the account ${name}`;
    if (!(Number(uid) >= 100)) return `the account ${name} has the number ${uid}, needed: 100 or more`;
    if (!NO_LOGIN.includes(shell)) return `the account ${name} of a service has the shell ${shell}`;
  }
  return undefined;
}

/** /etc/shadow and gshadow: nobody has a password. */
export function locked(path: string, context: Context): string | undefined {
  const open = rowsOf(textAt(context, path)).find(([, password = ""]) => !/^[!*]{1,2}$/.test(password));
  if (open) return `${open[0]} has a password, or none is needed`;
  const members = path.endsWith("gshadow")
    ? rowsOf(textAt(context, path)).find(([, , ...who]) => who.some((each) => each !== ""))
    : undefined;
  return members && `the group ${members[0]} has members`;
}

/** /etc/group: groups of base-passwd with its numbers, and those that packages make; without members. */
export function group(path: string, context: Context): string | undefined {
  const master = new Map(
    rowsOf(packagedText(context, "/usr/share/base-passwd/group.master")).map((row) => [row[0], row[2]]),
  );
  const made = madeBy(context);
  for (const [name = "", password, gid, members = ""] of rowsOf(textAt(context, path))) {
    if (password !== "x" && password !== "*") return `the group ${name} has a password`;
    if (members !== "") return `the group ${name} has members: ${members}`;
    if (master.has(name) ? master.get(name) !== gid : !made(name) || !(Number(gid) >= 100))
      return `the group ${name} with the number ${gid} is no package's`;
  }
  return undefined;
}

/** By sysusers.d(5), or by a script that calls adduser or its like. */
function madeBy(context: Context): (name: string) => boolean {
  const declared = [...context.expected.keys()]
    .filter((path) => /^\/usr\/lib\/sysusers\.d\/[^/]+\.conf$/.test(path))
    .map((path) => packagedText(context, path))
    .join("\n");
  const scripts = [...context.packages.keys()]
    .map((name) => scriptsOf(context, name))
    .filter((text) => /\b(adduser|addgroup|useradd|groupadd|groupmod|systemd-sysusers)\b/.test(text))
    .join("\n");
  const words = new Set([...declared.split(/\s+/), ...scripts.split(/[^\w-]+/)]);
  return (name) => words.has(name);
}

function rowsOf(text: string): string[][] {
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => line.split(":"));
}
