/** Which rights the callers of a stand-in cloud came to need, and for which calls: what is done is held against what is allowed. */
import { AsyncLocalStorage } from "node:async_hooks";

export interface AskedRights {
  /** As the cloud names its callers: `publisher`, `administrator`. */
  readonly who: string;
  /** `CopyImage`, `GET /storage/v1/b/{bucket}`. */
  readonly call: string;
  /** Rights that the call needed and the caller had. None: the call needs none. */
  readonly allowed: readonly string[];
  readonly refused: readonly string[];
}

interface Asking {
  readonly who: string;
  readonly call: string;
  readonly allowed: Set<string>;
  readonly refused: Set<string>;
}

const current = new AsyncLocalStorage<Asking>();

/** Of one cloud, since it was started. */
export class RightsBook {
  private readonly asked = new Map<string, Asking>();

  /** What is decided about rights during the work is this caller's, for this call. */
  during<T>(who: string, call: string, work: () => T): T {
    const key = `${who} ${call}`;
    const asking = this.asked.get(key) ?? { who, call, allowed: new Set(), refused: new Set() };
    this.asked.set(key, asking);
    return current.run(asking, work);
  }

  list(): AskedRights[] {
    return [...this.asked.values()].map(({ who, call, allowed, refused }) => ({
      ...{ who, call },
      allowed: [...allowed].sort(),
      refused: [...refused].sort(),
    }));
  }
}

/** Outside of a call nobody keeps it. @returns `isAllowed` */
export function noteRight(right: string, isAllowed: boolean): boolean {
  const asking = current.getStore();
  asking?.[isAllowed ? "allowed" : "refused"].add(right);
  return isAllowed;
}
