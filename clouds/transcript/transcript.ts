/**
 * The file of a transcript: one line of JSON for each exchange with a cloud, readable by the owner only. Several
 * processes append to one file: each line is one write. A failure here never fails a publication.
 */
import type { Cloud } from "../../facts/clouds";
import { closeSync, fchmodSync, fstatSync, openSync, writeSync } from "node:fs";
import path from "node:path";
import { projectFolder } from "../../facts/project";
import type { FailureKind } from "../failure";
import { keyOf, pseudonymsOf } from "./pseudonyms";
import { Shaper } from "./shape";

/** Path of the transcript. Set by `--transcript`, also for the provider plugin, which the engine starts. */
export const TRANSCRIPT_VARIABLE = "IMPRIMATUR_TRANSCRIPT";

/** Incremented when a line's members change their meaning. */
const SCHEMA = 1;

/** One request and its outcome. */
export interface Exchange {
  /** When it was sent, RFC 3339. */
  time: string;
  /** Milliseconds to the end of its response. */
  ms: number;
  cloud: Cloud;
  /** `ec2`, `compute`, `blob`, … */
  service: string;
  /** If the cloud has regional endpoints. */
  region?: string;
  /** AWS's operation name: `CopyImage`. The other clouds' operations are method and path. */
  operation?: string;
  method: string;
  path: string;
  query?: Record<string, unknown>;
  /** 1 for the first attempt of a call. */
  attempt: number;
  request: { headers: Record<string, string>; body?: unknown };
  /** Absent: the exchange ended without a response. */
  status?: number;
  answer?: { headers: Record<string, string>; body?: unknown };
  /** Absent: success. */
  failure?: FailureKind | "network";
}

export class Transcript {
  private broken = false;

  private constructor(
    private readonly file: string,
    private readonly descriptor: number | undefined,
    readonly shaper: Shaper,
    private readonly say: (line: string) => void,
  ) {}

  /** Opens for appending, shared with other processes. An unwritable file is reported once, and then ignored. */
  static open(file: string, say: (line: string) => void): Transcript {
    const shaper = new Shaper(pseudonymsOf(keyOf(file)));
    try {
      const descriptor = openSync(file, "a", 0o600);
      // An existing file may be readable by others.
      const found = fstatSync(descriptor);
      if (found.isFile() && (found.mode & 0o077) !== 0) fchmodSync(descriptor, 0o600);
      return new Transcript(file, descriptor, shaper, say);
    } catch (error) {
      const transcript = new Transcript(file, undefined, shaper, say);
      transcript.giveUp(error);
      return transcript;
    }
  }

  get isOpen(): boolean {
    return this.descriptor !== undefined && !this.broken;
  }

  write(exchange: Exchange): void {
    if (this.descriptor === undefined || this.broken) return;
    try {
      const line = Buffer.from(`${JSON.stringify({ schema: SCHEMA, ...exchange })}\n`);
      // On a full disk a write is cut short without an error; readers ignore a partial line.
      if (writeSync(this.descriptor, line) < line.length) throw new Error("ENOSPC: no space left on device");
    } catch (error) {
      this.giveUp(error);
    }
  }

  close(): void {
    if (this.descriptor === undefined) return;
    try {
      closeSync(this.descriptor);
    } catch {
      // Closed already.
    }
  }

  private giveUp(error: unknown): void {
    if (this.broken) return;
    this.broken = true;
    const { message = String(error) } = error as { message?: string };
    const why = message.replace(/, \w+( '.*')?$/, "");
    this.say(`the transcript ${this.file} cannot be written (${why}); the work goes on without it`);
  }
}

let current: { readonly file: string; readonly transcript: Transcript } | undefined;
let listener = (line: string): void => void process.stderr.write(`imprimatur: ${line}\n`);

/** Reports an unwritable transcript; default: stderr. */
export function onTranscriptTrouble(say: (line: string) => void): void {
  listener = say;
}

/** The transcript named by the environment; `undefined`: none. */
export function activeTranscript(): Transcript | undefined {
  const named = process.env[TRANSCRIPT_VARIABLE];
  if (!named) return undefined;
  if (current?.file !== named) {
    current?.transcript.close();
    // The engine starts the provider in another folder than the user's: relative paths are resolved from the project.
    const file = path.resolve(projectFolder(), named);
    current = { file: named, transcript: Transcript.open(file, (line) => listener(line)) };
  }
  return current.transcript.isOpen ? current.transcript : undefined;
}
