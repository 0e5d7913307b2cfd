/** One line of `imprimatur doctor`. */
export interface Check {
  /** `machine`, `state`, `key`, or a cloud. */
  readonly area: string;
  /** `engine`, `login`, `permissions`. */
  readonly check: string;
  /** `skipped`: another check has to succeed first, or it does not apply. */
  readonly state: "ok" | "warning" | "problem" | "skipped";
  /** One sentence; a problem or a warning also names its cure. */
  readonly message: string;
}

export type Checks = readonly Check[];

/** Results of one area, without repeating its name. */
export class Area {
  readonly checks: Check[] = [];

  constructor(private readonly area: string) {}

  ok(check: string, message: string): void {
    this.add(check, "ok", message);
  }
  skip(check: string, message: string): void {
    this.add(check, "skipped", message);
  }
  warn(check: string, message: string): void {
    this.add(check, "warning", message);
  }
  /** One check for each line of the message. */
  fail(check: string, message: string): void {
    for (const line of message.split("\n")) this.add(check, "problem", line);
  }

  private add(check: string, state: Check["state"], message: string): void {
    this.checks.push({ area: this.area, check, state, message });
  }
}

export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
