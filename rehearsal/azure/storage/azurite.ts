import { fork, type ChildProcess } from "node:child_process";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";

/** The data plane: Azurite's blob service as a child process, with its data in this cloud's folder. */
export interface Azurite {
  readonly port: number;
  stop(): Promise<void>;
}

/** Azurite closes its databases in well under a second; a child that takes this long hangs. */
const STOP_MILLISECONDS = 15_000;

/**
 * Starts Azurite and waits until it listens.
 *
 * `--skipApiVersionCheck`: the clients of 2025 and 2026 name storage API versions that Azurite 3.35 does not list.
 * @param port the one used last time, so that access links stay true; taken by somebody else: any free one
 */
export async function startAzurite(
  directory: string,
  account: string,
  key: string,
  port: number,
): Promise<Azurite> {
  await mkdir(directory, { recursive: true });
  try {
    return await launch(directory, account, key, port);
  } catch (error) {
    if (port === 0 || !String(error).includes("EADDRINUSE")) throw error;
    return launch(directory, account, key, 0);
  }
}

async function launch(directory: string, account: string, key: string, port: number): Promise<Azurite> {
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
  return { port: listening, stop: () => end(child) };
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const hanging = setTimeout(() => child.kill("SIGKILL"), STOP_MILLISECONDS);
  child.kill("SIGTERM");
  await gone;
  clearTimeout(hanging);
}
