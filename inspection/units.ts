/** What systemd, cron and rc.local start, line by line: systemd.unit(5), systemd.service(5), crontab(5), 2026-11. */
import { contents } from "./contents";
import { NotInspectable, textOf, type Tree } from "./tree";

/** A line that starts something, or says how. */
export interface StartLine {
  file: string;
  line: string;
}

/** Folders of units and of their drop-ins, of the system and of every user. */
const UNIT_FOLDERS = ["/etc/systemd", "/usr/lib/systemd", "/lib/systemd", "/usr/local/lib/systemd"].flatMap(
  (folder) => ["system", "user"].map((kind) => `${folder}/${kind}`),
);
const OTHERS = [
  ...["/etc/rc.local", "/etc/inittab", "/etc/crontab", "/etc/anacrontab", "/etc/inetd.conf"],
  ...["/etc/cron.d", "/etc/cron.hourly", "/etc/cron.daily", "/etc/cron.weekly", "/etc/cron.monthly"],
  ...["/var/spool/cron", "/etc/xinetd.d", "/etc/init.d"],
];
const UNIT = /\.(service|socket|timer|path|conf|target|mount|automount|swap|slice)$/;
const MOST = 20_000;
/** Characters of a line that somebody wrote. */
const LONGEST = 8192;

const known = new WeakMap<Tree, StartLine[]>();

/** Lines without comments, a line that goes on joined with the next. */
export function startLines(root: Tree): StartLine[] {
  let lines = known.get(root);
  if (!lines) {
    const merged = root.target("/lib") !== undefined;
    const units = UNIT_FOLDERS.filter((folder) => !merged || !folder.startsWith("/lib/")).flatMap((folder) =>
      unitFiles(root, folder),
    );
    const others = OTHERS.flatMap((path) => {
      const text = root.list(path) === undefined ? textOf(root, path) : undefined;
      return text === undefined ? contents(root, path) : [{ path, data: Buffer.from(text) }];
    });
    if (units.length + others.length > MOST) throw new NotInspectable(`more than ${MOST} units and jobs`);
    lines = [...units, ...others].flatMap(({ path, data }) =>
      data
        .toString("utf8")
        .replace(/\\\n/g, " ")
        .split("\n")
        .map((line) => {
          if (line.length > LONGEST)
            throw new NotInspectable(`${path} has a line of ${line.length} characters`);
          return line.trim();
        })
        .filter((line) => line !== "" && !/^[#;]/.test(line))
        .map((line) => ({ file: path, line })),
    );
    known.set(root, lines);
  }
  return lines;
}

/** Of a folder of units: its files, and those of its drop-ins, which are in folders called `….d`. */
function unitFiles(root: Tree, folder: string): { path: string; data: Buffer }[] {
  return (root.list(folder) ?? []).flatMap(({ name, kind }) => {
    const path = `${folder}/${name}`;
    if (kind !== "link" && name.endsWith(".d")) return contents(root, path);
    // What a link leads to is read where it lies, unless it lies nowhere else.
    const target = kind === "link" ? (root.target(path) ?? "") : "";
    if (!UNIT.test(name) || /^(\/usr)?\/lib\/systemd\/|^\/dev\/null$/.test(target)) return [];
    const data = root.read(path);
    return data === undefined ? [] : [{ path, data }];
  });
}
