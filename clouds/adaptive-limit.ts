/**
 * How many requests to keep in flight: additive increase while throughput grows, multiplicative decrease when the
 * cloud asks for less (AIMD, as TCP does). A fixed 64 workers hang a slow uplink; a fixed 8 leave a fast one idle.
 */

interface LimitOptions {
  start?: number;
  least?: number;
  most?: number;
  /** Milliseconds, monotonic. */
  now?: () => number;
}

/** Requests in one window, as a multiple of the limit: each worker finishes about twice. */
const WINDOW = 2;
/** A step up must raise the rate by this factor to be kept; less is noise. */
const GAIN = 1.05;
/** Windows without a probe after an unsuccessful increase: the link may change later. */
const REST = 10;

export class AdaptiveLimit {
  private readonly least: number;
  private readonly most: number;
  private readonly now: () => number;
  private current: number;
  private done = 0;
  private windowStart: number;
  private lastRate = 0;
  private lastStep = 0;
  private rest = 0;
  private punished = false;

  constructor({ start = 8, least = 1, most = 64, now = () => performance.now() }: LimitOptions = {}) {
    this.least = least;
    this.most = most;
    this.now = now;
    this.current = Math.min(most, Math.max(least, start));
    this.windowStart = now();
  }

  /** Current limit of requests in flight. */
  get value(): number {
    return this.current;
  }

  /** One request succeeded. */
  succeeded(): void {
    this.done++;
    if (this.done >= Math.max(8, this.current * WINDOW)) this.closeWindow();
  }

  /** The cloud throttled: halves the limit, once a window, as all requests in flight are refused together. */
  throttled(): void {
    if (this.punished) return;
    this.current = Math.max(this.least, Math.floor(this.current / 2));
    this.openWindow();
    this.punished = true;
    this.lastRate = 0;
    this.lastStep = 0;
    this.rest = REST;
  }

  private closeWindow(): void {
    const rate = this.done / Math.max(1e-6, this.now() - this.windowStart);
    const paid = rate > this.lastRate * GAIN;
    const step = Math.max(1, Math.floor(this.current / 4));
    if (this.rest > 0) {
      this.rest--;
      this.lastStep = 0;
    } else if (paid || this.lastStep === 0) {
      this.move(step);
    } else {
      this.move(-this.lastStep);
      this.rest = REST;
      this.lastStep = 0;
    }
    this.lastRate = rate;
    this.openWindow();
  }

  private move(by: number): void {
    const next = Math.min(this.most, Math.max(this.least, this.current + by));
    this.lastStep = next - this.current;
    this.current = next;
  }

  private openWindow(): void {
    this.done = 0;
    this.punished = false;
    this.windowStart = this.now();
  }
}
