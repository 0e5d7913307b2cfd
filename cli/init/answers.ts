import type { BootMode } from "../../config/image-file";
import type { Cloud } from "../../facts/clouds";
import type { Io } from "../io";
import { UsageProblem } from "../problem";

/** Answers that describe a new project. */
export interface Answers {
  readonly product: string;
  readonly publisher: string;
  /** Absent: official. */
  readonly basedOn?: string | undefined;
  readonly clouds: readonly Cloud[];
  /** Everyone may use what is published; else only the accounts that publish. */
  readonly isPublic: boolean;
  /** Raw disk of the first release. */
  readonly disk?: string | undefined;
  /** Firmware that the disk starts on. */
  readonly bootMode?: BootMode | undefined;
  readonly version: string;
}

/** One question, which a flag answers too. */
export interface Question {
  readonly flag: string;
  readonly asks: string;
  /** Meaning of an empty answer. Absent: an answer is needed. */
  readonly fallback?: string | undefined;
  /** The problem with an answer. */
  readonly refuses?: (answer: string) => string | undefined;
}

/**
 * Answers of flags, then of the person at the terminal, then defaults. Without a terminal a missing answer that has no
 * default is a problem; all problems are reported at once.
 */
export class Asker {
  private readonly problems: string[] = [];

  constructor(private readonly io: Pick<Io, "ask" | "err">) {}

  async answer(given: string | undefined, question: Question): Promise<string> {
    const { flag, asks, fallback, refuses = () => undefined } = question;
    if (given !== undefined || this.io.ask === undefined) {
      const answer = given ?? fallback;
      const wrong = answer === undefined ? `is needed: ${asks}` : refuses(answer);
      if (wrong !== undefined) this.problems.push(`${flag} ${wrong}`);
      return answer ?? "";
    }
    for (;;) {
      const shown = fallback === undefined || fallback === "" ? "" : ` [${fallback}]`;
      const answer = (await this.io.ask(`${asks}${shown}: `)).trim() || fallback;
      const wrong = answer === undefined ? "an answer is needed" : refuses(answer);
      if (wrong === undefined) return answer ?? "";
      this.io.err(`  ${wrong}\n`);
    }
  }

  /** A problem of several answers together. */
  refuse(problem: string): void {
    this.problems.push(problem);
  }

  /** @throws {UsageProblem} with everything that was missing or wrong */
  settle(): void {
    if (this.problems.length > 0) throw new UsageProblem(this.problems.join("\n"));
  }
}

interface FieldSchema {
  safeParse(value: unknown): { error?: { issues: { message: string }[] } };
}

/** The objection of a field of the stack file's schema to an answer. */
export function refusedBy(schema: FieldSchema): (answer: string) => string | undefined {
  return (answer) => {
    const [issue] = schema.safeParse(answer).error?.issues ?? [];
    return issue && `${JSON.stringify(answer)}: needs ${issue.message}`;
  };
}

/** A scalar of YAML that is read back as this very text. */
export function yamlText(text: string): string {
  return /^[A-Za-z][A-Za-z0-9_-]*$/.test(text) && !/^(true|false|null|yes|no|on|off|y|n)$/i.test(text)
    ? text
    : JSON.stringify(text);
}
