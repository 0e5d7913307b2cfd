/** Common part of closings on all clouds: when they call, time limits, and reports of failures. */
import type { CloudFailure } from "../clouds/failure";
import { PATIENT, type RetryPolicy } from "../clouds/retry";
import { UNKNOWN } from "../facts/engine";
import { type Call, diffInputs, type Properties, type ResourceHandler } from "../plugin/resource";
import { Shape } from "../plugin/shape";
import { typedResource } from "../plugin/typed-resource";

/** Context of a closing's cloud calls: the signal is aborted when its time is over. */
export interface ClosingCall extends Call {
  readonly policy: RetryPolicy;
  /** Called for each retried failure: the last one is the reason when the time is over. */
  readonly failing: (failure: CloudFailure) => void;
}

/** One kind of closing; `A` is its inputs. */
export interface ClosingKind<A extends object> {
  readonly inputs: Shape<A>;
  /** Inputs that identify the place. */
  readonly replaceOn: readonly string[];
  /** Beginning of a sentence: `AMI demo-1 in us-east-1`. */
  placeOf(args: A): string;
  /** The service of the place, which fails to respond as a whole: `AWS us-east-1`. */
  areaOf(args: A): string;
  /** Grantees permitted by the inputs, in the spelling of the cloud's audience; `public` is everyone. */
  granteesOf(args: A): readonly string[];
  /** The same place without grantees: it is about to be deleted. */
  nobody(args: A): A;
  /** True to check on creation: an older version may have left a withdrawn release open. */
  looksAtFirst(args: A): boolean;
  /**
   * Removes access from everyone not in `args`, and grants none. A missing object counts as closed.
   *
   * @returns true if there was access to remove
   * @throws whatever its calls threw, after closing everything else that could be closed
   */
  close(args: A, call: ClosingCall): Promise<boolean>;
}

/** Milliseconds. */
export interface ClosingTimes {
  /** Limit for all calls of one closing. */
  readonly limit: number;
  /** The limit after another closing of the area has timed out: concurrency is limited, and the other closings queue. */
  readonly again: number;
  /** Interval of the status lines, and the time before the first. */
  readonly silence: number;
}

const TIMES: ClosingTimes = { limit: 60_000, again: 10_000, silence: 10_000 };

/** Retries until the time is over; a hanging call is abandoned and repeated. */
const CLOSING: RetryPolicy = {
  ...PATIENT,
  attempts: Number.POSITIVE_INFINITY,
  longestDelay: 5_000,
  patience: 60_000,
  timeout: 15_000,
  grace: 0,
};

/** Used in place of names: unknown for what an older version left open, or wrote otherwise. */
const WHOEVER = "whoever had it";

interface ClosingOutcome {
  readonly took: boolean;
  /** Reason why it is still open. */
  readonly failed?: string;
}

/** @param from certain or possible grantees to remove, reported on failure */
type Closer<A> = (args: A, from: readonly string[], call: Call) => Promise<ClosingOutcome>;

/** Closes places of a kind within the time limit, and never throws: a failure is reported at once, as an error. */
function closerOf<A extends object>(kind: ClosingKind<A>, times: ClosingTimes = TIMES): Closer<A> {
  const silent = new Set<string>();
  return async (args, from, call) => {
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

/** Closes places that only the state knows: any version may have written the inputs of their closings. */
export interface PlaceCloser {
  /** `undefined`: this kind cannot read the inputs. */
  areaOf(inputs: Properties): string | undefined;
  /** Takes the place from everybody, and never throws. */
  readonly close: Closer<Properties>;
}

export type PlaceCloserOf = (times?: ClosingTimes) => PlaceCloser;

export function placeCloserOf<A extends object>(kind: ClosingKind<A>): PlaceCloserOf {
  return (times) => {
    const close = closerOf(kind, times);
    return {
      areaOf: (inputs) => (kind.inputs.is(inputs) ? kind.areaOf(inputs) : undefined),
      close: async (inputs, from, call) =>
        kind.inputs.is(inputs)
          ? close(kind.nobody(inputs), from, call)
          : { took: false, failed: "the state has it in a form that this version does not read" },
    };
  };
}

/** A resource that removes access, never fails, and calls no cloud when there is no access to remove. */
export function closingHandler<A extends object>(
  kind: ClosingKind<A>,
  times?: ClosingTimes,
): ResourceHandler {
  const close = closerOf(kind, times);
  /** Unwanted grantees, certain or possible by the state. */
  const toTakeFrom = (old: Properties, inputs: A): string[] => {
    const wanted = new Set(kind.granteesOf(inputs));
    const before = kind.inputs.is(old) ? kind.granteesOf(old) : [WHOEVER];
    const have = [...openForOf(old), ...before];
    return [...new Set(have)].filter((grantee) => !wanted.has(grantee)).sort();
  };
  return typedResource({
    computed: ["open", "openFor", "closings"],
    inputs: kind.inputs,
    kept: Shape.of<object>({}),
    diff(old, inputs) {
      const { changes } = diffInputs(old.inputs, inputs, { replaceOn: kind.replaceOn, ignore: ["begun"] });
      if (openOf(old.outputs) === "" && !isBegun(old.outputs, inputs)) return { changes };
      return { changes: { ...changes, open: { kind: "update", replace: false } } };
    },
    plan(old, planned, call) {
      const inputs = kind.inputs.read(planned, "inputs", call);
      if (old === undefined) {
        if (kind.looksAtFirst(inputs))
          return { ...inputs, open: UNKNOWN, openFor: UNKNOWN, closings: UNKNOWN };
        return { ...inputs, ...closed(0) };
      }
      const before = closingsIn(old.outputs);
      if (toTakeFrom(old.outputs, inputs).length === 0)
        return { ...inputs, ...closed(before + (isInDoubt(old.outputs, inputs) ? 1 : 0)) };
      return { ...inputs, open: UNKNOWN, openFor: UNKNOWN, closings: before + 1 };
    },
    async create(inputs, call) {
      const id = `${kind.placeOf(inputs)}/closing`;
      if (!kind.looksAtFirst(inputs)) return { id, outputs: { ...inputs, ...closed(0) } };
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
      // Grantees that may have lost access are wanted again: the place's sharing restores it.
      if (from.length === 0)
        return { ...inputs, ...closed(before + (isInDoubt(old.outputs, inputs) ? 1 : 0)) };
      const { failed } = await close(inputs, from, call);
      if (failed === undefined) return { ...inputs, ...closed(before + 1) };
      return { ...inputs, open: failed, openFor: from, closings: before + 1 };
    },
    async delete() {
      // Nothing was created.
    },
  });
}

/** Runs it until it is done, fails or its time is over, and reports waits. Never throws. */
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
  // Work that ignores the signal is abandoned.
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

/** It began at the state's present count: a killed engine recorded nothing more. */
function isBegun(old: Properties, inputs: object): boolean {
  return "begun" in inputs && inputs.begun === closingsIn(old);
}

function isInDoubt(old: Properties, inputs: object): boolean {
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
