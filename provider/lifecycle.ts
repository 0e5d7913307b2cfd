import { canonicalJson } from "../facts/canonical-json";
import { ALLOW_RULE, ALLOW_VARIABLE, isAllowEntry, isUnattendedBy } from "../config/allow";
import { type BegunClosings, begunClosings, type WantedClosings } from "../config/begun";
import { type CurrentAccess, textsIn } from "../config/access";
import { forbiddenTransitions } from "../config/transitions";
import type { Ledger } from "../config/ledger";
import { type Change, changesBetween, describeChange, unnamedChanges } from "../config/lifecycle";
import { formerValuesOf } from "../config/immutable";
import {
  type CheckFailure,
  type Diff,
  type Properties,
  type PropertyChange,
  type ResourceHandler,
  type State,
} from "../plugin/resource";
import { stackOf } from "./preflight-report";

/**
 * Has no object in a cloud. Gains and losses are derived from current access (`have`), since this state is written
 * before anything is shared; it is the basis for comparing the other values.
 */
export const lifecycle: ResourceHandler = {
  computed: ["begun"],
  check(inputs, { oldInputs, urn }) {
    const [old, now] = [ledgerOf(oldInputs), ledgerOf(inputs)];
    const file = `stacks/Pulumi.${stackOf(urn)}.yaml`;
    // Not attached to a property: the engine would print its whole value, i.e. the complete ledger.
    const failed = (reason: string): CheckFailure => ({ property: "", reason });
    const failures = forbiddenTransitions(old, now, haveOf(inputs)).map(({ message }) =>
      failed(`${file}: ${message}`),
    );
    for (const entry of entriesOfCommandLine().filter((word) => !isAllowEntry(word))) {
      failures.push(failed(`${ALLOW_VARIABLE}: ${JSON.stringify(entry)} is not ${ALLOW_RULE}`));
    }
    if (isUnattendedBy(process.env.CI) && failures.length === 0) {
      failures.push(...unnamed(oldInputs, inputs).map((change) => failed(refusal(change, file))));
    }
    if (failures.length > 0) failures.push(...leftOpen(inputs).map(failed));
    return { inputs: { ...inputs, looks: looksOf(oldInputs) + 1 }, failures };
  },
  diff(old, inputs) {
    const [before, now] = [ledgerOf(old.inputs), ledgerOf(inputs)];
    // A refresh diffs too, with the inputs in the state: access at the start of the last `up`.
    const isRefresh = looksOf(old.inputs) === looksOf(inputs);
    return {
      changes: { ...ledgerDiff(before, now), ...(isRefresh ? {} : lookDiff(old, inputs)) },
    } satisfies Diff;
  },
  plan(old, inputs, call) {
    for (const change of unnamed(old?.inputs ?? {}, inputs)) {
      call.log(
        "warning",
        `${describeChange(change)}: \`up\` will refuse this unless it is named. ${cureOf(change)}`,
      );
    }
    return { ...inputs, ...underWay(old?.inputs ?? {}, inputs, old?.outputs) };
  },
  async create(inputs, call) {
    refuseUnnamed({}, inputs, call.urn);
    return { id: call.name, outputs: { ...inputs, ...underWay({}, inputs) } };
  },
  async read(id, old) {
    return { id, ...old };
  },
  async update(_id, old, inputs, call) {
    refuseUnnamed(old.inputs, inputs, call.urn);
    return { ...inputs, ...underWay(old.inputs, inputs, old.outputs) };
  },
  async delete() {
    // Nothing was created.
  },
};

function refuseUnnamed(old: Properties, inputs: Properties, urn: string): void {
  const refused = unnamed(old, inputs);
  if (refused.length === 0) return;
  const file = `stacks/Pulumi.${stackOf(urn)}.yaml`;
  throw new Error([...refused.map((change) => refusal(change, file)), ...leftOpen(inputs)].join("\n"));
}

/** Where the guard refuses, no closing is tried again. */
function leftOpen({ open }: Properties): string[] {
  return textsIn(open).map((line) => `left by the last up: ${line}`);
}

function refusal(change: Change, file: string): string {
  return `${file}: ${describeChange(change)}, and nothing names that. ${cureOf(change)}`;
}

function cureOf({ kind, version }: Change): string {
  return `Add "${kind}:${version}" to imprimatur:allow, or run \`imprimatur up --allow ${kind}\``;
}

