import type { RecordOptions, Speaking } from "../trusted-records";

export interface Options extends RecordOptions {
  sboms?: string;
  archive: string[];
  keyring: string[];
  tracker?: string;
  all?: boolean;
  json?: boolean;
}

export interface Surroundings {
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly onStep: (step: string) => void;
  readonly io: Speaking;
}
