import { execFileSync } from "node:child_process";
import fs from "node:fs";

/** Start of the root file system as tools/image-debian.ts places it, in bytes. */
const ROOT_FS = 257 * 1024 * 1024;

/** A copy of a Debian disk whose init is not a program; nothing else is changed. */
export function withBrokenInit(raw: string, copy: string): void {
  execFileSync("cp", ["--sparse=always", "--reflink=auto", raw, copy]);
  fs.writeFileSync(`${copy}.init`, "#!/bin/false\n");
  const init = "/usr/lib/systemd/systemd";
  const requests = [`rm ${init}`, `write ${copy}.init ${init}`, `sif ${init} mode 0100755`];
  fs.writeFileSync(`${copy}.requests`, `${requests.join("\n")}\n`);
  execFileSync("debugfs", ["-w", "-f", `${copy}.requests`, `${copy}?offset=${ROOT_FS}`], {
    stdio: "ignore",
    env: { ...process.env, PATH: `${process.env.PATH}:/usr/sbin:/sbin` },
  });
}
