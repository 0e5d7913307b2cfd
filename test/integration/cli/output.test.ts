import { spawnSync } from "node:child_process";
import path from "node:path";

const CLI = path.join(__dirname, "../../../cli/imprimatur.js");
const run = (end: string) => {
  const { stdout, stderr } = spawnSync(
    "bash",
    ["-c", `"$0" "$1" verify --help ${end}; echo "code \${PIPESTATUS[0]}" >&2`, process.execPath, CLI],
    {
      encoding: "utf8",
    },
  );
  return { stdout, stderr };
};

test("whoever reads no further is no problem", () => {
  // A reader that has closed the pipe before the first byte is written.
  expect(run("| exec 0<&-")).toEqual({ stdout: "", stderr: "code 0\n" });
});

test("a full disk is one line, and the result counts for nothing", () => {
  expect(run("> /dev/full")).toEqual({
    stdout: "",
    stderr: "imprimatur: the result cannot be written to standard output: no space is left there\ncode 1\n",
  });
});
