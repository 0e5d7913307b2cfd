import fs from "node:fs";
import path from "node:path";
import { isRunning, startOf } from "../facts/process";

/** The checkout of this rehearsal. */
export const PROJECT = path.resolve(__dirname, "..");

/**
 * Folder of the rehearsal's state and bytes: given, or `IMPRIMATUR_REHEARSAL_DIR`, or `.rehearsal` of the checkout.
 */
export function rehearsalFolder(given?: string): string {
  const chosen = given ?? process.env["IMPRIMATUR_REHEARSAL_DIR"];
  return chosen ? path.resolve(chosen) : path.join(PROJECT, ".rehearsal");
}

/** A running server's file in the folder, for its clients. */
export interface ServerFile {
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
