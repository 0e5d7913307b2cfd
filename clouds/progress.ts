/** Progress of a transfer as one line, numbers first: the engine cuts its Info column off at the terminal's width. */
import { formatBytes, formatSeconds } from "../facts/words";

interface ProgressOptions {
  /** Activity and object: `uploading to snap-1`. */
  what: string;
  /** 0: unknown. */
  totalBytes: number;
  /** Output of the line. */
  show(line: string): void;
  /** Milliseconds, monotonic. */
  now?: () => number;
}

/** Milliseconds between two lines: two a second suffice for a terminal and the engine's log. */
const INTERVAL = 500;
/** Averaging period of the rate in milliseconds: follows the link without jitter. */
const RATE_SPAN = 10_000;

export class Progress {
  private bytes = 0;
  private resumed = 0;
  private shownAt = -Infinity;
  private readonly now: () => number;
  private readonly marks: { at: number; bytes: number }[] = [];

  constructor(private readonly options: ProgressOptions) {
    this.now = options.now ?? (() => performance.now());
    this.marks.push({ at: this.now(), bytes: 0 });
  }

  /** `count` bytes were transferred now. */
  moved(count: number): void {
    this.bytes += count;
    this.show();
  }

  /** `count` bytes were already there from an earlier attempt. */
  skipped(count: number): void {
    this.resumed += count;
    this.show();
  }

  private show(): void {
    const now = this.now();
    if (now - this.shownAt < INTERVAL) return;
    this.shownAt = now;
    this.marks.push({ at: now, bytes: this.bytes });
    while (this.marks.length > 2 && now - (this.marks[1]?.at ?? now) > RATE_SPAN) this.marks.shift();
    this.options.show(this.line(now));
  }

  private line(now: number): string {
    const { what, totalBytes } = this.options;
    const there = this.bytes + this.resumed;
    const from = this.marks[0] ?? { at: now, bytes: 0 };
    const rate = ((this.bytes - from.bytes) * 1000) / Math.max(1, now - from.at);
    const numbers = [totalBytes > 0 ? `${Math.floor((there * 100) / totalBytes)} %` : formatBytes(there)];
    if (rate > 0) numbers.push(`${formatBytes(rate)}/s`);
    if (rate > 0 && totalBytes > 0) numbers.push(`${formatSeconds((totalBytes - there) / rate)} left`);
    const rest = [what];
    if (totalBytes > 0) rest.push(`${formatBytes(there)} of ${formatBytes(totalBytes)}`);
    if (this.resumed > 0) rest.push(`${formatBytes(this.resumed)} kept from before`);
    return `${numbers.join(", ")}: ${rest.join(", ")}`;
  }
}
