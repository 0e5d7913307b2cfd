import { execFile } from "node:child_process";
import path from "node:path";
import { promisify } from "node:util";

// A help is printed at once: what its command needs is loaded when it runs.

const ROOT = path.join(__dirname, "../../..");

/** Packages that a command line loads, in a process of its own, but for the compiler of a checkout. */
async function packagesOf(...words: string[]): Promise<string[]> {
  const program = `
    require("tsx/cjs");
    const before = new Set(Object.keys(require.cache));
    require("./cli/main.ts")
      .run(${JSON.stringify(words)}, { out() {}, err() {}, interactive: false })
      .then(() => {
        const loaded = Object.keys(require.cache).filter((file) => !before.has(file));
        const names = loaded.flatMap((file) => /node_modules\\/((?:@[^/]+\\/)?[^/]+)/.exec(file)?.[1] ?? []);
        console.log(JSON.stringify([...new Set(names)].filter((name) => name !== "tsx").sort()));
      });`;
  const { stdout } = await promisify(execFile)(process.execPath, ["-e", program], { cwd: ROOT });
  return JSON.parse(stdout) as string[];
}

test.each([{ words: ["--help"] }, { words: ["index", "--help"] }])(
  "$words loads commander alone",
  async ({ words }) => {
    expect(await packagesOf(...words)).toEqual(["commander"]);
  },
);
