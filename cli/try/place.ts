/**
 * Where a try keeps what it needs to be taken down again: a folder of its own under the user's state folder, with the
 * engine's state, the stack file and a temporary key. It is there from before the first call to a cloud until nothing is left.
 */
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
import { isRunning } from "../../clouds/running-process";
import type { Cloud } from "../../config/stack";

/** What is written down of a try. */
export interface Notes {
  readonly cloud: Cloud;
  /** Of the product, the stack and everything that is made: `try-0f3a9c1e`. */
  readonly name: string;
  /** The first is home. */
  readonly regions: readonly string[];
  /** AWS's account, Google Cloud's project or Azure's subscription. */
  readonly account?: string;
  readonly passphrase: string;
  readonly transcript: string;
  /** Process that works on it, and the engine under it. */
  readonly pid: number;
  readonly engine?: number | undefined;
  /** When these began: a number may be given to another process later. */
  readonly since?: string | undefined;
  readonly engineSince?: string | undefined;
}

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

  /** Tries of a cloud that ended before they were taken down. One that a process works on is left to it. */
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

  /** Written in one step: a try that is killed is found again. */
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
    return this.path(`Pulumi.${this.notes.name}.yaml`);
  }

  /** What the engine is started with. */
  get environment(): Record<string, string> {
    return {
      PULUMI_BACKEND_URL: pathToFileURL(this.path("backend")).href,
      PULUMI_CONFIG_PASSPHRASE: this.notes.passphrase,
      PULUMI_CONFIG_PASSPHRASE_FILE: "",
      PULUMI_STACK: "",
      PULUMI_SKIP_UPDATE_CHECK: "true",
      IMPRIMATUR_SIGNING_KEY: this.path("key.pem"),
      // What is allowed is in the stack file; nobody is asked.
      CI: "",
    };
  }

  /** Where the engine keeps what it knows of it. */
  get stateFile(): string {
    return this.path("backend", ".pulumi", "stacks", "imprimatur", `${this.notes.name}.json`);
  }

  /** The command that takes it away, whatever became of it. */
  get command(): string {
    const { cloud, account } = this.notes;
    const where = { aws: "", gcp: ` --project ${account}`, azure: ` --subscription ${account}` };
    return `imprimatur try ${cloud}${where[cloud]}`;
  }

  remove(): void {
    renameSync(this.folder, `${this.folder}${ENDED}`);
    rmSync(`${this.folder}${ENDED}`, { recursive: true, force: true });
  }
}

/** Of a folder before its first note, and after its last: nothing in any cloud goes with it. */
const BEGUN = ".begun";
const ENDED = ".ended";
/** Milliseconds; making and removing a folder takes less. */
const MINUTE = 60_000;

/** What a kill left of them. */
function removeEmpty(): void {
  for (const name of readdirSync(home())) {
    const folder = path.join(home(), name);
    const isOld = () => Date.now() - (statSync(folder, { throwIfNoEntry: false })?.mtimeMs ?? 0) > MINUTE;
    if (name.endsWith(ENDED) || (name.endsWith(BEGUN) && isOld()))
      rmSync(folder, { recursive: true, force: true });
  }
}

/** https://specifications.freedesktop.org/basedir-spec: what must outlive the program, and no cache. */
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

/** Who works on a try now. */
export function thisProcess(): Pick<Notes, "pid" | "since"> {
  return { pid: process.pid, since: startOf(process.pid) };
}

/** Whether the process that was noted runs still: it, and no later one of its number. */
export function isAlive(pid: number, since: string | undefined): boolean {
  if (!isRunning(pid)) return false;
  // In a container whose first process reaps nobody, a killed process stays as a zombie: it has no start.
  return !existsSync("/proc/self/stat") || (startOf(pid) !== undefined && (!since || startOf(pid) === since));
}

/** In the kernel's ticks; `undefined` where there is no /proc, and of a process that is over. */
export function startOf(pid: number | undefined): string | undefined {
  try {
    // After the name in parentheses: state is the 3rd field of proc(5), starttime the 22nd.
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)?.split(" ") ?? [];
    return fields[0] === "Z" ? undefined : fields[19];
  } catch {
    return undefined;
  }
}
