import { posix } from "node:path";
import { NotInspectable, type Tree } from "./tree";

/** Linux follows at most 40 (MAXSYMLINKS); more are a cycle. */
const MOST_LINKS = 40;

/**
 * Target of a link, one step: links among the parent folders are followed, and `..` is relative to their targets, as
 * on a running machine (path_resolution(7)); the last component is not followed. `undefined`: not a link.
 *
 * @throws {NotInspectable} when the folders are cyclic
 */
export function linkTarget(tree: Tree, path: string): string | undefined {
  const written = tree.target(path);
  if (written === undefined) return undefined;
  const [folder, name] = [posix.dirname(path), posix.basename(written)];
  const before = written.replace(/\/+$/, "").slice(0, -name.length || undefined);
  if (name === ".." || name === "." || name === "") return realPath(tree, `${folder}/${written}`, written);
  const real = realPath(tree, `${folder}/${before}`, before);
  return real === "/" ? `/${name}` : `${real}/${name}`;
}

function realPath(tree: Tree, fallback: string, written: string): string {
  const way: string[] = [];
  const names = (written.startsWith("/") ? written : fallback).split("/").reverse();
  let links = 0;
  for (let name = names.pop(); name !== undefined; name = names.pop()) {
    if (name === "" || name === ".") continue;
    if (name === "..") {
      way.pop();
      continue;
    }
    const here = `/${[...way, name].join("/")}`;
    const target = tree.target(here);
    if (target === undefined) {
      way.push(name);
      continue;
    }
    if (++links > MOST_LINKS) throw new NotInspectable(`${fallback}: more than ${MOST_LINKS} symbolic links`);
    if (target.startsWith("/")) way.length = 0;
    names.push(...target.split("/").reverse());
  }
  return `/${way.join("/")}`;
}
