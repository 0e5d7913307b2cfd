/** Rights required by the callers of a stand-in cloud, by call: for comparison with the documented permissions. */
import { AsyncLocalStorage } from "node:async_hooks";

export interface AskedRights {
  /** The cloud's name of the caller: `publisher`, `administrator`. */
  readonly who: string;
  /** `CopyImage`, `GET /storage/v1/b/{bucket}`. */
  readonly call: string;
  /** Rights that the call required and the caller had. Empty: it requires none. */
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

/** Of one cloud, since its start, or since it was asked to forget. */
export class RightsBook {
  private readonly asked = new Map<string, Asking>();

  /** Attributes decisions about rights during the work to this caller and call. */
  during<T>(who: string, call: string, work: () => T): T {
    const key = `${who} ${call}`;
    const asking = this.asked.get(key) ?? { who, call, allowed: new Set(), refused: new Set() };
    this.asked.set(key, asking);
    return current.run(asking, work);
  }

  /** @param forget begins anew afterwards */
  list(forget = false): AskedRights[] {
    const all = [...this.asked.values()];
    if (forget) this.asked.clear();
    return all.map(({ who, call, allowed, refused }) => ({
      ...{ who, call },
      allowed: [...allowed].sort(),
      refused: [...refused].sort(),
    }));
  }
}

/**
 * Not recorded outside a call.
 *
 * @returns `isAllowed`
 */
export function noteRight(right: string, isAllowed: boolean): boolean {
  const asking = current.getStore();
  asking?.[isAllowed ? "allowed" : "refused"].add(right);
  return isAllowed;
}
