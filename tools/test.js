"use strict";

// `npm test`: set-up, then everything that can be wrong, cheapest first. The last line counts the tests.
//   npm test -- --unit         the unit tests alone: no server, no program; a minute
//   npm test -- --integration  those with stand-in clouds in one process, or with a machine's own programs (no engine needed)
//   npm test -- --contract     what is recorded of the real clouds, against product and stand-ins (no engine needed)
//   npm test -- --e2e          the end-to-end tests alone
//   npm test -- --nightly      the demo at the recorded times of real clouds, and a year of a product (an hour; not part of plain `npm test`)
//   npm test -- -t resume      arguments for Jest: then Jest alone runs, with these

const { spawnSync } = require("node:child_process");
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const { setup } = require("./setup");
const { runMain } = require("./setup/problem");

const root = path.join(__dirname, "..");
const node = (script, ...args) => [process.execPath, path.join(root, "node_modules", script), ...args];

const CHECKS = [
  { name: "generated files", command: node("tsx/dist/cli.mjs", "tools/generate.ts", "--check") },
  { name: "types", command: node("typescript/bin/tsc", "--noEmit") },
  // 4.9 GB with the types of every file (2026-11-30), and Node gives itself 4.
  {
    name: "lint",
    command: [process.execPath, "--max-old-space-size=8192", ...node("eslint/bin/eslint.js", ".").slice(1)],
  },
  { name: "format", command: node("prettier/bin/prettier.cjs", "--check", "--log-level=warn", ".") },
];

/** Jest's, cheapest first; see jest.config.js. */
const PROJECTS = ["unit", "integration", "contract", "e2e", "nightly"];
/** Runs only when it is named. */
const SLOW = ["nightly"];

async function main(args) {
  const projects = PROJECTS.filter((project) => args.includes(`--${project}`));
  const forJest = args.filter((arg) => !PROJECTS.some((project) => arg === `--${project}`));
  const selected = projects.length > 0 ? projects : PROJECTS.filter((project) => !SLOW.includes(project));
  await setup({ engine: selected.some((project) => ["e2e", "nightly"].includes(project)) });

  const results = forJest.length > 0 ? [] : CHECKS.map(({ name, command }) => runCheck(name, command));
  const counts = { passed: 0, failed: 0, skipped: 0 };
  for (const project of selected) {
    const found = runJest(project, forJest);
    results.push({ name: `${project} tests`, ok: found.ok, said: countLine(found) });
    for (const kind of Object.keys(counts)) counts[kind] += found[kind];
  }

  process.stdout.write("\n");
  for (const { name, ok, said } of results) {
    process.stdout.write(`${ok ? "ok    " : "FAILED"}  ${name.padEnd(17)} ${said ?? ""}`.trimEnd() + "\n");
  }
  process.stdout.write(`\n${countLine(counts)}\n`);
  if (results.some(({ ok }) => !ok)) process.exitCode = 1;
}

function runCheck(name, [command, ...args]) {
  process.stderr.write(`checking ${name}\n`);
  const started = Date.now();
  const { status } = spawnSync(command, args, { cwd: root, stdio: ["ignore", 2, 2] });
  return { name, ok: status === 0, said: `${Math.round((Date.now() - started) / 1000)} s` };
}

/** Runs one of Jest's projects; its own report goes to stderr, the numbers come from its JSON. */
function runJest(project, args) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "imprimatur-jest-"));
  const file = path.join(folder, "result.json");
  try {
    const [command, ...rest] = node(
      "jest/bin/jest.js",
      "--selectProjects",
      project,
      "--json",
      "--outputFile",
      file,
    );
    // Jest leaves a core to itself; on two cores that is half of them. Each end-to-end test runs an engine and clouds of its own:
    // two at once take two thirds of the time on two cores, more would wait for each other.
    const cores = os.availableParallelism();
    const workers = [`--maxWorkers=${project === "e2e" ? Math.min(2, cores) : cores}`];
    const { status } = spawnSync(command, [...rest, ...workers, "--passWithNoTests", ...args], {
      cwd: root,
      stdio: ["ignore", "ignore", 2],
    });
    const result = JSON.parse(fs.readFileSync(file, "utf8"));
    return {
      ok: status === 0 && result.success,
      passed: result.numPassedTests,
      // A file that could not be loaded ran no test, and must not look like one that passed.
      failed: result.numFailedTests + result.numRuntimeErrorTestSuites,
      skipped: result.numPendingTests + result.numTodoTests,
    };
  } catch (error) {
    process.stderr.write(`Jest gave no result for the ${project} tests: ${error.message}\n`);
    return { ok: false, passed: 0, failed: 1, skipped: 0 };
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

function countLine({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;
}

runMain("test", () => main(process.argv.slice(2)));
