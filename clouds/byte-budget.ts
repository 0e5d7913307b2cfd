/**
 * Bytes that all transfers of this process together keep in requests. Each transfer has a limit of its own, set by what
 * its cloud bears; three clouds, two architectures and twenty regions at once are a sum that only this bounds.
 */
import { MIB } from "../facts/units";

export class ByteBudget {
  private used = 0;
  private readonly waiting: Waiting[] = [];

  /** @param total bytes; one request larger than that is let through alone */
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
   * Whoever holds least comes next: a slow cloud, whose requests stay long, would otherwise end up with everything. When
   * the next does not fit, nobody overtakes it, so that large requests are not passed over for ever.
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

/** What one transfer holds of the budget. */
export class Share {
  /** Bytes. */
  held = 0;

  constructor(private readonly budget: ByteBudget) {}

  /** Waits until the bytes may be held. Returns false, holding nothing, when the signal is aborted before. */
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
 * 64 MiB: one upload alone gets all that its own limit allows (64 blocks of 512 KiB, 16 runs of 4 MiB), and at 100 ms
 * for a request they still move 640 MB a second.
 */
export const IN_FLIGHT = new ByteBudget(64 * MIB);
