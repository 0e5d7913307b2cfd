import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { orphansIn } from "../../../cli/orphans";

const proc = fs.mkdtempSync(path.join(os.tmpdir(), "proc-"));
afterAll(() => fs.rmSync(proc, { recursive: true, force: true }));

/** Writes a process's entry as in Linux's /proc. */
function runs(pid: number, parent: number, args: string[], cwd: string): void {
  const at = (name: string) => path.join(proc, String(pid), name);
  fs.mkdirSync(at("."), { recursive: true });
  const name = path.basename(args[0] ?? "");
  fs.writeFileSync(at("cmdline"), args.map((arg) => `${arg}\0`).join(""));
  fs.writeFileSync(at("comm"), `${name}\n`);
  fs.writeFileSync(at("stat"), `${pid} (${name}) S ${parent} ${pid} 0`);
  fs.symlinkSync(cwd, at("cwd"));
}

test("plugins of this project whose engine is gone are found, and no other process", () => {
  runs(1, 0, ["/sbin/init"], "/");
  runs(10, 1, ["pulumi", "up"], "/srv/images");
  runs(11, 10, ["/opt/pulumi-resource-aws", "127.0.0.1:1"], "/srv/images/stacks");
  runs(20, 1, ["/opt/pulumi-resource-aws", "127.0.0.1:2"], "/srv/images/stacks");
  runs(21, 99, ["node", "/srv/images/provider/pulumi-resource-imprimatur", "127.0.0.1:2"], "/srv/images");
  runs(30, 1, ["/opt/pulumi-resource-aws", "127.0.0.1:3"], "/srv/images-of-others");
  runs(40, 1, ["vi", "pulumi-resource-aws.md"], "/srv/images");
  expect(orphansIn("/srv/images", proc)).toEqual([
    { pid: 20, program: "pulumi-resource-aws" },
    { pid: 21, program: "pulumi-resource-imprimatur" },
  ]);
});

test("a machine without /proc has none, and no error", () => {
  expect(orphansIn("/srv/images", path.join(proc, "none"))).toEqual([]);
});
