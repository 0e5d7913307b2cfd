import type { Rehearsed } from "../e2e/harness/rehearsed";

/** Milliseconds between two reads of the clouds' log, whose lines tell whole seconds. */
const LOOK = 200;

/** Records when the requests of a command were answered. */
export class LogWatch {
  private readonly lines: { readonly at: number; readonly text: string }[] = [];
  private known: number;
  private readonly timer: NodeJS.Timeout;

  constructor(private readonly rehearsed: Rehearsed) {
    this.known = this.rehearsed.log().length;
    this.timer = setInterval(() => this.look(), LOOK);
  }

  end(): void {
    clearInterval(this.timer);
    this.look();
  }

  /** Seconds from the first request to the last one of these, not counting what was asked for before: a deletion comes after a closing. */
  secondsTo(wanted: readonly RegExp[]): number {
    const [first] = this.lines;
    const asked = this.lines
      .filter(({ text }) => wanted.some((one) => one.test(text)))
      .map(({ at, text }) => ({ at, request: requestIn(text) }));
    const last = asked.findLast(
      ({ request }, index) => asked.findIndex((one) => one.request === request) === index,
    );
    return first && last ? (last.at - first.at) / 1000 : 0;
  }

  private look(): void {
    const log = this.rehearsed.log();
    const at = Date.now();
    for (const text of log.slice(this.known).split("\n")) if (text !== "") this.lines.push({ at, text });
    this.known = log.length;
  }
}

/** Without what differs when it is asked again: its time, status and duration. */
function requestIn(line: string): string {
  return line.replace(/^[\d:]+ /, "").replace(/ \d{3}( \d+ ms)?$/, "");
}
