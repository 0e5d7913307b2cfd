import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { rpmPackages } from "../../../inspection/rpm";
import type { Tree } from "../../../inspection/tree";
import { temporaryFolder } from "../disk/sparse-file";

jest.mock("node:child_process", () => ({
  spawnSync: () => ({ status: 0, stdout: "hello\t1-1\tnoarch\t5\thello-1-1.src.rpm\tExample\n", stderr: "" }),
}));

const programs = temporaryFolder();

test("the database of rpm, which may be most of what is read of a disk, is read once", () => {
  writeFileSync(join(programs, "rpm"), "", { mode: 0o755 });
  const before = process.env.PATH;
  process.env.PATH = programs;
  const read: string[] = [];
  const none = { md5: () => undefined, sha256: () => undefined, target: () => undefined };
  const tree: Tree = {
    ...{ ...none, list: () => undefined },
    read: (path) => (path.endsWith("rpmdb.sqlite") ? (read.push(path), Buffer.from("x")) : undefined),
  };
  const packages = rpmPackages(tree);
  process.env.PATH = before;
  expect(packages?.map(({ name, version }) => `${name} ${version}`)).toEqual(["hello 1-1"]);
  expect(read).toEqual(["/usr/lib/sysimage/rpm/rpmdb.sqlite"]);
});
