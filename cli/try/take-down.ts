/** Takes a try down completely, and checks for leftovers. Every step is repeatable. */
import { setMaxListeners } from "node:events";
import { existsSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { Deployment } from "../../audit/deployment";
import {
  deleteLeftovers,
  findLeftovers,
  type Places,
  searchPlacesOf,
  type SweepResult,
} from "../../audit/sweep/sweep";
import type { Leftover } from "../../audit/sweep/leftover";
import { CLOUD_CONFIGS } from "../../config/clouds";
import { CLOUD_COMMANDS } from "../clouds";
import type { Io } from "../io";
import type { Notes } from "./notes";
import { isAlive, type TryFolder } from "./place";
import { COMMAND, prepareProject } from "./files";
import { runEngineFor } from "./publish";
import { runProgram, type Stopper } from "./run";
import { thingsInState } from "./things";

/** Deleted objects stay in a cloud's lists for seconds: a few on AWS, more on Azure. */
const LOOKS = 12;
const BETWEEN_LOOKS = 5_000;
const MOST_REFUSALS = 3;

/** @returns true if something is or may be left; it has then been reported, with the command that removes it */
export async function takeDown(place: TryFolder, io: Io, stopper: Stopper): Promise<boolean> {
  stopper.beginTakeDown();
  try {
    return await takeAllDown(place, io, stopper);
  } catch (error) {
    if (!stopper.isForced)
      io.err(`imprimatur: taking it down: ${error instanceof Error ? error.message : String(error)}\n`);
    return sayStopped(place, io);
  }
}

async function takeAllDown(place: TryFolder, io: Io, stopper: Stopper): Promise<boolean> {
  const { name } = place.notes;
  await endEngine(place, io, stopper);
  const isDown = await destroy(place, io, stopper);
  if (stopper.isForced) return sayStopped(place, io);
  io.err(`Looking whether anything of ${name} is left in the account …\n`);
  const { found, unasked } = await searchAndDelete(place, io, stopper);
  if (stopper.isForced) return sayStopped(place, io);
  const left = found.map(({ leftover }) => leftover);
  for (const line of unasked) io.err(`Not asked: ${line}\n`);
  for (const leftover of left) io.err(`Left over: ${sayLeftover(leftover)}\n`);
  if (left.length > 0 || unasked.length > 0) {
    io.err(
      `Not everything of ${name} is known to be gone. The same command again goes on with that: ${place.command}. Everything ` +
        `of it has the tag imprimatur:stack = ${name} (label imprimatur-stack on Google Cloud), by which it is found in the ` +
        `cloud's own console.\n`,
    );
    return true;
  }
  if (!isDown)
    io.err(`The engine could not take everything down by itself; what it left was found and deleted.\n`);
  io.err(`Nothing of ${name} is left.\n`);
  place.remove();
  return false;
}

/** In one line: known leftovers, and the command that removes them. */
export function sayStopped(place: TryFolder, io: Io): true {
  const { things, begun } = thingsInState(place.stateFile);
  const known = [...things, ...begun.map((thing) => `${thing}, which was under way`)];
  io.err(
    `Stopped. Of ${place.notes.name} may be left, and cost: ${known.join("; ") || "nothing that its state knows of"}. ` +
      `This removes it: ${place.command}\n`,
  );
  return true;
}

/** Longer than any graceful stop takes, seconds. */
const ORDERLY_END = 60;

/** Stops an engine that outlived its parent, before starting another. */
async function endEngine({ notes }: TryFolder, io: Io, stopper: Stopper): Promise<void> {
  const { engine, engineSince } = notes;
  if (engine === undefined || !isAlive(engine, engineSince)) return;
  io.err("The earlier engine still runs; it is asked to end …\n");
  process.kill(engine, "SIGINT");
  for (let waited = 0; isAlive(engine, engineSince) && !stopper.isForced; waited++) {
    if (waited >= ORDERLY_END) process.kill(engine, "SIGKILL");
    await pause(1_000);
  }
}

/** @returns true if the engine reports that it deleted everything it knows */
async function destroy(place: TryFolder, io: Io, stopper: Stopper): Promise<boolean> {
  const { name } = place.notes;
  // Nothing was created.
  if (!existsSync(place.stateFile)) return true;
  prepareProject(place);
  // A kill leaves locks, running plugins, half-written files, and creations with unknown outcome.
  const own = await runProgram(
    process.execPath,
    [COMMAND, "destroy", "--stack", name, "--yes", "--ci", "--end-update"],
    { cwd: place.folder, env: place.environment, doing: "taking it down", io },
    stopper,
  );
  if (own.status === 0 || stopper.isForced) return own.status === 0;
  // The engine alone, with a refresh: the remaining resources are tried once more.
  const { status } = await runEngineFor(
    place,
    ["destroy", "--yes", "--skip-preview", "--refresh", "--suppress-permalink=true", "--stack", name],
    { doing: "taking it down", io },
    stopper,
  );
  return status === 0;
}

/** Objects with the try's tags, whatever the engine reports: deleted, and searched for again. */
async function searchAndDelete(place: TryFolder, io: Io, stopper: Stopper): Promise<SweepResult> {
  const { name } = place.notes;
  const places = await placesOf(place.notes);
  const stopping = new AbortController();
  // Each concurrent request adds a listener.
  setMaxListeners(0, stopping.signal);
  const forget = stopper.onStop(() => stopper.isForced && stopping.abort());
  const look = () =>
    findLeftovers({
      deployment: Deployment.parse('{"version": 3}'),
      owner: { stack: name, product: name },
      places,
      options: {},
      signal: stopping.signal,
      onDelay: (line) => io.err(`${line}\n`),
    });
  try {
    let result = await look();
    // Lists lag behind deletions, and some deletions wait for others.
    let refusals = 0;
    for (let looks = 1; result.found.length > 0 && looks < LOOKS && !stopper.isForced; looks++) {
      io.err(
        `${result.found.length} of its things are still listed; deleting them (${looks} of ${LOOKS}) …\n`,
      );
      const { problems } = await deleteLeftovers(result.found, ({ object }) =>
        io.err(`deleted ${object.kind} ${object.id}\n`),
      );
      for (const problem of problems) io.err(`Not deleted: ${problem}\n`);
      result = await look();
      // Repeated refusals are not a matter of time.
      refusals = problems.length > 0 && problems.length >= result.found.length ? refusals + 1 : 0;
      if (refusals === MOST_REFUSALS) break;
      if (result.found.length > 0)
        await pause(BETWEEN_LOOKS, undefined, { signal: stopping.signal }).catch(() => {});
    }
    return result;
  } catch (error) {
    if (stopper.isForced) return { found: [], looked: {}, unasked: [] };
    throw error;
  } finally {
    forget();
  }
}

/** Where its stack file lets things be made. */
function placesOf(notes: Notes): Promise<Places> {
  const { cloud } = notes;
  const { data } = CLOUD_CONFIGS[cloud].schema.safeParse(CLOUD_COMMANDS[cloud].try().section(notes));
  return searchPlacesOf(data === undefined ? {} : { [cloud]: data });
}

/** The object, and what deletes it. */
function sayLeftover(leftover: Leftover): string {
  const { cloud, region, object } = leftover;
  return `${cloud} ${region} ${object.kind} ${object.id}: ${CLOUD_COMMANDS[cloud].try().removal(leftover)}`;
}
