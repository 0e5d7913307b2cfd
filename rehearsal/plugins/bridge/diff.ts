import {
  containsUnknown,
  type Diff,
  type Properties,
  type PropertyChange,
  type State,
} from "../../../plugin/resource";
import { UNKNOWN } from "../../../facts/engine";
import { asList, asObject } from "../properties";
import { DEFAULTS } from "./check";
import { isZero, leavesToCloud, pathTo, type Property, type ResourceSchema, type Schema } from "./schema";

type Changes = Record<string, PropertyChange>;

/**
 * Changes needed in the cloud: the configuration compared with the last values read, as Terraform plans. So after a
 * refresh that found drift, the next `up` repairs it.
 */
export function diffState(schema: ResourceSchema, old: State, inputs: Properties): Diff {
  const changes = withFollowers(schema.properties, changedFields(schema.properties, old.outputs, inputs, ""));
  const replaces = Object.values(changes).some(({ replace }) => replace);
  return {
    changes,
    comparedWith: "outputs",
    deleteBeforeReplace: replaces && nameIsTaken(schema.properties, old, inputs),
  };
}

/** Properties that change along with others (`effectiveLabels` with `pulumiLabels`) are shown as changed too. */
function withFollowers(properties: Schema, changes: Changes): Changes {
  const all = { ...changes };
  for (const [key, { follows }] of Object.entries(properties)) {
    for (const [path, change] of Object.entries(changes)) {
      const [first = "", ...rest] = path.split(/(?=[.[])/);
      if (first === follows) all[[key, ...rest].join("")] = change;
    }
  }
  return all;
}

/** A user-defined name is held by the old object, which must be deleted before the new one can have it. */
function nameIsTaken(properties: Schema, old: State, inputs: Properties): boolean {
  const filled = Array.isArray(inputs[DEFAULTS]) ? inputs[DEFAULTS] : [];
  return Object.entries(properties).some(
    ([key, { autoname }]) => autoname && !filled.includes(key) && old.outputs[key] === inputs[key],
  );
}

function changedFields(schema: Schema, before: Properties, after: Properties, parent: string): Changes {
  const changes: Changes = {};
  for (const [key, property] of Object.entries(schema)) {
    if (property.by === "cloud") continue;
    if (property.by === "either" && leavesToCloud(property, after[key])) continue;
    if (isZero(after[key]) && isZero(before[key])) continue;
    Object.assign(changes, changedValue(property, before[key], after[key], pathTo(parent, key)));
  }
  return changes;
}

function changedValue(property: Property, before: unknown, after: unknown, path: string): Changes {
  const replace = property.replaces ?? false;
  if (after === UNKNOWN) return { [path]: { kind: isZero(before) ? "add" : "update", replace } };
  switch (property.type) {
    case "map":
      return changedMap(asObject(before), asObject(after), path, replace);
    case "object":
      if (isZero(before) !== isZero(after) || !property.fields)
        return changedLeaf(property, before, after, path);
      return changedFields(property.fields, asObject(before), asObject(after), path);
    case "list":
    case "set":
      return changedElements(property, asList(before), asList(after), path);
    case "string":
    case "bool":
    case "int":
      return changedLeaf(property, before, after, path);
  }
}

function changedLeaf(property: Property, before: unknown, after: unknown, path: string): Changes {
  if (isZero(before) && isZero(after)) return {};
  if (JSON.stringify(before) === JSON.stringify(after)) return {};
  if (typeof before === "string" && typeof after === "string" && property.same?.(before, after)) return {};
  const kind = isZero(before) ? "add" : isZero(after) ? "delete" : "update";
  return { [path]: { kind, replace: property.replaces ?? false } };
}

function changedMap(before: Properties, after: Properties, path: string, replace: boolean): Changes {
  const changes: Changes = {};
  for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
    if (before[key] === after[key]) continue;
    const kind = before[key] === undefined ? "add" : after[key] === undefined ? "delete" : "update";
    changes[pathTo(path, key)] = { kind, replace };
  }
  return changes;
}

function changedElements(property: Property, before: unknown[], after: unknown[], path: string): Changes {
  if (haveSameHashes(property, before, after)) return {};
  const changes: Changes = {};
  const replace = replacesAnything(property);
  const left = new Set(before.keys());
  after.forEach((element, index) => {
    const match = property.type === "set" ? sameElement(property, before, element, left) : index;
    const at = `${path}[${index}]`;
    if (match === undefined || match >= before.length) {
      changes[at] = { kind: "add", replace };
      return;
    }
    left.delete(match);
    const { fields } = property;
    Object.assign(
      changes,
      fields
        ? changedFields(fields, asObject(before[match]), asObject(element), at)
        : changedLeaf(property, before[match], element, at),
    );
  });
  for (const index of left) {
    const at = `${path}[${index}]`;
    changes[at] = { kind: changes[at] ? "update" : "delete", replace };
  }
  return changes;
}

/** Index of the set element that `element` is a new version of. */
function sameElement(
  { identity, fields }: Property,
  before: readonly unknown[],
  element: unknown,
  left: ReadonlySet<number>,
): number | undefined {
  const keys = identity ?? Object.keys(fields ?? {});
  const identityOf = (one: unknown) => (fields ? keys.map((key) => asObject(one)[key] ?? "") : one);
  if (containsUnknown(identityOf(element))) return undefined;
  const wanted = JSON.stringify(identityOf(element));
  return [...left].find((index) => JSON.stringify(identityOf(before[index])) === wanted);
}

/**
 * A set whose elements have the same hashes is unchanged, whatever else differs: `schemaMap.diffSet` of the plugin
 * SDK compares `listCode()` and stops (helper/schema/schema.go, pulumi/terraform-plugin-sdk v2, read 2026-11). So a
 * property outside the set's hash function is never a difference by itself.
 */
function haveSameHashes(property: Property, before: readonly unknown[], after: readonly unknown[]): boolean {
  const { type, identity } = property;
  if (type !== "set" || identity === undefined || before.length !== after.length) return false;
  const left = new Set(before.keys());
  return after.every((element) => {
    const match = sameElement(property, before, element, left);
    return match !== undefined && left.delete(match);
  });
}

function replacesAnything({ replaces, fields }: Property): boolean {
  return (replaces ?? false) || Object.values(fields ?? {}).some((field) => field.replaces);
}
