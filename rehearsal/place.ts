import fs from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { isRunning, startOf } from "../facts/process";
import { findProject } from "../facts/project";

/** A checkout holds the sources, which tsx compiles as they are loaded; a package holds what was compiled. */
const IS_CHECKOUT = __filename.endsWith(".ts");

/** The project that is rehearsed: the one of the working directory, else the checkout. */
export const PROJECT = findProject() ?? (IS_CHECKOUT ? path.resolve(__dirname, "..") : process.cwd());

/** Folder of the stand-in plugins, which is put on PATH. */
export const PLUGINS = path.resolve(__dirname, IS_CHECKOUT ? "bin" : "../../bin");

/** Schema of stack files, as a stack file names it. */
export const STACK_SCHEMA = `../${IS_CHECKOUT ? "" : "node_modules/imprimatur/"}config/stack.schema.json`;

/** Arguments of Node to run a module of this package: its path from this folder, without the suffix. */
export function moduleArgs(name: string): string[] {
  const module = path.join(__dirname, `${name}${path.extname(__filename)}`);
  return IS_CHECKOUT ? ["--require", require.resolve("tsx/cjs"), module] : [module];
}

/**
 * Path of the `imprimatur` command, which the rehearsal starts and never imports.
 *
 * @throws one line when the project does not have it installed
 */
export function productCommand(): string {
  if (IS_CHECKOUT) return path.resolve(__dirname, "../cli/imprimatur.js");
  try {
    const manifest = createRequire(path.join(PROJECT, "package.json")).resolve("imprimatur/package.json");
    return path.join(path.dirname(manifest), "cli", "imprimatur.js");
  } catch {
    throw new Error(`${PROJECT} has no imprimatur installed: npm install imprimatur`);
  }
}

/**
 * Folder of the rehearsal's state and bytes: given, or `IMPRIMATUR_REHEARSAL_DIR`, or `.rehearsal` of the project.
 */
export function rehearsalFolder(given?: string): string {
  const chosen = given ?? process.env["IMPRIMATUR_REHEARSAL_DIR"];
  return chosen ? path.resolve(chosen) : path.join(PROJECT, ".rehearsal");
}

/** A running server's file in the folder, for its clients. */
interface ServerFile {
  readonly pid: number;
  /** Loopback port of the control server. */
  readonly port: number;
  /** Readable by the owner, who may control the rehearsal. */
  readonly token: string;
}

const SERVER = "server.json";
const PORTS = "ports.json";

export function readServerFile(folder: string): ServerFile | undefined {
  return readJson<ServerFile>(path.join(folder, SERVER));
}

export function writeServerFile(folder: string, server: ServerFile): void {
  writeJson(path.join(folder, SERVER), server);
}

export function removeServerFile(folder: string): void {
  fs.rmSync(path.join(folder, SERVER), { force: true });
}

/** The last ports used: shell exports stay valid over a restart. */
export function readPorts(folder: string): Record<string, number> {
  return readJson<Record<string, number>>(path.join(folder, PORTS)) ?? {};
}

export function writePorts(folder: string, ports: Record<string, number>): void {
  writeJson(path.join(folder, PORTS), ports);
}

/**
 * Locks the folder for this process; undefined when another one has it. A stale lock is taken over.
 * @returns function that releases the folder
 */
export function takeFolder(folder: string): (() => void) | undefined {
  fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
  const lock = path.join(folder, "lock");
  for (let attempt = 0; attempt < 2; attempt++) {
    try {
      fs.writeFileSync(lock, `${process.pid} ${startOf(process.pid) ?? ""}`, { flag: "wx" });
      return () => fs.rmSync(lock, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
    if (isAlive(readText(lock))) return undefined;
    fs.rmSync(lock, { force: true });
  }
  return undefined;
}

/** True if the process that wrote the lock still runs, rather than a later one with its pid. */
function isAlive(lock: string): boolean {
  const [number = "", started] = lock.split(" ");
  const pid = Number(number);
  // A lock without a pid was being written when its process was killed.
  if (!(pid > 0) || pid === process.pid) return false;
  return isRunning(pid) && (!started || startOf(pid) === started);
}

function readText(file: string): string {
  try {
    return fs.readFileSync(file, "utf8");
  } catch {
    return "";
  }
}

function readJson<T>(file: string): T | undefined {
  const text = readText(file);
  return text === "" ? undefined : (JSON.parse(text) as T);
}

/** Written atomically, readable by the owner only. */
function writeJson(file: string, value: unknown): void {
  fs.writeFileSync(`${file}.new`, `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600 });
  fs.renameSync(`${file}.new`, file);
}
