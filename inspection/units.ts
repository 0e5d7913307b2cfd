/**
 * Commands started by systemd, cron and rc.local, line by line: systemd.unit(5), systemd.service(5), crontab(5),
 * 2026-11.
 */
import { contents } from "./contents";
import { NotInspectable, textOf, type Tree } from "./tree";

/** A line with a command, or its settings. */
interface StartLine {
  file: string;
  line: string;
}

/** Unit and drop-in folders, of the system and of users. */
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
/** Longest line in characters. */
const LONGEST = 8192;

const known = new WeakMap<Tree, StartLine[]>();

/** Lines without comments, continuation lines joined. */
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

/** Files of a unit folder, and of its drop-in folders (`….d`). */
function unitFiles(root: Tree, folder: string): { path: string; data: Buffer }[] {
  return (root.list(folder) ?? []).flatMap(({ name, kind }) => {
    const path = `${folder}/${name}`;
    if (kind !== "link" && name.endsWith(".d")) return contents(root, path);
    // A link's target is read at its own location, unless that is not covered.
    const target = kind === "link" ? (root.target(path) ?? "") : "";
    if (!UNIT.test(name) || /^(\/usr)?\/lib\/systemd\/|^\/dev\/null$/.test(target)) return [];
    const data = root.read(path);
    return data === undefined ? [] : [{ path, data }];
  });
}
