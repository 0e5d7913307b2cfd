import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { ensureModules, installed } from "../../../../tools/setup/modules";

interface Package {
  integrity: string;
  optional?: boolean;
  extraneous?: boolean;
}

const LEFT = { integrity: "sha512-left" };
const RIGHT = { integrity: "sha512-right" };
const OTHER_PLATFORM = { integrity: "sha512-win32", optional: true };

describe("node modules are installed again", () => {
  let root: string;
  beforeEach(() => {
    root = fs.mkdtempSync(path.join(os.tmpdir(), "imprimatur-modules-"));
    fs.mkdirSync(path.join(root, "node_modules"));
  });
  afterEach(() => fs.rmSync(root, { recursive: true }));

  const locked = (packages: Record<string, Package>) => write("package-lock.json", { "": {}, ...packages });
  const present = (packages: Record<string, Package>) => write("node_modules/.package-lock.json", packages);
  const write = (file: string, packages: object) =>
    fs.writeFileSync(path.join(root, file), JSON.stringify({ packages }));

  test.each<{ name: string; lock: Record<string, Package>; has?: Record<string, Package>; want: boolean }>([
    { name: "nothing is missing", lock: { left: LEFT }, has: { left: LEFT }, want: true },
    {
      name: "one for another platform is missing",
      lock: { left: LEFT, win: OTHER_PLATFORM },
      has: { left: LEFT },
      want: true,
    },
    {
      name: "npm left something in the lock file that it does not install",
      lock: { left: LEFT, right: { ...RIGHT, extraneous: true } },
      has: { left: LEFT },
      want: true,
    },
    { name: "one is missing", lock: { left: LEFT, right: RIGHT }, has: { left: LEFT }, want: false },
    { name: "one is another version", lock: { left: LEFT }, has: { left: RIGHT }, want: false },
    { name: "one is too many", lock: { left: LEFT }, has: { left: LEFT, right: RIGHT }, want: false },
    { name: "an installation was killed", lock: { left: LEFT }, want: false },
  ])("unless they are what the lock file says: $name", ({ lock, has, want }) => {
    locked(lock);
    if (has) present(has);
    expect(installed(root)).toBe(want);
  });

  test("never through a link into another checkout", async () => {
    locked({ left: LEFT });
    fs.renameSync(path.join(root, "node_modules"), path.join(root, "of-another"));
    fs.writeFileSync(path.join(root, "of-another", "kept"), "");
    fs.symlinkSync("of-another", path.join(root, "node_modules"));
    await expect(ensureModules(root)).rejects.toThrow(/links to modules .*: remove the link/);
    expect(fs.readdirSync(path.join(root, "of-another"))).toEqual(["kept"]);
  });

  test("a checkout without its lock file is refused by the file's name", () => {
    expect(() => installed(root)).toThrow(/package-lock\.json: cannot be read/);
  });
});
