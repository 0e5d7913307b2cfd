import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { writeWhole } from "../clouds/write-whole";
import { readText as readFile, UnreadableFile } from "../facts/read-file";
import {
  differences,
  fileDigests,
  filesOf,
  type Fingerprint,
  stateDigests,
  stepDigests,
} from "../plan/fingerprint";
import type { Preview } from "../plan/preview";
import { MIB } from "../facts/units";
import { readSavedPlan, type SavedPlan } from "../plan/saved";
import { askEngine } from "./engine";
import { Refusal } from "./problem";
import { writeFileAtomically } from "./write-file";

/** Only its owner may read it: the engine's plan holds the stack's values, and secrets encrypted. */
const PRIVATE = 0o600;
/** Bytes; its engine plan has a few KiB for each of the resources. */
const LARGEST_PLAN = 512 * MIB;

/** A folder that only this user can look into, and that goes when the work ends. */
export async function withPrivateFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(path.join(os.tmpdir(), "imprimatur-plan-"));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What the plan of a stack rests on, now. */
export async function fingerprintNow(stack: string, preview: Preview): Promise<Fingerprint> {
  return {
    state: await stateNow(stack),
    files: fileDigests(filesOf(preview, `stacks/Pulumi.${stack}.yaml`), readText),
    steps: stepDigests(preview),
  };
}

export async function writeSavedPlan(file: string, plan: SavedPlan): Promise<void> {
  await writeFileAtomically(file, `${JSON.stringify(plan, null, 2)}\n`, PRIVATE);
}

/** @throws {Refusal} there is no plan in the file */
export function openSavedPlan(file: string): SavedPlan {
  const text = readText(file);
  if (text === undefined)
    throw new Refusal(`${file}: there is no such file; write it with imprimatur plan --save`);
  const plan = readSavedPlan(text);
  if ("problem" in plan) throw new Refusal(`${file}: ${plan.problem}`);
  return plan;
}

/** What can be compared without a preview. @throws {Refusal} one line for each change */
export async function refuseOtherWorld(file: string, { stack, fingerprint }: SavedPlan): Promise<void> {
  const files = fileDigests(Object.keys(fingerprint.files), readText);
  refuse(file, differences(fingerprint, { files, state: await stateNow(stack) }));
}

/** What a fresh preview does otherwise: the clouds changed behind the state. @throws {Refusal} */
export function refuseOtherSteps(file: string, { fingerprint }: SavedPlan, preview: Preview): void {
  refuse(file, differences(fingerprint, { steps: stepDigests(preview) }));
}

/** Writes the engine's plan where the engine can read it. */
export function writeEnginePlan(folder: string, { enginePlan }: SavedPlan): string {
  const file = path.join(folder, "engine-plan.json");
  writeWhole(file, enginePlan, PRIVATE);
  return file;
}

function refuse(file: string, changes: readonly string[]): void {
  if (changes.length === 0) return;
  const lines = changes.map((change) => `${file}: refused, nothing was done: ${change}. Make a new plan.`);
  throw new Refusal(lines.join("\n"));
}

async function stateNow(stack: string): Promise<Fingerprint["state"]> {
  return stateDigests(await askEngine(["stack", "export", "--stack", stack]));
}

/** Paths are relative to the project's folder, which is the current one. */
function readText(file: string): string | undefined {
  try {
    return readFile(path.resolve(file), {
      shown: file,
      cure: "name the file itself",
      mostBytes: LARGEST_PLAN,
    });
  } catch (error) {
    if (!(error instanceof UnreadableFile)) throw error;
    if (error.code === "ENOENT") return undefined;
    throw new Refusal(error.message);
  }
}
