import { textOf, type Tree } from "./tree";

/** Identity of the system, by os-release(5). */
export interface System {
  /** ID, e.g. `debian`; default `linux`, by the manual page. */
  id: string;
  /** VERSION_ID; empty for a rolling one. */
  version: string;
  /** VERSION_CODENAME, e.g. `bookworm`; empty if unset. */
  codename: string;
}

export function systemOf(root: Tree): System {
  const text = textOf(root, "/etc/os-release") ?? textOf(root, "/usr/lib/os-release") ?? "";
  // The file is shell syntax: the last assignment wins.
  const field = (name: string) =>
    [...text.matchAll(new RegExp(`^${name}=["']?(.*?)["']?$`, "gm"))].at(-1)?.[1] ?? "";
  return { id: field("ID") || "linux", version: field("VERSION_ID"), codename: field("VERSION_CODENAME") };
}
