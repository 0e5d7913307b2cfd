import path from "node:path";
import { CLOUDS, cloudsIn } from "./clouds";
import type { RunningCloud, StartCloud } from "./cloud";
import { listenForControl } from "./control-server";
import {
  readPorts,
  readServerFile,
  removeServerFile,
  takeFolder,
  writePorts,
  writeServerFile,
} from "./place";
import type { Pace } from "./pace";
import type { Rehearsal } from "./running";
import { countTraffic } from "./traffic";

interface RehearsalOptions {
  /** State and bytes of all clouds. */
  readonly folder: string;
  /** Factor on every delay; see `CloudOptions`. */
  readonly pace: Pace;
  readonly log?: (line: string) => void;
}

/** Another process uses this folder. */
export class FolderTaken extends Error {}

/**
 * Starts all clouds with the state in a folder, and the control port for `imprimatur rehearsal`.
 * @throws FolderTaken when a rehearsal is running there already
 */
export async function startRehearsal(options: RehearsalOptions): Promise<Rehearsal> {
  const { folder } = options;
  const release = takeFolder(folder);
  if (!release) throw new FolderTaken(`a rehearsal is running in ${folder} already`);
  const clouds: Record<string, RunningCloud> = {};
  const traffic = countTraffic();
  const stopClouds = async () => {
    await Promise.all(Object.values(clouds).map((cloud) => cloud.stop()));
    traffic.end();
  };
  try {
    const ports = readPorts(folder);
    for (const name of cloudsIn(folder)) {
      const load = CLOUDS[name];
      if (load === undefined) continue;
      const { start } = load();
      clouds[name] = await startAtPort(start, ports[name] ?? 0, {
        directory: path.join(folder, name),
        pace: options.pace,
        log: (line) => options.log?.(`${name} ${line}`),
      });
    }
    writePorts(folder, Object.fromEntries(Object.entries(clouds).map(([name, { port }]) => [name, port])));
  } catch (error) {
    await stopClouds();
    release();
    throw error;
  }
  const rehearsal = {
    clouds,
    environment: () =>
      Object.assign({}, ...Object.values(clouds).map((cloud) => cloud.environment())) as Record<
        string,
        string
      >,
    inventory: async () =>
      (await Promise.all(Object.values(clouds).map((cloud) => cloud.inventory()))).flat(),
    received: async () =>
      Object.fromEntries(
        await Promise.all(
          Object.entries(clouds).map(async ([name, cloud]): Promise<[string, number]> => [
            name,
            traffic.received(cloud.port) + ((await cloud.receivedByChild?.()) ?? 0),
          ]),
        ),
      ),
  };
  let settle: () => void = () => undefined;
  const stopped = new Promise<void>((resolve) => (settle = resolve));
  let stopping: Promise<void> | undefined;
  const stop = () =>
    (stopping ??= (async () => {
      clearInterval(watch);
      await control.close();
      if (readServerFile(folder)?.token === control.token) removeServerFile(folder);
      await stopClouds();
      release();
      settle();
    })());
  const control = await listenForControl({ ...rehearsal, stop, stopped });
  writeServerFile(folder, { pid: process.pid, port: control.port, token: control.token });
  // Deleting the folder ends the rehearsal; a server without state would only confuse.
  const watch = setInterval(() => {
    if (readServerFile(folder)?.token !== control.token) void stop();
  }, 5000).unref();
  return { ...rehearsal, stop, stopped };
}

/** At the last port used if still free, else at any. */
async function startAtPort(
  start: StartCloud,
  port: number,
  options: Parameters<StartCloud>[0],
): Promise<RunningCloud> {
  try {
    return await start({ ...options, port });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EADDRINUSE") throw error;
    return start({ ...options, port: 0 });
  }
}
