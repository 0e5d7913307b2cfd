/** What closings of all clouds have in common: when they call, how long, and what they say of a failure. */
import type { CloudFailure } from "../clouds/failure";
import { PATIENT, type RetryPolicy } from "../clouds/retry";
import { UNKNOWN } from "../facts/engine";
import { type Call, diffInputs, type Properties, type ResourceHandler } from "../plugin/resource";

/** What a call to a cloud is given in a closing: the signal is aborted when its time is over. */
export interface ClosingCall extends Call {
  readonly policy: RetryPolicy;
  /** Told of each failure that is tried again: the last one is the reason, when the time is over. */
  readonly failing: (failure: CloudFailure) => void;
}

/** One kind of closing; `A` is what its resource is made of. */
export interface ClosingKind<A> {
  /** Inputs that say which place it is. */
  readonly replaceOn: readonly string[];
  /** As a sentence begins: `AMI demo-1 in us-east-1`. */
  placeOf(args: A): string;
  /** What is silent together with the place: `AWS us-east-1`. */
  areaOf(args: A): string;
  /** Who may have it, as the cloud's audience spells them; `public` is everyone. */
  granteesOf(args: A): readonly string[];
  /** The same place, and nobody may have it: it is about to be deleted. */
  nobody(args: A): A;
  /** Whether it looks when it is made: a withdrawn release may have been left open by an older version. */
  looksAtFirst(args: A): boolean;
  /**
   * Takes it from everybody whom `args` does not name, and gives nobody anything. What is not there is closed.
   *
   * @returns whether there was anything to take away
   * @throws whatever its calls threw; what else could be closed is closed before
   */
  close(args: A, call: ClosingCall): Promise<boolean>;
}

/** Milliseconds. */
export interface ClosingTimes {
  /** All calls of one closing together. */
  readonly limit: number;
  /** The same where another closing of the area has waited in vain: so many are under way at once, and the others wait. */
  readonly again: number;
  /** How long nothing is said. */
  readonly silence: number;
}

const TIMES: ClosingTimes = { limit: 60_000, again: 10_000, silence: 10_000 };

/** Tries until the time is over; a call that hangs is given up and made again. */
export const CLOSING: RetryPolicy = {
  ...PATIENT,
  attempts: Number.POSITIVE_INFINITY,
  longestDelay: 5_000,
  patience: 60_000,
  timeout: 15_000,
  grace: 0,
};

/** In place of names: what an older version left open cannot be told. */
const WHOEVER = "whoever had it";

export interface ClosingOutcome {
  readonly took: boolean;
  /** Why it is still open. */
  readonly failed?: string;
}

/** @param from who has it, or may, and is not to: what is told where it fails */
export type Closer = (args: Properties, from: readonly string[], call: Call) => Promise<ClosingOutcome>;

/** Closes places of a kind in the time that they are given, and throws nothing: what failed is told at once, as an error. */
export function closerOf<A>(kind: ClosingKind<A>, times: ClosingTimes = TIMES): Closer {
  const silent = new Set<string>();
  return async (inputs, from, call) => {
    const args = inputs as unknown as A;
    const area = kind.areaOf(args);
    const limit = silent.has(area) ? times.again : times.limit;
    const outcome = await within({ limit, silence: times.silence }, kind.placeOf(args), call, (attempt) =>
      kind.close(args, attempt),
    );
    if (outcome.late) silent.add(area);
    if (outcome.failed === undefined) return outcome;
    const failed = openLine(kind.placeOf(args), from, outcome.failed);
    call.log("error", failed);
    return { ...outcome, failed };
  };
}

