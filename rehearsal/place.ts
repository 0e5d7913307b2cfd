import fs from "node:fs";
import path from "node:path";

/** The checkout that this rehearsal belongs to. */
export const PROJECT = path.resolve(__dirname, "..");

/** Where the state and bytes of the rehearsal are: given, or `IMPRIMATUR_REHEARSAL_DIR`, or `.rehearsal` of the checkout. */
export function rehearsalFolder(given?: string): string {
  const chosen = given ?? process.env["IMPRIMATUR_REHEARSAL_DIR"];
  return chosen ? path.resolve(chosen) : path.join(PROJECT, ".rehearsal");
}

/** What a running server leaves in the folder for those who want to talk to it. */
export interface ServerFile {
  readonly pid: number;
  /** Loopback port of the control server. */
  readonly port: number;
  /** Whoever can read this file (its owner) may control the rehearsal. */
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

/** The ports used last time: shell exports stay true over a restart. */
export function readPorts(folder: string): Record<string, number> {
  return readJson<Record<string, number>>(path.join(folder, PORTS)) ?? {};
}

export function writePorts(folder: string, ports: Record<string, number>): void {
  writeJson(path.join(folder, PORTS), ports);
}

/**
 * Takes the folder for this process; undefined when another one has it. A lock whose process is gone is taken over.
 * @returns the function that gives the folder back.
 */
export function takeFolder(folder: string): (() => void) | undefined {
  fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
  const lock = path.join(folder, "lock");
  for (let attempt = 0; attempt < 2; attempt++) {
    try {
      fs.writeFileSync(lock, `${process.pid} ${startTime(process.pid) ?? ""}`, { flag: "wx" });
      return () => fs.rmSync(lock, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
    if (isAlive(readText(lock))) return undefined;
    fs.rmSync(lock, { force: true });
  }
  return undefined;
}

/** Whether the process that wrote the lock still runs: it, not a later one that was given its number. */
function isAlive(lock: string): boolean {
  const [number = "", started] = lock.split(" ");
  const pid = Number(number);
  // A lock without a number was being written when its process was killed.
  if (!(pid > 0) || pid === process.pid) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EPERM") return false;
  }
  return !started || startTime(pid) === started;
}

/**
 * When a process began, in the kernel's ticks; undefined where there is no /proc. A zombie has none: in a container
 * whose first process reaps nobody, a killed server stays in the process table for ever.
 */
function startTime(pid: number): string | undefined {
  // After the name in parentheses, which may hold spaces: state is the 3rd field of proc(5), starttime the 22nd.
  const fields = readText(`/proc/${pid}/stat`).split(") ").at(-1)?.split(" ") ?? [];
  return fields[0] === "Z" ? undefined : fields[19];
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

/** In one step, so that nobody reads half of it; for the owner's eyes only. */
function writeJson(file: string, value: unknown): void {
  fs.writeFileSync(`${file}.new`, `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600 });
  fs.renameSync(`${file}.new`, file);
}
