import { type Context, packagedText, scriptsOf, textAt } from "../context";

/** Shells that let nobody in, as adduser and sysusers write them. */
const NO_LOGIN = ["/usr/sbin/nologin", "/sbin/nologin", "/bin/false", "/usr/bin/false"];

/** Numbers of accounts and groups of services: adduser.conf(5), login.defs(5), SYS_UID_MAX of Debian 12 and 13. */
const SERVICES = { first: 100, last: 999 };
/** `nogroup`, that of an account without a group of its own. */
const NOBODY = "65534";

/** /etc/passwd: accounts of base-passwd as it brings them, and those that packages make for their services. */
export function passwd(path: string, context: Context): string | undefined {
  const master = masterOf(context, "passwd");
  const groups = new Map(rowsOf(textAt(context, "/etc/group")).map(([name = "", , gid = ""]) => [gid, name]));
  const made = madeBy(context);
  const rows = rowsOf(textAt(context, path));
  const problems = rows.map((row) => accountProblem(row, { master, groups, made }));
  return listed([...problems, ...twice(rows)]);
}

interface Known {
  /** base-passwd's own. */
  readonly master: ReadonlyMap<string, string[]>;
  /** Names by number. */
  readonly groups: ReadonlyMap<string, string>;
  readonly made: (name: string) => boolean;
}

function accountProblem(row: readonly string[], { master, groups, made }: Known): string | undefined {
  const [name = "", password, uid = "", gid = "", , home, shell = ""] = row;
  if (row.length !== 7 || password !== "x") return `the account ${name} has no password of /etc/shadow`;
  const own = master.get(name);
  if (own) {
    const same = uid === own[2] && gid === own[3] && home === own[5] && shell === own[6];
    return same ? undefined : `the account ${name} is not as base-passwd brings it`;
  }
  if (!made(name)) return `no package makes the account ${name}`;
  if (!isOfService(uid)) return `the account ${name} has the number ${uid}, ${NEEDED}`;
  if (gid !== NOBODY && groups.get(gid) !== name)
    return `the account ${name} of a service has the group ${gid}, needed: one of its own name, or ${NOBODY}`;
  return NO_LOGIN.includes(shell) ? undefined : `the account ${name} of a service has the shell ${shell}`;
}

/** The first few of them: each is a way in of its own. */
function listed(problems: readonly (string | undefined)[]): string | undefined {
  const found = problems.filter((each) => each !== undefined);
  if (found.length === 0) return undefined;
  return `${found.slice(0, 5).join("; ")}${found.length > 5 ? `; and ${found.length - 5} more` : ""}`;
}

const NEEDED = `needed: ${SERVICES.first} to ${SERVICES.last}`;

function isOfService(number: string): boolean {
  return /^\d+$/.test(number) && Number(number) >= SERVICES.first && Number(number) <= SERVICES.last;
}

/** Of two accounts, or two groups, with one number, each has the other's rights; of one name, who reads decides. */
function twice(rows: readonly string[][]): string[] {
  const columns = [
    ["number", 2],
    ["name", 0],
  ] as const;
  return columns.flatMap(([what, column]) => {
    const values = rows.map((row) => row[column] ?? "");
    const again = values.filter((each, index) => values.indexOf(each) !== index);
    return [...new Set(again)].map((value) => `the ${what} ${value} is there twice`);
  });
}

function masterOf(context: Context, kind: "passwd" | "group"): Map<string, string[]> {
  const text = packagedText(context, `/usr/share/base-passwd/${kind}.master`);
  return new Map(rowsOf(text).map((row) => [row[0] ?? "", row]));
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
  const master = masterOf(context, "group");
  const made = madeBy(context);
  const rows = rowsOf(textAt(context, path));
  const problems = rows.map(([name = "", password, gid = "", members = ""]) => {
    if (password !== "x" && password !== "*") return `the group ${name} has a password`;
    if (members !== "") return `the group ${name} has members: ${members}`;
    const own = master.get(name);
    const isPackaged = own ? own[2] === gid : made(name) && isOfService(gid);
    return isPackaged ? undefined : `the group ${name} with the number ${gid} is no package's, ${NEEDED}`;
  });
  return listed([...problems, ...twice(rows)]);
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
