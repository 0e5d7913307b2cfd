import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { rpmPackages } from "../../../inspection/rpm";
import type { Tree } from "../../../inspection/tree";
import { describeWith } from "../../e2e/harness/needs";
import { run } from "./small-disk";

let folder: string;
beforeAll(() => (folder = fs.mkdtempSync(path.join(os.tmpdir(), "imprimatur-rpm-test-"))));
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

const SPEC = `Name: hello
Epoch: 2
Version: 1.5
Release: 3.el9
Summary: x
License: x
Vendor: Example
BuildArch: noarch
%description
x
%files
`;

/** A tree with these folders of this machine at its places. */
function treeOf(places: Record<string, string>): Tree {
  const none = {
    md5: () => undefined,
    sha256: () => undefined,
    target: () => undefined,
    list: () => undefined,
  };
  return {
    ...none,
    read: (file) => {
      const real = path.join(places[path.dirname(file)] ?? "/nowhere", path.basename(file));
      return fs.existsSync(real) ? fs.readFileSync(real) : undefined;
    },
  };
}

describeWith(["rpm", "rpmbuild"])("the packages of an rpm system", () => {
  test.each([
    { backend: "sqlite", at: "/usr/lib/sysimage/rpm" },
    { backend: "sqlite", at: "/var/lib/rpm" },
  ])("are read from a database of $backend in $at", ({ backend, at }) => {
    const spec = path.join(folder, "hello.spec");
    fs.writeFileSync(spec, SPEC);
    run("rpmbuild", "--define", `_topdir ${folder}`, "-bb", "--quiet", spec);
    const database = fs.mkdtempSync(path.join(folder, "db-"));
    const common = ["--dbpath", database, "--define", `_db_backend ${backend}`];
    const file = path.join(folder, "RPMS/noarch/hello-1.5-3.el9.noarch.rpm");
    run("rpm", ...common, "-i", "--justdb", "--nodeps", "--ignoreos", file);
    expect(rpmPackages(treeOf({ [at]: database }))).toEqual([
      {
        ...{ name: "hello", version: "2:1.5-3.el9", architecture: "noarch", installedBytes: 0 },
        ...{ maintainer: "Example", source: "hello" },
      },
    ]);
  });

  test("are not none where rpm cannot read the database", () => {
    const database = fs.mkdtempSync(path.join(folder, "db-"));
    fs.writeFileSync(path.join(database, "rpmdb.sqlite"), "no database");
    expect(() => rpmPackages(treeOf({ "/var/lib/rpm": database }))).toThrow(
      /^\/var\/lib\/rpm\/rpmdb.sqlite: rpm (cannot read it|finds no package in it) \(/,
    );
  });
});

test("a system without its database is none of rpm", () => {
  expect(rpmPackages(treeOf({}))).toBeUndefined();
});