/** A resource that takes away, never fails and calls nobody when there is nothing to take away. */
export function closingHandler<A>(kind: ClosingKind<A>, times?: ClosingTimes): ResourceHandler {
  const close = closerOf(kind, times);
  const argsOf = (properties: Properties) => properties as unknown as A;
  /** Who has it by the state, or may still have it, and is not to. */
  const toTakeFrom = (old: Properties, inputs: Properties): string[] => {
    const wanted = new Set(kind.granteesOf(argsOf(inputs)));
    const have = [...openForOf(old), ...kind.granteesOf(argsOf(old))];
    return [...new Set(have)].filter((grantee) => !wanted.has(grantee)).sort();
  };
  return {
    computed: ["open", "openFor", "closings"],
    diff(old, inputs) {
      const { changes } = diffInputs(old.inputs, inputs, { replaceOn: kind.replaceOn, ignore: ["begun"] });
      if (openOf(old.outputs) === "" && !isBegun(old.outputs, inputs)) return { changes };
      return { changes: { ...changes, open: { kind: "update", replace: false } } };
    },
    plan(old, inputs) {
      if (old === undefined) {
        if (kind.looksAtFirst(argsOf(inputs)))
          return { ...inputs, open: UNKNOWN, openFor: UNKNOWN, closings: UNKNOWN };
        return { ...inputs, ...closed(0) };
      }
      const before = closingsIn(old.outputs);
      if (toTakeFrom(old.outputs, inputs).length === 0)
        return { ...inputs, ...closed(before + (isInDoubt(old.outputs, inputs) ? 1 : 0)) };
      return { ...inputs, open: UNKNOWN, openFor: UNKNOWN, closings: before + 1 };
    },
    async create(inputs, call) {
      const id = `${kind.placeOf(argsOf(inputs))}/closing`;
      if (!kind.looksAtFirst(argsOf(inputs))) return { id, outputs: { ...inputs, ...closed(0) } };
      const { took, failed } = await close(inputs, [WHOEVER], call);
      if (failed === undefined) return { id, outputs: { ...inputs, ...closed(took ? 1 : 0) } };
      return { id, outputs: { ...inputs, open: failed, openFor: [WHOEVER], closings: 1 } };
    },
    async read(id, old) {
      return { id, ...old };
    },
    async update(_id, old, inputs, call) {
      const from = toTakeFrom(old.outputs, inputs);
      const before = closingsIn(old.outputs);
      // Nobody is to lose it any more who may have lost it: what shares the place has to see to that.
      if (from.length === 0)
        return { ...inputs, ...closed(before + (isInDoubt(old.outputs, inputs) ? 1 : 0)) };
      const { failed } = await close(inputs, from, call);
      if (failed === undefined) return { ...inputs, ...closed(before + 1) };
      return { ...inputs, open: failed, openFor: from, closings: before + 1 };
    },
    async delete() {
      // Nothing was made.
    },
  };
}

/** Runs it until it is done, fails or its time is over, and says what is waited for. Throws nothing. */
async function within(
  { limit, silence }: Pick<ClosingTimes, "limit" | "silence">,
  place: string,
  call: Call,
  run: (call: ClosingCall) => Promise<boolean>,
): Promise<ClosingOutcome & { late: boolean }> {
  const over = new AbortController();
  let last: CloudFailure | undefined;
  const attempt: ClosingCall = {
    ...call,
    signal: AbortSignal.any([call.signal, over.signal]),
    policy: CLOSING,
    failing: (failure) => (last = failure),
  };
  const until = new Date(Date.now() + limit).toISOString().slice(11, 19);
  let waited = 0;
  const speak = setInterval(() => {
    waited += silence;
    const line = `${place} is not closed after ${waited / 1000} s (${last?.message ?? "no answer"}); tried until ${until} UTC`;
    if (waited === silence) call.log("info", line);
    else call.status(line);
  }, silence);
  const end = setTimeout(() => over.abort(), limit);
  // Whatever does not listen to the signal is left alone.
  const stopped = new Promise<never>((_resolve, reject) =>
    attempt.signal.addEventListener("abort", () => reject(new Error("stopped by request")), { once: true }),
  );
  try {
    return { took: await Promise.race([run(attempt), stopped]), late: false };
  } catch (error) {
    const late = over.signal.aborted && !call.signal.aborted;
    const reason = late
      ? (last?.message ?? "no answer")
      : error instanceof Error
        ? error.message
        : String(error);
    return { took: false, late, failed: late ? `${reason} (given up after ${limit / 1000} s)` : reason };
  } finally {
    clearInterval(speak);
    clearTimeout(end);
  }
}

function openLine(place: string, from: readonly string[], why: string): string {
  const who = from.map((grantee) => (grantee === "public" ? "everyone" : grantee)).join(", ");
  return `${place} is still open for ${who}: ${why.replace(/\s+/g, " ")}; \`imprimatur up\` tries again`;
}

function closed(closings: number): Properties {
  return { open: "", openFor: [], closings };
}

/** It was begun when the state said what it says now: an engine that was killed wrote down no more. */
function isBegun(old: Properties, { begun }: Properties): boolean {
  return begun === closingsIn(old);
}

function isInDoubt(old: Properties, inputs: Properties): boolean {
  return isBegun(old, inputs) || openForOf(old).length > 0;
}

function openOf({ open }: Properties): string {
  return typeof open === "string" ? open : "";
}

function openForOf({ openFor }: Properties): string[] {
  return Array.isArray(openFor)
    ? openFor.filter((grantee): grantee is string => typeof grantee === "string")
    : [];
}

function closingsIn({ closings }: Properties): number {
  return typeof closings === "number" ? closings : 0;
}
