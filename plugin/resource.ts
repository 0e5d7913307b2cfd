/**
 * The parts of a provider plugin: one {@link ResourceHandler} per resource type, and the context in which the engine
 * calls it. No gRPC here; `server.ts` is the only file that knows the protocol.
 */
import { canonicalJson } from "../facts/canonical-json";
import { UNKNOWN } from "../facts/engine";

/** A JSON-like property bag, as the engine sends and keeps it. `undefined` values are dropped on the way out. */
export type Properties = Record<string, unknown>;

/** True when `value`, or anything inside it, is not known yet. */
export function containsUnknown(value: unknown): boolean {
  if (value === UNKNOWN) return true;
  if (Array.isArray(value)) return value.some(containsUnknown);
  if (value !== null && typeof value === "object") return Object.values(value).some(containsUnknown);
  return false;
}

/** Context of every handler call. */
export interface Call {
  readonly urn: string;
  /** The resource's name: the last part of the URN. */
  readonly name: string;
  /** Aborted on the first Ctrl-C: stop, keep partial results, throw {@link PartialFailure}. */
  readonly signal: AbortSignal;
  /** The user's timeout in seconds (`customTimeouts`); 0 when not set. */
  readonly timeoutSeconds: number;
  /** On an update, properties that must stay as they are (`ignoreChanges`). */
  readonly ignoreChanges?: readonly string[];
  /** Writes a line to the engine's log, attached to the resource. */
  log(severity: "debug" | "info" | "warning" | "error", message: string): void;
  /** Replaces the resource's status line: progress, not kept. */
  status(message: string): void;
}

/** Context of `check`: defaults may depend on earlier inputs. */
export interface CheckCall extends Call {
  /** The inputs of the last `up`; empty for a new resource. */
  readonly oldInputs: Properties;
  /** The same for the preview and the following `up`: source of generated names. Empty when the engine sent none. */
  readonly randomSeed: Uint8Array;
}

/** One refused input: its property, and the reason with the cure. */
export interface CheckFailure {
  property: string;
  reason: string;
}

/** Change of one property; `replace` requires a new object. */
export interface PropertyChange {
  kind: "add" | "delete" | "update";
  replace: boolean;
}

export interface Diff {
  /** Keyed by property path (`tags.Name`). Empty: nothing to do. */
  changes: Record<string, PropertyChange>;
  /** The new object cannot exist beside the old one (a unique name). */
  deleteBeforeReplace?: boolean;
  /** Basis of the changes, for the engine's display: the last inputs (default), or the values read back. */
  comparedWith?: "inputs" | "outputs";
}

export interface State {
  inputs: Properties;
  outputs: Properties;
}

/**
 * One resource type.
 *
 * `create`, `update` and `delete` may throw {@link PartialFailure}: the engine then keeps id and outputs, shows the
 * reasons, and calls `update` on the next `up` (a partly created object is never lost).
 */
export interface ResourceHandler {
  /** Fill defaults and refuse bad inputs; called in previews, where inputs may hold {@link UNKNOWN}. No I/O. */
  check?(inputs: Properties, call: CheckCall): { inputs?: Properties; failures?: CheckFailure[] };
  /** Names of output properties that are known only after `create`; a preview shows them as such. */
  readonly computed: readonly string[];
  diff(old: State, inputs: Properties, call: Call): Diff;
  /**
   * The outputs in a preview, {@link UNKNOWN} where not known before the operation; `old` is absent for a create.
   * Absent: the inputs over the old outputs, and everything in `computed` unknown for a create.
   */
  plan?(old: State | undefined, inputs: Properties, call: Call): Properties | Promise<Properties>;
  create(inputs: Properties, call: Call): Promise<{ id: string; outputs: Properties }>;
  /** `undefined`: the object is gone. For an import, `old.inputs` is empty. */
  read(
    id: string,
    old: State,
    call: Call,
  ): Promise<{ id: string; inputs: Properties; outputs: Properties } | undefined>;
  /** Absent: every change replaces, and an interrupted create cannot be finished. */
  update?(id: string, old: State, inputs: Properties, call: Call): Promise<Properties>;
  delete(id: string, old: State, call: Call): Promise<void>;
}

/** Observer of an engine run. */
interface RunWatch {
  /** A resource is read or planned, in a preview too. */
  seen(urn: string): void;
  /** A resource is about to be created, changed or deleted. */
  works(urn: string): void;
  /** The engine ends normally, and no operation is in progress. */
  ended(): void;
}

/** A provider: its resources, data functions and config. */
export interface ProviderPlugin {
  /** Package name, e.g. `aws`. */
  readonly name: string;
  /** Semantic version; must satisfy the npm package's. */
  readonly version: string;
  /** Keyed by type token (`aws:ec2/ami:Ami`). Other types are refused. */
  readonly resources: Readonly<Record<string, ResourceHandler>>;
  /** Keyed by function token. */
  readonly functions?: Readonly<Record<string, (args: Properties) => Promise<Properties>>>;
  /** Called once, before anything else; `warn` reports problems that concern no resource. */
  started?(warn: (message: string) => void): void;
  /** Creates the observer of a run; called once. */
  watch?(warn: (message: string) => void): RunWatch;
  /** Refuse bad provider config; called in previews too. */
  checkConfig?(config: Properties): CheckFailure[];
  /** Provider settings whose change replaces the provider, and so all its resources. */
  readonly configReplaces?: readonly string[];
  /** Called once before any resource operation. Nested values are parsed JSON; unknown values are omitted. */
  configure?(config: Properties): void | Promise<void>;
}

/** The object exists in part: `id` and `outputs` are kept, `reasons` are shown, the next `up` resumes with `update`. */
export class PartialFailure extends Error {
  override name = "PartialFailure";
  constructor(
    readonly id: string,
    readonly outputs: Properties,
    readonly reasons: readonly string[],
  ) {
    super(reasons.join("\n"));
  }
}

/**
 * The default diff: compares inputs property by property, by JSON value.
 *
 * @param replaceOn properties that are immutable on an existing object
 * @param ignore properties that never cause a change (e.g. a local path)
 */
export function diffInputs(
  old: Properties,
  news: Properties,
  { replaceOn = [], ignore = [] }: { replaceOn?: readonly string[]; ignore?: readonly string[] } = {},
): Diff {
  const changes: Record<string, PropertyChange> = {};
  for (const key of new Set([...Object.keys(old), ...Object.keys(news)])) {
    if (ignore.includes(key)) continue;
    const [before, after] = [canonical(old[key]), canonical(news[key])];
    if (before === after) continue;
    const kind = before === undefined ? "add" : after === undefined ? "delete" : "update";
    changes[key] = { kind, replace: replaceOn.includes(key) };
  }
  return { changes };
}

function canonical(value: unknown): string | undefined {
  return value === undefined || value === null ? undefined : canonicalJson(value);
}
