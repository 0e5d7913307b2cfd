/** Takes a try away, whatever of it was made, and looks whether anything is left. Every step can be repeated. */
import { setMaxListeners } from "node:events";
import { existsSync, readdirSync, rmSync, statSync } from "node:fs";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { Deployment } from "../../audit/deployment";
import { deleteLeftovers, findLeftovers, type SweepResult } from "../../audit/sweep/sweep";
import type { Leftover } from "../../audit/sweep/leftover";
import type { Io } from "../io";
import { isAlive, type TryFolder } from "./place";
import { removeFiles } from "./files";
import { ownStack, runEngineFor } from "./publish";
import type { Stopper } from "./run";

/** What a cloud's lists still show of something that was deleted, in seconds: a few on AWS, more on Azure. */
const LOOKS = 12;
const BETWEEN_LOOKS = 5_000;
const MOST_REFUSALS = 3;

/** @returns whether anything is left, or may be; what, and how it is removed, has been said then */
export async function takeDown(place: TryFolder, io: Io, stopper: Stopper): Promise<boolean> {
  const { name } = place.notes;
  await endEngine(place, io);
  const isDown = await destroy(place, io, stopper);
  if (stopper.isAsked) return stopped(place, io);
  io.err(`Looking whether anything of ${name} is left in the account …\n`);
  const { found, unasked } = await searchAndDelete(place, io, stopper);
  if (stopper.isAsked) return stopped(place, io);
  const left = found.map(({ leftover }) => leftover);
  for (const line of unasked) io.err(`Not asked: ${line}\n`);
  for (const leftover of left) io.err(`Left over: ${sayLeftover(leftover)}\n`);
  if (left.length > 0 || unasked.length > 0) {
    io.err(
      `Not everything of ${name} is known to be gone. The same command again goes on with that; everything of it has the tag ` +
        `imprimatur:stack = ${name} (label imprimatur-stack on Google Cloud), by which it is found in the cloud's own console.\n`,
    );
    return true;
  }
  if (!isDown)
    io.err(`The engine could not take everything down by itself; what it left was found and deleted.\n`);
  io.err(`Nothing of ${name} is left.\n`);
  removeFiles(place);
  return false;
}

function stopped(place: TryFolder, io: Io): true {
  io.err(
    `Stopped: things of ${place.notes.name} may be left, and cost. The same command again takes them away; they have the tag ` +
      `imprimatur:stack = ${place.notes.name}.\n`,
  );
  return true;
}

/** An engine that outlived the process that started it ends in order before another one takes its place. */
async function endEngine(place: TryFolder, io: Io): Promise<void> {
  const { engine } = place.notes;
  if (engine === undefined || !isAlive(engine, place.notes.engineSince)) return;
  io.err("The earlier engine still runs; it is asked to end …\n");
  process.kill(engine, "SIGINT");
  for (let waited = 0; isAlive(engine, place.notes.engineSince) && waited < 120; waited++) await pause(1_000);
}

/** @returns whether the engine says that it took down everything that it knows */
async function destroy(place: TryFolder, io: Io, stopper: Stopper): Promise<boolean> {
  const { name } = place.notes;
  // Nothing was begun.
  if (!existsSync(place.path("backend", ".pulumi", "stacks", "imprimatur", `${name}.json`))) return true;
  dropEmptyAttributes(place.path("backend"));
  const engine = (args: string[], doing: string, quiet = false) =>
    runEngineFor(place, args, { doing, io, quiet }, stopper);
  // A killed engine leaves its lock; nobody else knows of this backend.
  await engine(["cancel", "--yes", "--stack", name], "giving up the lock of an earlier engine", true);
  const args = ["destroy", "--yes", "--skip-preview", "--suppress-permalink=true", ...ownStack(place)];
  for (const more of [[], ["--refresh"]]) {
    if (stopper.isAsked) return false;
    const { status } = await engine([...args, ...more], "taking it down");
    if (status === 0) return true;
  }
  return false;
}

/** An engine that is killed while it writes can leave these files empty, and would not read its state then (cli/engine.ts). */
function dropEmptyAttributes(folder: string): void {
  for (const name of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
    const file = path.join(folder, name);
    if (name.endsWith(".attrs") && statSync(file).size === 0) rmSync(file);
  }
}

/** What bears the try's tags, whatever the engine says; what is found is deleted, and looked for again. */
async function searchAndDelete(place: TryFolder, io: Io, stopper: Stopper): Promise<SweepResult> {
  const { cloud, name, regions, account } = place.notes;
  const stopping = new AbortController();
  // Each request under way listens to it.
  setMaxListeners(0, stopping.signal);
  const forget = stopper.onAsked(() => stopping.abort());
  const look = () =>
    findLeftovers({
      deployment: Deployment.parse('{"version": 3}'),
      owner: { stack: name, product: name },
      places: {
        ...(cloud === "aws" && { awsRegions: regions }),
        ...(cloud === "gcp" && account !== undefined && { project: [account], bucket: [`${name}-archives`] }),
        ...(cloud === "azure" && account !== undefined && { subscription: [account] }),
      },
      options: {},
      signal: stopping.signal,
      onDelay: (line) => io.err(`${line}\n`),
    });
  try {
    let result = await look();
    // Lists lag behind deletions, and some deletions need others to have settled.
    let refusals = 0;
    for (let looks = 1; result.found.length > 0 && looks < LOOKS && !stopper.isAsked; looks++) {
      io.err(
        `${result.found.length} of its things are still listed; deleting them (${looks} of ${LOOKS}) …\n`,
      );
      const { problems } = await deleteLeftovers(result.found, ({ object }) =>
        io.err(`deleted ${object.kind} ${object.id}\n`),
      );
      for (const problem of problems) io.err(`Not deleted: ${problem}\n`);
      result = await look();
      // What is refused time and again is not settling.
      refusals = problems.length > 0 && problems.length >= result.found.length ? refusals + 1 : 0;
      if (refusals === MOST_REFUSALS) break;
      if (result.found.length > 0)
        await pause(BETWEEN_LOOKS, undefined, { signal: stopping.signal }).catch(() => {});
    }
    return result;
  } catch (error) {
    if (stopper.isAsked) return { found: [], looked: {}, unasked: [] };
    throw error;
  } finally {
    forget();
  }
}

/** What it is, and the command of the cloud's own tool that deletes it. */
function sayLeftover({ cloud, region, object: { kind, id } }: Leftover): string {
  const commands: Readonly<Record<string, string>> = {
    "aws image": `aws ec2 deregister-image --region ${region} --image-id ${id}`,
    "aws snapshot": `aws ec2 delete-snapshot --region ${region} --snapshot-id ${id}`,
    "aws instance": `aws ec2 terminate-instances --region ${region} --instance-ids ${id}`,
    "aws parameter": `aws ssm delete-parameter --region ${region} --name ${id}`,
    "gcp image": `gcloud compute images delete ${id}`,
    "gcp bucket": `gcloud storage rm --recursive gs://${id}`,
    "azure resource group": `az group delete --name ${id}`,
  };
  const cure =
    commands[`${cloud} ${kind}`] ??
    (cloud === "azure" ? "delete its resource group with `az group delete`" : "delete it in the console");
  return `${cloud} ${region} ${kind} ${id}: ${cure}`;
}
