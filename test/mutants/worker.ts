/** Tries the mutants of one kind, one after the other, in its own process: a hang or crash ends only this process. */
import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { KINDS } from ".";
import type { Judged } from "./kind";

export interface Asked {
  readonly name: string;
  readonly first: number;
  /** The seed after the last one. */
  readonly end: number;
}

export interface Answered extends Judged {
  /** Milliseconds of processor time, since the machine may be busy; of the clock where other programs do the work. */
  readonly ms: number;
  /** Peak memory of the process so far, in bytes. */
  readonly memory: number;
}

async function main({ name, first, end }: Asked): Promise<void> {
  const kind = KINDS[name]!;
  const folder = mkdtempSync(path.join(os.tmpdir(), "imprimatur-mutants-"));
  process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
  const judge = await kind.prepare(folder);
  for (let seed = first; seed < end; seed += 1) {
    const [clock, processor] = [Date.now(), process.cpuUsage()];
    const judged = await judge(seed);
    const { user, system } = process.cpuUsage(processor);
    const own = (user + system) / 1000 - (judged.making ?? 0);
    const ms = Math.round(kind.isElsewhere === true ? Date.now() - clock : own);
    await tell({ ...judged, ms, memory: process.resourceUsage().maxRSS * 1024 });
  }
  process.exit(0);
}

function tell(answered: Answered): Promise<void> {
  return new Promise((resolve) => process.send?.(answered, () => resolve()));
}

void main(JSON.parse(process.argv[2] ?? "{}") as Asked);
