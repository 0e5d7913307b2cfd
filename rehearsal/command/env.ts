import { spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { ensureRunning, ensureStopped } from "../background";
import { cloudsIn } from "../clouds";
import { ask } from "../control-client";
import { REHEARSAL_PASSPHRASE } from "../../facts/reserved";
import { engineFolder, ensureEngine } from "../../tools/engine";
import { PLUGINS, PROJECT } from "../place";
import { releaseKey } from "./release-key";
import type { Pace } from "../pace";
import { refuseMissing } from "../openstack/programs";

/** The rehearsal's stack unless another one is selected. */
const STACK = "demo";

const OPENSTACK = "openstack";

/**
 * Everything that makes `pulumi up` in this project a rehearsal: endpoints and keys of the stand-in clouds, a
 * release key, the stand-in plugins first on PATH, and an engine whose state, home and plugins are in this folder.
 */
export async function rehearsalEnvironment(
  folder: string,
  pace: Pace,
  { openstack = false }: { readonly openstack?: boolean } = {},
): Promise<Record<string, string>> {
  await ensureEngine();
  if (openstack) await askForOpenstack(folder);
  await ensureRunning(folder, pace);
  const clouds = (await ask(folder, "GET", "environment")) as Record<string, string>;
  const backend = path.join(folder, "pulumi");
  const home = path.join(folder, "pulumi-home");
  for (const needed of [backend, home]) fs.mkdirSync(needed, { recursive: true, mode: 0o700 });
  const environment: Record<string, string> = {
    ...clouds,
    IMPRIMATUR_REHEARSAL_DIR: folder,
    IMPRIMATUR_SIGNING_KEY: releaseKey(folder).privateKey,
    PATH: pathWith([PLUGINS, engineFolder()]),
    PULUMI_BACKEND_URL: pathToFileURL(backend).href,
    PULUMI_HOME: home,
    PULUMI_CONFIG_PASSPHRASE: REHEARSAL_PASSPHRASE,
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
  };
  await unpackDemo();
  selectStack(environment);
  return environment;
}

/**
 * From now on this folder's rehearsal has OpenStack too. A running one ends, and is started again with it.
 *
 * @throws one line with the command that installs what is missing
 */
async function askForOpenstack(folder: string): Promise<void> {
  if (cloudsIn(folder).includes(OPENSTACK)) return;
  refuseMissing();
  await ensureStopped(folder);
  fs.mkdirSync(path.join(folder, OPENSTACK), { recursive: true, mode: 0o700 });
}

/** Lines for `eval`: each value in single quotes, shell-escaped. */
export function shellExports(environment: Record<string, string>): string {
  return Object.entries(environment)
    .map(([name, value]) => `export ${name}='${value.replace(/'/g, "'\\''")}'\n`)
    .join("");
}

/** Our folders first, each once, however often this is evaluated. */
function pathWith(first: string[]): string {
  const rest = (process.env["PATH"] ?? "").split(path.delimiter).filter((folder) => !first.includes(folder));
  return [...first, ...rest].join(path.delimiter);
}

/** Puts the demo product's raw disk beside its image file, where plain `pulumi up` finds it. */
async function unpackDemo(): Promise<void> {
  const tool = path.join(PROJECT, "tools", "demo-disk.ts");
  if (!fs.existsSync(tool)) return;
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- a tool of the checkout, found by its path
  const { unpackDemoDisk } = require(tool) as { unpackDemoDisk: () => unknown };
  await unpackDemoDisk();
}

/** Creates and selects the demo's stack, if there is one, so that plain `pulumi preview` works; a selected one is kept. */
function selectStack(environment: Record<string, string>): void {
  if (!fs.existsSync(path.join(PROJECT, "stacks", `Pulumi.${STACK}.yaml`))) return;
  const options = { cwd: PROJECT, env: { ...process.env, ...environment }, encoding: "utf8" as const };
  const shown = spawnSync("pulumi", ["stack", "--show-name", "--non-interactive"], options);
  if (shown.status === 0) return;
  const made = spawnSync("pulumi", ["stack", "select", STACK, "--create", "--non-interactive"], options);
  if (made.status !== 0) {
    const reason = made.error?.message ?? made.stderr.trim().split("\n").at(-1) ?? "";
    throw new Error(`the stack '${STACK}' cannot be selected: ${reason}`);
  }
}
