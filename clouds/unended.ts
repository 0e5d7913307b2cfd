/**
 * A mark in this machine's cache for a stack whose update began and has not ended normally. The engine does not
 * report an earlier run's pending operations to a program, and its own message about them suggests `pulumi refresh`,
 * which does not help.
 */
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { cacheFolder } from "./cache";
import { isRunning } from "../facts/process";

/** `urn:pulumi:<stack>::<project>::…` */
export function stackAndProject(urn: string): { stack: string; project: string } | undefined {
  const [, stack, project] = /^urn:pulumi:(.+?)::(.+?)::/.exec(urn) ?? [];
  return stack === undefined || project === undefined ? undefined : { stack, project };
}

interface Place {
  readonly stack: string;
  readonly project: string;
}

/** @param pid of the engine. Without a writable cache only a hint is lost. */
export function markBegun(place: Place, pid: number): void {
  const file = fileOf(place);
  try {
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, String(pid));
  } catch {
    // see above
  }
}

export function markEnded(place: Place): void {
  try {
    rmSync(fileOf(place), { force: true });
  } catch {
    // see above
  }
}

/** True if an update began and its engine is gone. */
export function isUnended(place: Place): boolean {
  try {
    return !isRunning(Number(readFileSync(fileOf(place), "utf8")));
  } catch {
    return false;
  }
}

/** Several backends may have a stack of the same name: each has its own mark. */
function fileOf({ stack, project }: Place): string {
  const backend = process.env.PULUMI_BACKEND_URL ?? "";
  const name = createHash("sha256").update(`${backend}\n${project}\n${stack}`).digest("hex").slice(0, 32);
  return cacheFolder("updates", name);
}
