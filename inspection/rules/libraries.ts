import { MIB } from "../../facts/units";
import { contents } from "../contents";
import { isOwn } from "../own-files";
import { ownedFiles } from "../owned-files";
import { type Finding, type Rule, rootOf } from "../rule";
import { textOf } from "../tree";

/** Library folders of packages (ld.so(8), Debian's and Fedora's ld.so.conf.d, 2026-11). */
const FOLDERS = /^\/(usr\/)?(local\/)?lib(32|64|x32)?(\/[a-z0-9_]+-linux-gnu[a-z0-9]*)?\/?$/;
const LIBRARY = /\/[^\0]*/g;
/** Bytes: a desktop's has 200 KB. */
const LARGEST_CACHE = 16 * MIB;

export const libraries: Rule = {
  id: "libraries",
  severity: "error",
  title: "Programs load only libraries of packages",
  reason:
    "A library that is loaded before the others, or from another place, is inside of every program, sshd and sudo included.",
  cure: "Remove /etc/ld.so.preload and the folder from /etc/ld.so.conf.d, and run ldconfig.",
  limits:
    "Libraries that a program names by itself (RUNPATH, dlopen); what systemd units set, of which unowned-files speaks.",
  check(image, expected) {
    const root = rootOf(image);
    const preloaded = words(textOf(root, "/etc/ld.so.preload") ?? "").map((name): Finding => ({
      message: `every program loads ${name}`,
      where: "/etc/ld.so.preload",
    }));
    const files = ["/etc/ld.so.conf", ...contents(root, "/etc/ld.so.conf.d").map(({ path }) => path)];
    const folders = files
      .filter((file) => !isOwn(expected, file))
      .flatMap((file) =>
        lines(textOf(root, file) ?? "")
          .filter((line) => !line.startsWith("include ") && !FOLDERS.test(line))
          .map((line) => ({ message: `libraries are looked for in ${line}`, where: file })),
      );
    const owned = ownedFiles(image);
    const cache = root.read("/etc/ld.so.cache", LARGEST_CACHE)?.toString("latin1") ?? "";
    // NUL-terminated names and paths; a package's path may be one of its links.
    const strange = [...cache.matchAll(LIBRARY)]
      .map(([path]) => path)
      .filter((path) => /^\/[\w./+@:-]+\.so[\w.-]*$/.test(path))
      .filter(
        (path) => !owned.has(owned.place(path)) && !isOwn(expected, path) && root.md5(path) !== undefined,
      )
      .filter((path) => {
        const target = root.target(path);
        const folder = path.slice(0, path.lastIndexOf("/"));
        return (
          target === undefined ||
          !owned.has(owned.place(target.startsWith("/") ? target : `${folder}/${target}`))
        );
      });
    return [
      ...preloaded,
      ...folders,
      ...[...new Set(strange)].map((path) => ({
        message: `its cache leads to ${path}, which no package owns`,
        where: "/etc/ld.so.cache",
      })),
    ];
  },
};

function lines(text: string): string[] {
  return text
    .split("\n")
    .map((line) => line.replace(/#.*$/, "").trim())
    .filter((line) => line !== "");
}

/** ld.so(8): separated by blanks or colons. */
function words(text: string): string[] {
  return lines(text)
    .flatMap((line) => line.split(/[\s:]+/))
    .filter(Boolean);
}
