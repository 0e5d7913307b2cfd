/**
 * Bytes in requests, over all transfers of this process. Each transfer has its own limit, adapted to its cloud; only
 * this one bounds the sum over three clouds, two architectures and twenty regions.
 */
import { MIB } from "../facts/units";

export class ByteBudget {
  private used = 0;
  private readonly waiting: Waiting[] = [];

  /** @param total bytes; a single larger request is let through alone */
  constructor(private readonly total: number) {}

  share(): Share {
    return new Share(this);
  }

  /** @internal of {@link Share} */
  enter(waiting: Waiting): void {
    this.waiting.push(waiting);
    this.grant();
  }

  /** @internal of {@link Share} */
  leave(waiting: Waiting): void {
    this.waiting.splice(this.waiting.indexOf(waiting), 1);
    this.grant();
  }

  /** @internal of {@link Share} */
  release(bytes: number): void {
    this.used -= bytes;
    this.grant();
  }

  /**
   * The transfer that holds least comes next: otherwise a slow cloud, whose requests take long, would end up with
   * everything. If its request does not fit, nothing overtakes it, so that large requests do not starve.
   */
  private grant(): void {
    for (;;) {
      const [first, ...others] = this.waiting;
      if (!first) return;
      const next = others.reduce(
        (least, other) => (other.share.held < least.share.held ? other : least),
        first,
      );
      if (this.used > 0 && this.used + next.bytes > this.total) return;
      this.waiting.splice(this.waiting.indexOf(next), 1);
      this.used += next.bytes;
      next.share.held += next.bytes;
      next.granted();
    }
  }
}

interface Waiting {
  share: Share;
  bytes: number;
  granted(): void;
}

/** One transfer's part of the budget. */
class Share {
  /** Bytes. */
  held = 0;

  constructor(private readonly budget: ByteBudget) {}

  /** Waits until the bytes fit. Returns false, holding nothing, when the signal is aborted first. */
  take(bytes: number, signal: AbortSignal): Promise<boolean> {
    if (signal.aborted) return Promise.resolve(false);
    return new Promise((resolve) => {
      const stop = () => {
        this.budget.leave(waiting);
        resolve(false);
      };
      const granted = () => {
        signal.removeEventListener("abort", stop);
        resolve(true);
      };
      const waiting: Waiting = { share: this, bytes, granted };
      signal.addEventListener("abort", stop, { once: true });
      this.budget.enter(waiting);
    });
  }

  give(bytes: number): void {
    this.held -= bytes;
    this.budget.release(bytes);
  }
}

/**
 * 64 MiB: a single upload reaches its own limit (64 blocks of 512 KiB, 16 runs of 4 MiB), and at 100 ms per request
 * this moves 640 MB/s.
 */
export const IN_FLIGHT = new ByteBudget(64 * MIB);
