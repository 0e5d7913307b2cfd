import { spawnSync } from "node:child_process";
import { join } from "node:path";

const root = join(__dirname, "../../..");

test("every generated file is what its generator writes; else run `npx tsx tools/generate.ts`", () => {
  const { stdout, status } = spawnSync(
    process.execPath,
    ["--import", "tsx", "tools/generate.ts", "--check"],
    {
      cwd: root,
      encoding: "utf8",
    },
  );
  expect({ stdout, status }).toEqual({ stdout: "", status: 0 });
});
