import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { openFolder } from "../../../inspection/folder-tree";
import { temporaryFolder } from "../disk/sparse-file";

const folder = temporaryFolder();
const root = join(folder, "root");

beforeAll(() => {
  mkdirSync(join(root, "etc"), { recursive: true });
  writeFileSync(join(folder, "secret"), "outside");
  writeFileSync(join(root, "etc/name"), "inside");
  symlinkSync("../../secret", join(root, "etc/up"));
  symlinkSync("/etc/name", join(root, "absolute"));
  symlinkSync("../../../../etc", join(root, "folder"));
  symlinkSync("b", join(root, "a"));
  symlinkSync("a", join(root, "b"));
  writeFileSync(Buffer.concat([Buffer.from(`${root}/`), Buffer.from([0xff])]), "odd");
});

test("a link leads nowhere but into the system's own folder", () => {
  const tree = openFolder(root);
  expect(tree.read("/etc/up")).toBeUndefined();
  expect(String(tree.read("/absolute"))).toBe("inside");
  expect(String(tree.read("/folder/name"))).toBe("inside");
  expect(tree.target("/folder")).toBe("../../../../etc");
});

test("links in a circle, and what is missing or too long, are said", () => {
  const tree = openFolder(root);
  expect(() => tree.read("/a")).toThrow("more than 40 symbolic links");
  expect(() => tree.read("/etc/name", 3)).toThrow("/etc/name has more than 3 bytes");
  expect(tree.read("/etc/none")).toBeUndefined();
  expect(tree.list("/etc/name")).toBeUndefined();
});

test("the folder may be named by a link, as /proc/1/root is one", () => {
  symlinkSync(root, join(folder, "named"));
  const tree = openFolder(join(folder, "named"));
  expect(tree.list("/etc")?.map(({ name }) => name)).toEqual(["name", "up"]);
  expect(tree.list("/")?.map(({ name }) => name)).toContain("etc");
});

test("a name that is no UTF-8 is a file as any other", () => {
  const tree = openFolder(root);
  const odd = tree.list("/")?.find(({ size }) => size === 3)?.name ?? "";
  expect(odd).toBe("\udcff");
  expect(String(tree.read(`/${odd}`))).toBe("odd");
});
