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

/** Readable by the owner only: the engine's plan contains the stack's values, and encrypted secrets. */
const PRIVATE = 0o600;
/** Bytes; its engine plan has a few KiB per resource. */
const LARGEST_PLAN = 512 * MIB;

/** A folder private to this user, removed when the work ends. */
export async function withPrivateFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(path.join(os.tmpdir(), "imprimatur-plan-"));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The current fingerprint of a stack's plan. */
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

/** @throws {Refusal} when the file contains no plan */
export function openSavedPlan(file: string): SavedPlan {
  const text = readText(file);
  if (text === undefined)
    throw new Refusal(`${file}: there is no such file; write it with imprimatur plan --save`);
  const plan = readSavedPlan(text);
  if ("problem" in plan) throw new Refusal(`${file}: ${plan.problem}`);
  return plan;
}

/**
 * Compares everything that needs no preview.
 *
 * @throws {Refusal} with one line for each change
 */
export async function refuseOtherWorld(file: string, { stack, fingerprint }: SavedPlan): Promise<void> {
  const files = fileDigests(Object.keys(fingerprint.files), readText);
  refuse(file, differences(fingerprint, { files, state: await stateNow(stack) }));
}

/**
 * Compares with a fresh preview, in case the clouds changed without the state.
 *
 * @throws {Refusal}
 */
export function refuseOtherSteps(file: string, { fingerprint }: SavedPlan, preview: Preview): void {
  refuse(file, differences(fingerprint, { steps: stepDigests(preview) }));
}

/** Writes the engine's plan to a file for the engine. */
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

/** Paths are relative to the project's folder, the working directory. */
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
