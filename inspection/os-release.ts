import { textOf, type Tree } from "./tree";

/** Which system it is, as os-release(5) has it. */
export interface System {
  /** ID, as `debian`; `linux` where it is not said, as the manual page has it. */
  id: string;
  /** VERSION_ID; empty for a rolling one. */
  version: string;
  /** VERSION_CODENAME, as `bookworm`; empty where it is not said. */
  codename: string;
}

export function systemOf(root: Tree): System {
  const text = textOf(root, "/etc/os-release") ?? textOf(root, "/usr/lib/os-release") ?? "";
  // A shell reads the file: the last assignment holds.
  const field = (name: string) =>
    [...text.matchAll(new RegExp(`^${name}=["']?(.*?)["']?$`, "gm"))].at(-1)?.[1] ?? "";
  return { id: field("ID") || "linux", version: field("VERSION_ID"), codename: field("VERSION_CODENAME") };
}
