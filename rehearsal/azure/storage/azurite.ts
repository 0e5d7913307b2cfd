import { fork, type ChildProcess } from "node:child_process";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** The data plane: Azurite's blob service as a child process, with its data in this cloud's folder. */
interface Azurite {
  readonly port: number;
  /** Flips one bit of each of the next page writes before it arrives. Resolves once it is in force. */
  flip(times: number): Promise<void>;
  /**
   * Whether each request over a link is reported first; see {@link AzuriteOptions.judge}. Resolves once it is in force.
   */
  watch(on: boolean): Promise<void>;
  /** Bytes received over its connections so far, including headers. */
  received(): Promise<number>;
  /** @param forget deletes its folder too */
  stop(forget: boolean): Promise<void>;
}

interface AzuriteOptions {
  account: string;
  /** Base64, 64 bytes. */
  key: string;
  /** The last port used, so that access links stay valid; if now in use, any free one. */
  port: number;
  /** Start with an empty folder. */
  fresh: boolean;
  /** Effect on a request over a link (`sig=`) before Azurite gets it: a message for the child. */
  judge: (method: string, path: string) => object;
  log: (line: string) => void;
}

/** A message of the child: a refusal, a request to judge, the number of a change that is in force, or bytes received. */
interface ChildMessage {
  refused?: string;
  inForce?: number;
  received?: number;
  asks?: number;
  method?: string;
  path?: string;
}

/** Azurite closes its databases in well under a second; after this time the child is hanging. */
const STOP_MILLISECONDS = 15_000;

/** File with the pid of the process that uses the folder. */
const PID = "azurite.pid";

/**
 * Starts Azurite and waits until it listens.
 *
 * `--skipApiVersionCheck`: clients of 2025 and 2026 use storage API versions that Azurite 3.35 does not list.
 */
export async function startAzurite(directory: string, options: AzuriteOptions): Promise<Azurite> {
  const { port, fresh } = options;
  await formerIsGone(join(directory, PID));
  if (fresh) await rm(directory, { recursive: true, force: true });
  await mkdir(directory, { recursive: true });
  try {
    return await launch(directory, options, port);
  } catch (error) {
    if (port === 0 || !String(error).includes("EADDRINUSE")) throw error;
    return launch(directory, options, 0);
  }
}

async function launch(
  directory: string,
  { account, key, judge, log }: AzuriteOptions,
  port: number,
): Promise<Azurite> {
  const args = ["--blobHost", "127.0.0.1", "--blobPort", String(port), "--location", directory];
  const child = fork(
    join(__dirname, "azurite-child.js"),
    [...args, "--silent", "--skipApiVersionCheck", "--disableTelemetry"],
    {
      env: { PATH: process.env.PATH, AZURITE_ACCOUNTS: `${account}:${key}` },
      execArgv: [],
      stdio: ["ignore", "pipe", "pipe", "ipc"],
    },
  );
  const changes = new Map<number, (received: number) => void>();
  child.on("message", ({ refused, inForce, received = 0, asks, method = "", path = "" }: ChildMessage) => {
    if (refused !== undefined) log(refused);
    if (inForce !== undefined) changes.get(inForce)?.(received);
    if (asks !== undefined) child.send({ answers: asks, verdict: judge(method, path) });
  });
  child.once("exit", () => changes.forEach((resolve) => resolve(0)));
  let said = "";
  const listening = await new Promise<number>((resolve, reject) => {
    const hear = (chunk: Buffer) => {
      said += chunk.toString();
      const found = /successfully listens on http:\/\/127\.0\.0\.1:(\d+)/.exec(said);
      if (found) resolve(Number(found[1]));
    };
    child.stdout?.on("data", hear);
    child.stderr?.on("data", hear);
    child.once("error", reject);
    child.once("exit", (code) =>
      reject(new Error(`Azurite ended with code ${code} before it listened: ${said.trim()}`)),
    );
  });
  const pidFile = join(directory, PID);
  await writeFile(pidFile, String(child.pid));
  const stop = async (forget: boolean) => {
    await end(child);
    await rm(forget ? directory : pidFile, { recursive: true, force: true });
  };
  let sent = 0;
  // A client's next request comes by another way than this message, and may be there first.
  const change = (message: object) =>
    new Promise<number>((resolve) => {
      const number = ++sent;
      changes.set(number, (received) => changes.delete(number) && resolve(received));
      child.send({ ...message, change: number });
    });
  let watched = false;
  const watch = async (on: boolean) => {
    if (on !== watched) await change({ watch: (watched = on) });
  };
  const flip = async (times: number) => void (await change({ flip: times }));
  return { port: listening, flip, watch, received: () => change({}), stop };
}

/**
 * An Azurite whose parent was killed ends by itself, and writes its databases last: it must have ended before the
 * next one reads them.
 */
async function formerIsGone(pidFile: string): Promise<void> {
  const pid = Number(await readFile(pidFile, "utf8").catch(() => "0"));
  for (const deadline = Date.now() + STOP_MILLISECONDS; pid > 0 && Date.now() < deadline;) {
    try {
      process.kill(pid, 0);
    } catch {
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const hanging = setTimeout(() => child.kill("SIGKILL"), STOP_MILLISECONDS);
  child.kill("SIGTERM");
  await gone;
  clearTimeout(hanging);
}
