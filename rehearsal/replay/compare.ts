/** Where an answer of a stand-in differs from the recorded one: status, code, fields, types, the order of states. */

export interface Difference {
  readonly kind: "status" | "code" | "missing" | "extra" | "type" | "states";
  /** Place in the body: `error.code`. */
  readonly at?: string;
  readonly recorded: string;
  readonly standIn: string;
}

export interface Answered {
  readonly status: number;
  readonly body?: unknown;
}

const CODES = new Set(["code", "__type", "reason", "errorcode"]);
/** Fields that tell how far something is. */
export const STATES = new Set(
  "state status diskstate provisioningstate imagestate instancestate keystate registrationstate aggregatedstate".split(
    " ",
  ),
);

/** What one answer differs in; lists are compared by what their elements have in common. */
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
  // An empty list is empty text in XML; there is nothing in it to compare.
  const isMissing = recorded === undefined || actual === undefined;
  if (isMissing ? holdsNothing(recorded) && holdsNothing(actual) : isEmpty(recorded) || isEmpty(actual))
    return [];
  // Google leaves empty lists out.
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

/** Elements of a list as one: the fields that any of them has. */
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

/** Every state in an answer, as `properties.diskState=ReadyToUpload`. */
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
 * States of one thing, as they were told one after the other. A stand-in without delays passes states over, which is no
 * difference; one that was never recorded, another order and another end are.
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

/** The transcript writes numbers that it hides as `<number>`. */
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
