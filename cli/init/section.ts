import type { Answers, Asker } from "./answers";

/** Flags of a cloud's questions, by their long names in camel case. */
export type Flags = Readonly<Record<string, string | undefined>>;

/** A cloud's part of a new project. */
export interface Section {
  /** Flags for its own questions: names and help texts. */
  readonly options: readonly (readonly [flags: string, help: string])[];
  /** Asks what only this cloud needs, and writes its block of the stack file, indented by two. */
  readonly write: (answers: Answers, flags: Flags, asker: Asker) => Promise<string>;
  /** Its credentials, in one line for people. */
  readonly credentials: string;
  /** The package of its resource classes: an optional peer of this one. Absent: it needs none. */
  readonly package?: string;
}
