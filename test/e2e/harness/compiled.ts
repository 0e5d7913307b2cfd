/**
 * Both packages compiled, for the checkouts of end-to-end tests: a process that tsx compiles as it loads takes two to three times the
 * CPU to start, and each `up` starts six (0.67 s against 0.22 s for the provider, 2.05 s against 1.11 s for the program; 2026-11-30).
 */
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { transformFileSync } from "@swc/core";
import { unpack } from "../../../cli/try/demo-disk";
import { OF_A_RUN } from "../../cache/make";
import { furnish } from "../../../tools/package/build";

const PROJECT = path.resolve(__dirname, "../../..");

/** No part of a package. */
const LEFT_OUT = /^(node_modules|dist|test|bench|docs|\..*)$/;

const PACKAGES = { product: "dist", rehearsal: "rehearsal/dist" } as const;
const DEMO_DISK = "images/demo/demo.raw";

/** Adds the compiled packages and the demo's raw disk to a checkout without sources, and a project file that runs them. */
export async function addCompiled(checkout: string): Promise<void> {
  const compiled = await compiledOnce();
  for (const folder of Object.values(PACKAGES))
    execFileSync("cp", ["-al", path.join(compiled, folder), path.join(checkout, folder)]);
  // A copy of its own, whose holes stay holes: some tests change it.
  execFileSync("cp", ["--sparse=always", path.join(compiled, "demo.raw"), path.join(checkout, DEMO_DISK)]);
  const project = path.join(checkout, "Pulumi.yaml");
  const text = fs.readFileSync(project, "utf8");
  fs.writeFileSync(
    project,
    text.replace(/^ *nodeargs: .*\n/m, "").replace("main: stacks/index.ts", "main: dist/stacks/index.js"),
  );
}

let ownFolder: string | undefined;

/** Where what was compiled is kept for others of this run: with Jest in the run's own cache, else for this process alone. */
function folderOfRun(): string {
  const cache = process.env.XDG_CACHE_HOME ?? "";
  if (path.basename(cache).startsWith(OF_A_RUN)) return cache;
  if (ownFolder === undefined) {
    const made = fs.mkdtempSync(path.join(os.tmpdir(), "imprimatur-compiled-"));
    process.on("exit", () => fs.rmSync(made, { recursive: true, force: true }));
    ownFolder = made;
  }
  return ownFolder;
}

/** The folder of what was compiled: never of an earlier run, whose sources were others. The first checkout of a run makes it. */
async function compiledOnce(): Promise<string> {
  const folder = path.join(folderOfRun(), "compiled");
  if (fs.existsSync(folder)) return folder;
  const begun = fs.mkdtempSync(`${folder}-`);
  const [product, rehearsal] = [path.join(begun, PACKAGES.product), path.join(begun, PACKAGES.rehearsal)];
  compile(PROJECT, product);
  fs.mkdirSync(path.dirname(rehearsal));
  execFileSync("cp", ["-al", product, rehearsal]);
  furnish("product", product);
  furnish("rehearsal", rehearsal);
  await unpack(path.join(begun, "demo.raw"));
  try {
    fs.renameSync(begun, folder);
  } catch {
    // Another worker was first, with the same.
    fs.rmSync(begun, { recursive: true });
  }
  return folder;
}

function compile(source: string, target: string): void {
  for (const entry of fs.readdirSync(source, { withFileTypes: true })) {
    if (LEFT_OUT.test(entry.name)) continue;
    const file = path.join(source, entry.name);
    if (entry.isDirectory()) compile(file, path.join(target, entry.name));
    else if (/(?<!\.d)\.tsx?$/.test(entry.name)) {
      const { code } = transformFileSync(file, {
        ...{ swcrc: false, configFile: false },
        jsc: {
          parser: { syntax: "typescript", tsx: entry.name.endsWith("x") },
          target: "es2022",
          transform: { react: { runtime: "automatic", importSource: "hono/jsx" } },
        },
        module: { type: "commonjs" },
      });
      fs.mkdirSync(target, { recursive: true });
      fs.writeFileSync(path.join(target, entry.name.replace(/\.tsx?$/, ".js")), code);
    }
  }
}
