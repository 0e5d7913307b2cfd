/**
 * Differences between a stand-in's response and the recorded one: status, code, fields, types, the order of states.
 */

export interface Difference {
  readonly kind: "status" | "code" | "missing" | "extra" | "type" | "states";
  /** Place in the body: `error.code`. */
  readonly at?: string;
  readonly recorded: string;
  readonly standIn: string;
}

interface Answered {
  readonly status: number;
  readonly body?: unknown;
}

const CODES = new Set(["code", "__type", "reason", "errorcode"]);
/** Fields with the progress of an object. */
const STATES = new Set(
  "state status diskstate provisioningstate imagestate instancestate keystate registrationstate aggregatedstate".split(
    " ",
  ),
);

/** Differences of one response; lists are compared by the fields of their elements. */
export function differences(recorded: Answered, actual: Answered): Difference[] {
  if (recorded.status !== actual.status) {
    const code = { recorded: codeOf(recorded.body), actual: codeOf(actual.body) };
    return [
      {
        kind: "status",
        recorded: [recorded.status, code.recorded].filter(Boolean).join(" "),
        standIn: [actual.status, code.actual].filter(Boolean).join(" "),
      },
    ];
  }
  return compareValues(recorded.body, actual.body, "");
}

function compareValues(recorded: unknown, actual: unknown, at: string): Difference[] {
  // An empty list is an empty string in XML; there is nothing to compare.
  const isMissing = recorded === undefined || actual === undefined;
  if (isMissing ? holdsNothing(recorded) && holdsNothing(actual) : isEmpty(recorded) || isEmpty(actual))
    return [];
  // Google omits empty lists.
  if (isMissing && (Array.isArray(recorded) || Array.isArray(actual))) return [];
  if (recorded === undefined || actual === undefined)
    return [
      {
        kind: recorded === undefined ? "extra" : "missing",
        at,
        recorded: typeOf(recorded),
        standIn: typeOf(actual),
      },
    ];
  const types = { recorded: typeOf(recorded), standIn: typeOf(actual) };
  if (types.recorded !== types.standIn) return [{ kind: "type", at, ...types }];
  if (Array.isArray(recorded) && Array.isArray(actual))
    return compareValues(merged(recorded), merged(actual), at);
  if (isRecord(recorded) && isRecord(actual)) {
    const names = [...new Set([...Object.keys(recorded), ...Object.keys(actual)])];
    return names
      .filter((name) => !isPseudonym(name) && !(isFreeMap(at) && !(name in recorded)))
      .flatMap((name) => compareValues(recorded[name], actual[name], at === "" ? name : `${at}.${name}`));
  }
  const name = at.slice(at.lastIndexOf(".") + 1).toLowerCase();
  if (
    CODES.has(name) &&
    typeof recorded !== "object" &&
    recorded !== actual &&
    !isPseudonym(textOf(recorded))
  )
    return [{ kind: "code", at, recorded: textOf(recorded), standIn: textOf(actual) }];
  return [];
}

/** The union of the fields of a list's elements. */
function merged(list: readonly unknown[]): unknown {
  const records = list.filter(isRecord);
  if (records.length === 0) return list[0];
  const names = [...new Set(records.flatMap((record) => Object.keys(record)))];
  return Object.fromEntries(
    names.map((name) => {
      const found = records
        .map((record) => record[name])
        .filter((value) => value !== undefined && value !== "");
      return [name, found.every(isRecord) && found.length > 0 ? merged(found) : (found[0] ?? "")];
    }),
  );
}

/** Every state in a response, e.g. `properties.diskState=ReadyToUpload`. */
export function statesIn(body: unknown, at = ""): string[] {
  if (Array.isArray(body)) return body.flatMap((item) => statesIn(item, at));
  if (!isRecord(body)) return [];
  return Object.entries(body).flatMap(([name, value]) => {
    const below = at === "" ? name : `${at}.${name}`;
    const isState = STATES.has(name.toLowerCase()) && typeof value === "string" && !isPseudonym(value);
    return isState ? [`${below}=${value}`] : statesIn(value, below);
  });
}

/**
 * Successive states of one object. A stand-in without delays skips states, which is no difference; an unrecorded one,
 * another order and another end are.
 */
export function compareStates(recorded: readonly string[], actual: readonly string[]): Difference[] {
  const [told, shown] = [collapsed(recorded), collapsed(actual)];
  let from = 0;
  const isInOrder = shown.every((state) => {
    const found = told.indexOf(state, from);
    if (found >= 0) from = found;
    return found >= 0;
  });
  if (isInOrder && told.at(-1) === shown.at(-1)) return [];
  return [{ kind: "states", recorded: told.join(" → ") || "none", standIn: shown.join(" → ") || "none" }];
}

function collapsed(states: readonly string[]): string[] {
  return states.filter((state, index) => state !== states[index - 1]);
}

function codeOf(body: unknown): string | undefined {
  if (Array.isArray(body)) return body.map(codeOf).find(Boolean);
  if (!isRecord(body)) return undefined;
  for (const [name, value] of Object.entries(body)) {
    if (["code", "__type"].includes(name.toLowerCase()) && typeof value === "string") return value;
    const inner = codeOf(value);
    if (inner !== undefined) return inner;
  }
  return undefined;
}

/** The transcript replaces hidden numbers by `<number>`. */
function typeOf(value: unknown): string {
  if (value === undefined) return "nothing";
  if (value === null) return "null";
  if (value === "<number>") return "number";
  return Array.isArray(value) ? "list" : typeof value;
}

function isEmpty(value: unknown): boolean {
  return (
    value === undefined || value === "" || value === null || (Array.isArray(value) && value.length === 0)
  );
}

function holdsNothing(value: unknown): boolean {
  return isEmpty(value) || (isRecord(value) && Object.keys(value).length === 0);
}

const isFreeMap = (at: string): boolean => /(^|\.)(tags|labels|metadata)$/i.test(at);
const isPseudonym = (text: string): boolean => /^<[a-z0-9]+:[0-9a-f]{10}\^?>$/.test(text);
const textOf = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
