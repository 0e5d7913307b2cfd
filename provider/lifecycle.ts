import { ALLOW_RULE, ALLOW_VARIABLE, isAllowEntry, isUnattendedBy } from "../config/allow";
import { type BegunClosings, begunClosings } from "../config/begun";
import { type CurrentAccess, textsIn } from "../config/access";
import { forbiddenTransitions } from "../config/transitions";
import type { Ledger } from "../config/ledger";
import {
  type Change,
  changesBetween,
  describeChange,
  announcedEndsOf,
  unnamedChanges,
} from "../config/lifecycle";
import { formerValuesOf } from "../config/immutable";
import {
  type CheckFailure,
  type Diff,
  diffInputs,
  type Properties,
  type PropertyChange,
} from "../plugin/resource";
import { splitList } from "../facts/words";
import { typedResource } from "../plugin/typed-resource";
import type { ShapeOf } from "../plugin/shape";
import { BEGUN, GUARDED, type Guarded } from "./lifecycle-inputs";
import { stackOf } from "./preflight-report";

type Begun = ShapeOf<typeof BEGUN>;

/**
 * Has no object in a cloud. Gains and losses are derived from current access (`have`), since this state is written
 * before anything is shared; it is the basis for comparing the other values.
 */
export const lifecycle = typedResource({
  computed: ["begun"],
  inputs: GUARDED,
  kept: BEGUN,
  check(inputs, call) {
    const [old, now] = [GUARDED.read(call.oldInputs, "state", call), GUARDED.read(inputs, "inputs", call)];
    const file = `stacks/Pulumi.${stackOf(call.urn)}.yaml`;
    // Not attached to a property: the engine would print its whole value, i.e. the complete ledger.
    const failed = (reason: string): CheckFailure => ({ property: "", reason });
    const failures = forbiddenTransitions(ledgerOf(old), ledgerOf(now), now.have).map(({ message }) =>
      failed(`${file}: ${message}`),
    );
    for (const entry of entriesOfCommandLine().filter((word) => !isAllowEntry(word))) {
      failures.push(failed(`${ALLOW_VARIABLE}: ${JSON.stringify(entry)} is not ${ALLOW_RULE}`));
    }
    if (isUnattendedBy(process.env.CI) && failures.length === 0) {
      failures.push(...unnamed(old, now).map((change) => failed(refusal(change, file))));
    }
    if (failures.length > 0) failures.push(...leftOpen(now).map(failed));
    return { inputs: { ...inputs, looks: looksOf(old) + 1 }, failures };
  },
  diff(old, inputs, call) {
    const [before, now] = [GUARDED.read(old.inputs, "state", call), GUARDED.read(inputs, "inputs", call)];
    // A refresh diffs too, with the inputs in the state: access at the start of the last `up`.
    const isRefresh = looksOf(before) === looksOf(now);
    const told = BEGUN.read(old.outputs, "state", call);
    return {
      changes: {
        ...ledgerDiff(ledgerOf(before), ledgerOf(now)),
        ...(isRefresh ? {} : lookDiff(before, now, told)),
      },
    } satisfies Diff;
  },
  plan(old, inputs, call) {
    const before = GUARDED.read(old?.inputs ?? {}, "state", call);
    const now = GUARDED.read(inputs, "inputs", call);
    for (const change of unnamed(before, now)) {
      call.log(
        "warning",
        `${describeChange(change)}: \`up\` will refuse this unless it is named. ${cureOf(change)}`,
      );
    }
    return { ...inputs, ...underWay(before, now, BEGUN.read(old?.outputs ?? {}, "state", call)) };
  },
  async create(inputs, call) {
    refuseUnnamed({}, inputs, call.urn);
    return { id: call.name, outputs: { ...inputs, ...underWay({}, inputs) } };
  },
  async read(id, old) {
    return { id, ...old };
  },
  async update(_id, old, inputs, call) {
    const before = GUARDED.read(old.inputs, "state", call);
    refuseUnnamed(before, inputs, call.urn);
    return { ...inputs, ...underWay(before, inputs, old.outputs) };
  },
  async delete() {
    // Nothing was created.
  },
});

function refuseUnnamed(old: Guarded, inputs: Guarded, urn: string): void {
  const refused = unnamed(old, inputs);
  if (refused.length === 0) return;
  const file = `stacks/Pulumi.${stackOf(urn)}.yaml`;
  throw new Error([...refused.map((change) => refusal(change, file)), ...leftOpen(inputs)].join("\n"));
}

/** Where the guard refuses, no closing is tried again. */
function leftOpen({ open }: Guarded): string[] {
  return textsIn(open).map((line) => `left by the last up: ${line}`);
}

function refusal(change: Change, file: string): string {
  return `${file}: ${describeChange(change)}, and nothing names that. ${cureOf(change)}`;
}

function cureOf({ kind, version }: Change): string {
  return `Add "${kind}:${version}" to imprimatur:allow, or run \`npx imprimatur up --allow ${kind}:${version}\``;
}

function unnamed(old: Guarded, inputs: Guarded): Change[] {
  const entries = [...(inputs.allow ?? []), ...entriesOfCommandLine()];
  return unnamedChanges(changesIn(old, inputs), entries);
}

function changesIn(old: Guarded, inputs: Guarded): Change[] {
  return changesBetween(ledgerOf(old), ledgerOf(inputs), inputs.have);
}

/** Values that are written down before they come true. */
function underWay(old: Guarded, inputs: Guarded, told: Begun = {}): Properties {
  const formerly = formerValuesOf(ledgerOf(old), ledgerOf(inputs), inputs.have);
  const announcedEnds = announcedEndsOf(ledgerOf(old), ledgerOf(inputs), inputs.have);
  const begun = begunIn(told, inputs);
  return {
    ...comingOf(old, inputs),
    ...(Object.keys(formerly).length > 0 && { formerly }),
    ...(Object.keys(announcedEnds).length > 0 && { announcedEnds }),
    // Always set: a missing output is unknown in a preview.
    begun,
  };
}

/** @param told recorded last */
function begunIn({ begun }: Begun, { have, closings }: Guarded): BegunClosings {
  return begunClosings(begun, have?.closings, closings);
}

/** Regions being added to releases: kept until they are done, because the ledger already contains them. */
function comingOf(old: Guarded, inputs: Guarded): { coming?: Record<string, Record<string, string[]>> } {
  const coming: Record<string, Record<string, string[]>> = {};
  for (const change of changesIn(old, inputs))
    if (change.kind === "new-region") (coming[change.version] ??= {})[change.cloud] = [...change.regions];
  return Object.keys(coming).length > 0 ? { coming } : {};
}

function entriesOfCommandLine(): string[] {
  return splitList(process.env[ALLOW_VARIABLE] ?? "");
}

function ledgerOf({ releases = {} }: Guarded): Ledger {
  return releases;
}

function looksOf({ looks = 0 }: Guarded): number {
  return looks;
}

/** Changes relative to the actual objects, whatever the previous stack file. */
function lookDiff(old: Guarded, inputs: Guarded, told: Begun): Record<string, PropertyChange> {
  const begins = Object.keys(begunIn(told, inputs)).length > 0;
  return {
    ...haveDiff(ledgerOf(old), ledgerOf(inputs), inputs.have),
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
    // By value: the engine does not preserve the order of keys.
    for (const [key, { kind }] of Object.entries(diffInputs({ ...before }, { ...after }).changes))
      changes[`${path}.${key}`] = { kind, replace: false };
  }
  return changes;
}