function unnamed(old: Properties, inputs: Properties): Change[] {
  const entries = [...((inputs.allow as string[] | undefined) ?? []), ...entriesOfCommandLine()];
  return unnamedChanges(changesIn(old, inputs), entries);
}

function changesIn(old: Properties, inputs: Properties): Change[] {
  return changesBetween(ledgerOf(old), ledgerOf(inputs), haveOf(inputs));
}

/** Values that are written down before they come true. */
function underWay(old: Properties, inputs: Properties, told: Properties = {}): Properties {
  const formerly = formerValuesOf(ledgerOf(old), ledgerOf(inputs), haveOf(inputs));
  const begun = begunIn(told, inputs);
  return {
    ...comingOf(old, inputs),
    ...(Object.keys(formerly).length > 0 && { formerly }),
    // Always set: a missing output is unknown in a preview.
    begun,
  };
}

/** @param told recorded last */
function begunIn(told: Properties, inputs: Properties): BegunClosings {
  return begunClosings(
    told.begun as BegunClosings | undefined,
    haveOf(inputs)?.closings,
    inputs.closings as WantedClosings | undefined,
  );
}

/** Regions being added to releases: kept until they are done, because the ledger already contains them. */
function comingOf(
  old: Properties,
  inputs: Properties,
): { coming?: Record<string, Record<string, string[]>> } {
  const coming: Record<string, Record<string, string[]>> = {};
  for (const change of changesIn(old, inputs))
    if (change.kind === "new-region") (coming[change.version] ??= {})[change.cloud] = [...change.regions];
  return Object.keys(coming).length > 0 ? { coming } : {};
}

function entriesOfCommandLine(): string[] {
  return (process.env[ALLOW_VARIABLE] ?? "")
    .split(",")
    .map((word) => word.trim())
    .filter(Boolean);
}

function ledgerOf({ releases }: Properties): Ledger {
  return (releases ?? {}) as Ledger;
}

/** Number of program runs so far: incremented in each preview and `up`, unchanged in a refresh. */
function looksOf({ looks }: Properties): number {
  return (looks as number | undefined) ?? 0;
}

function haveOf({ have }: Properties): CurrentAccess | undefined {
  return have as CurrentAccess | undefined;
}

/** Changes relative to the actual objects, whatever the previous stack file. */
function lookDiff(old: State, inputs: Properties): Record<string, PropertyChange> {
  const begins = Object.keys(begunIn(old.outputs, inputs)).length > 0;
  return {
    ...haveDiff(ledgerOf(old.inputs), ledgerOf(inputs), haveOf(inputs)),
    ...(begins && { begun: { kind: "update", replace: false } as const }),
  };
}

/**
 * Releases whose actual access differs from the wanted one, whatever the ledger: the guard must check them again.
 * Empty if the last `up` succeeded.
 */
function haveDiff(old: Ledger, now: Ledger, have: CurrentAccess | undefined): Record<string, PropertyChange> {
  if (have === undefined) return {};
  const seen = ["make-public", "widen", "narrow", "new-region", "lost-region", "delete-published"];
  const versions = changesBetween(old, now, have)
    .filter(({ kind }) => seen.includes(kind))
    .map(({ version }) => `have.images[${JSON.stringify(version)}]`);
  return Object.fromEntries(versions.map((path) => [path, { kind: "update", replace: false }]));
}

/** Changes for the preview: changed members of releases, `releases["20261120.0"].state`. */
function ledgerDiff(old: Ledger, now: Ledger): Record<string, PropertyChange> {
  const changes: Record<string, PropertyChange> = {};
  for (const version of new Set([...Object.keys(old), ...Object.keys(now)])) {
    const path = `releases[${JSON.stringify(version)}]`;
    const [before, after] = [old[version], now[version]];
    if (before === undefined || after === undefined) {
      changes[path] = { kind: before === undefined ? "add" : "delete", replace: false };
      continue;
    }
    for (const key of new Set([...Object.keys(before), ...Object.keys(after)]) as Set<keyof typeof before>) {
      // Key order is irrelevant, and the engine does not preserve it.
      if (canonicalJson(before[key]) === canonicalJson(after[key])) continue;
      const kind = before[key] === undefined ? "add" : after[key] === undefined ? "delete" : "update";
      changes[`${path}.${key}`] = { kind, replace: false };
    }
  }
  return changes;
}
