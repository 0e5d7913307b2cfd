/** The creating steps of a try: publish, then verify like anyone with the record and the key. */
import { writeFileSync } from "node:fs";
import type { Io } from "../io";
import { putEngineOnPath } from "../engine-folder";
import { Refusal } from "../problem";
import { COMMAND, prepareFiles } from "./files";
import type { Cloud } from "../../facts/clouds";
import { startOf } from "../../facts/process";
import { CLOUD_COMMANDS } from "../clouds";
import type { Shown } from "./cloud";
import type { TryFolder } from "./place";
import { type Ran, runProgram, type Stopper } from "./run";
import { VERSION } from "./stack-file";

/** Runs the engine on a try's own stack. */
export async function runEngineFor(
  place: TryFolder,
  args: readonly string[],
  { doing, io, quiet }: { doing: string; io: Io; quiet?: boolean },
  stopper: Stopper,
): Promise<Ran> {
  await putEngineOnPath();
  return runProgram(
    "pulumi",
    [...args, "--non-interactive"],
    {
      cwd: place.folder,
      env: place.environment,
      doing,
      io,
      ...(quiet && { quiet }),
      started: (engine) => noteEngine(place, engine),
    },
    stopper,
  );
}

/**
 * For a later run that finds the engine alive without this process. A full disk must not stop the teardown: the
 * engine's lock names it, too.
 */
function noteEngine(place: TryFolder, engine: number | undefined): void {
  try {
    place.note({ engine, engineSince: startOf(engine) });
  } catch (error) {
    if (!(error instanceof Error && "code" in error)) throw error;
  }
}

/**
 * Publishes and verifies.
 *
 * @returns the failure in one line; `undefined`: success
 */
export async function publishAndCheck(
  place: TryFolder,
  io: Io,
  stopper: Stopper,
): Promise<string | undefined> {
  try {
    await prepareFiles(place, io);
    const { name } = place.notes;
    await step(`make the stack ${name}`, () =>
      runEngineFor(
        place,
        ["stack", "init", name, "--no-select"],
        { doing: "making the stack", io, quiet: true },
        stopper,
      ),
    );
    await step("publish (pulumi up)", () =>
      runEngineFor(
        place,
        ["up", "--yes", "--skip-preview", "--suppress-outputs", "--suppress-permalink=true", "--stack", name],
        { doing: "publishing", io },
        stopper,
      ),
    );
    await check(place, io, stopper);
    return undefined;
  } catch (error) {
    // Whatever the error, the try is taken down.
    return error instanceof Error ? error.message : String(error);
  }

  async function step(what: string, run: () => Promise<Ran>): Promise<Ran> {
    const ran = stopper.isAsked ? undefined : await run();
    if (ran === undefined || stopper.isAsked) throw new Refusal(`stopped while it was to ${what}`);
    if (ran.status !== 0) throw new Refusal(`${what} failed (exit ${ran.status}), see above`);
    return ran;
  }

  async function check(place: TryFolder, io: Io, stopper: Stopper): Promise<void> {
    const { cloud, name } = place.notes;
    const read = await step("read the outputs", () =>
      runEngineFor(
        place,
        ["stack", "output", "--json", "--stack", name],
        { doing: "reading the outputs", io, quiet: true },
        stopper,
      ),
    );
    const outputs = JSON.parse(read.stdout) as Outputs;
    const record = outputs.records[VERSION];
    if (record === undefined) throw new Refusal("the publication made no record");
    writeFileSync(place.path("record.sigstore.json"), record);
    const shown = outputs.releases[VERSION]?.[cloud] ?? {};
    for (const question of CLOUD_COMMANDS[cloud].try().questions(shown, place.notes)) {
      const args = [
        ...["verify", cloud, ...question],
        ...["--record", place.path("record.sigstore.json"), "--key", place.path("publisher.pem")],
      ];
      await step(`verify ${question[0] ?? ""}`, async () => {
        const ran = await runProgram(
          process.execPath,
          [COMMAND, ...args],
          { cwd: place.folder, env: {}, doing: `verifying ${question[0] ?? ""}`, io, quiet: true },
          stopper,
        );
        io.err(ran.stdout);
        return ran;
      });
    }
  }
}

interface Outputs {
  readonly releases: Readonly<Record<string, Partial<Record<Cloud, Shown>>>>;
  readonly records: Readonly<Record<string, string>>;
}
