import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ArchivedSystem } from "../../../archive/deb/installed";
import { pythonOf } from "../../../cli/inspect/python";
import { temporaryFolder } from "../../unit/disk/sparse-file";

const here = process.arch === "arm64" ? "arm64" : "amd64";
const describeHere = process.platform === "linux" ? describe : describe.skip;
const folder = temporaryFolder();
let next = 0;

/** A system whose Python is unpacked already; its dynamic linker is this script, if there is one. */
function unpacked(script?: string): ArchivedSystem {
  const sha256 = String(next++).padStart(64, "0");
  const libraries = join(folder, `python-${sha256}`, "usr/lib/x-linux-gnu");
  mkdirSync(libraries, { recursive: true });
  if (script !== undefined)
    writeFileSync(join(libraries, "ld-linux-x.so.2"), `#!/bin/sh\n${script}`, { mode: 0o755 });
  const python = { name: "python3.11-minimal", version: "1", architecture: here, sha256 };
  return { packages: [python] } as unknown as ArchivedSystem;
}

describeHere("the archive's Python", () => {
  test.each([
    ["that has no C library beside it", undefined, "the archive's Python has no dynamic linker"],
    ["that does not start here", "echo too old >&2; exit 1", "does not compile: too old"],
  ])("%s compiles nothing, and the reason is said", async (_, script, reason) => {
    expect(await pythonOf(unpacked(script), folder)).toContain(reason);
  });

  test("that fails is not run again for each file", async () => {
    const system = unpacked(
      'read -r line || exit 0\necho run >>"$(dirname "$0")/runs"\necho broken >&2; exit 1',
    );
    const python = await pythonOf(system, folder);
    if (typeof python === "string") throw new Error(python);
    const sources = () =>
      new Map([["/x.pyc", { path: "/x.py", text: Buffer.from("x"), sha256: "0", optimize: 0 }]]);
    expect(() => python.codes(sources)).toThrow("does not compile: broken");
    expect(() => python.codes(sources)).toThrow("does not compile: broken");
    const runs = join(folder, `python-${system.packages[0]!.sha256}`, "usr/lib/x-linux-gnu/runs");
    expect(existsSync(runs) && readFileSync(runs, "utf8")).toBe("run\n");
  });
});
