/**
 * Folder of a try with everything needed to take it down: under the user's state folder, a project of its own with the
 * engine's state, the stack file, the disk and a temporary key. It exists from before the first call to a cloud until nothing is left.
 */
import type { Cloud } from "../../facts/clouds";
import { randomBytes } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { homedir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { isRunning, startOf } from "../../facts/process";
import { CLOUD_COMMANDS } from "../clouds";
import type { Notes } from "./notes";

export class TryFolder {
  private constructor(
    readonly folder: string,
    public notes: Notes,
  ) {}

  static make(
    given: Omit<Notes, "name" | "passphrase" | "pid" | "since" | "transcript">,
    transcript?: string,
  ): TryFolder {
    const name = `try-${randomBytes(4).toString("hex")}`;
    const folder = path.join(home(), name);
    mkdirSync(path.join(`${folder}${BEGUN}`, "backend"), { recursive: true, mode: 0o700 });
    const begun = new TryFolder(`${folder}${BEGUN}`, {
      ...given,
      name,
      passphrase: randomBytes(16).toString("hex"),
      transcript: transcript ?? path.resolve(`imprimatur-${given.cloud}-${name}.jsonl`),
      ...thisProcess(),
    });
    begun.note({});
    renameSync(begun.folder, folder);
    return new TryFolder(folder, begun.notes);
  }

  /** Tries of a cloud whose process ended before they were taken down. */
  static abandoned(cloud: Cloud): TryFolder[] {
    if (!existsSync(home())) return [];
    removeEmpty();
    return readdirSync(home())
      .sort()
      .flatMap((name) => {
        const folder = path.join(home(), name);
        const notes = readNotes(folder);
        return notes?.cloud === cloud && !isAlive(notes.pid, notes.since)
          ? [new TryFolder(folder, notes)]
          : [];
      });
  }

  /** Written atomically: a killed try is found again. */
  note(changed: Partial<Notes>): void {
    this.notes = { ...this.notes, ...changed };
    const file = this.path("try.json");
    writeFileSync(`${file}.new`, `${JSON.stringify(this.notes, null, 2)}\n`, { mode: 0o600 });
    renameSync(`${file}.new`, file);
  }

  path(...parts: string[]): string {
    return path.join(this.folder, ...parts);
  }

  get stackFile(): string {
    return this.path("stacks", `Pulumi.${this.notes.name}.yaml`);
  }

  /** Environment of the engine. */
  get environment(): Record<string, string> {
    return {
      PULUMI_BACKEND_URL: pathToFileURL(this.path("backend")).href,
      PULUMI_CONFIG_PASSPHRASE: this.notes.passphrase,
      PULUMI_CONFIG_PASSPHRASE_FILE: "",
      PULUMI_STACK: "",
      PULUMI_SKIP_UPDATE_CHECK: "true",
      IMPRIMATUR_SIGNING_KEY: this.path("key.pem"),
      // The stack file names all guarded changes; nothing is asked.
      CI: "",
    };
  }

  /** The engine's state file. */
  get stateFile(): string {
    return this.path("backend", ".pulumi", "stacks", "imprimatur", `${this.notes.name}.json`);
  }

  /** The command that takes it down in any state. */
  get command(): string {
    const { cloud, account } = this.notes;
    const option = CLOUD_COMMANDS[cloud].try().account;
    return `imprimatur try ${cloud}${option ? ` --${option.name} ${account}` : ""}`;
  }

  remove(): void {
    renameSync(this.folder, `${this.folder}${ENDED}`);
    rmSync(`${this.folder}${ENDED}`, { recursive: true, force: true });
  }
}

/** Marks a folder before its first note, or after its last: nothing in any cloud belongs to it. */
const BEGUN = ".begun";
const ENDED = ".ended";
/** Milliseconds; creating and removing a folder takes less. */
const MINUTE = 60_000;

/** Removes such folders after a kill. */
function removeEmpty(): void {
  for (const name of readdirSync(home())) {
    const folder = path.join(home(), name);
    const isOld = () => Date.now() - (statSync(folder, { throwIfNoEntry: false })?.mtimeMs ?? 0) > MINUTE;
    if (name.endsWith(ENDED) || (name.endsWith(BEGUN) && isOld()))
      rmSync(folder, { recursive: true, force: true });
  }
}

/** https://specifications.freedesktop.org/basedir-spec: for state that must outlive the program, unlike a cache. */
function home(): string {
  return path.join(
    process.env.XDG_STATE_HOME || path.join(homedir(), ".local", "state"),
    "imprimatur",
    "try",
  );
}

function readNotes(folder: string): Notes | undefined {
  try {
    if (folder.endsWith(BEGUN) || folder.endsWith(ENDED)) return undefined;
    return JSON.parse(readFileSync(path.join(folder, "try.json"), "utf8")) as Notes;
  } catch {
    // Another process has just removed it.
    return undefined;
  }
}

/** This process, as recorded in a try. */
export function thisProcess(): Pick<Notes, "pid" | "since"> {
  return { pid: process.pid, since: startOf(process.pid) };
}

/** True if the recorded process still runs, rather than a later one with its pid. */
export function isAlive(pid: number, since: string | undefined): boolean {
  if (!isRunning(pid)) return false;
  // In a container whose init does not reap, a killed process stays as a zombie: it has no start time here.
  return !existsSync("/proc/self/stat") || (startOf(pid) !== undefined && (!since || startOf(pid) === since));
}
