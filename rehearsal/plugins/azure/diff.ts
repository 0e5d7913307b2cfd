import { isDeepStrictEqual } from "node:util";
import { UNKNOWN } from "../../../facts/engine";
import type { Diff, Properties, PropertyChange, State } from "../../../plugin/resource";
import { pathTo, type Property, type Schema } from "../bridge/schema";
import { CREATE_BEFORE_DELETE } from "./check";
import type { NativeType } from "./native-type";

type Changes = Record<string, PropertyChange>;

/**
 * Compares the last inputs with the new ones: Azure's defaults are no difference. A replacement deletes first, unless
 * the name was generated.
 */
export function diffInputs(type: NativeType, old: State, news: Properties): Diff {
  const replaces = (path: string) => {
    const property = path.split(/[.[]/)[0] ?? path;
    return type.replaces.includes(property);
  };
  const changes: Changes = {};
  compare(old.inputs, news, "", (path, kind) => {
    // A new input equal to Azure's earlier choice is no change. A path inside a value is not an output's name.
    const isKnown = kind === "add" && Object.hasOwn(old.outputs, path);
    const same = isKnown && JSON.stringify(old.outputs[path]) === JSON.stringify(news[path]);
    if (!same) changes[path] = { kind, replace: replaces(path) };
  });
  const replaced = Object.values(changes).some(({ replace }) => replace);
  return { changes, deleteBeforeReplace: replaced && old.inputs[CREATE_BEFORE_DELETE] !== true };
}

type Seen = (path: string, kind: PropertyChange["kind"]) => void;

function compare(before: unknown, after: unknown, path: string, changed: Seen): void {
  if (after === UNKNOWN || !isContainer(before) || !isContainer(after) || isList(before) !== isList(after)) {
    if (!sameValue(path, before, after)) changed(path, "update");
    return;
  }
  const [old, next] = [before as Properties, after as Properties];
  for (const key of new Set([...Object.keys(old), ...Object.keys(next)])) {
    if (key.startsWith("__")) continue;
    const at = isList(before) ? `${path}[${key}]` : pathTo(path, key);
    if (old[key] === undefined) changed(at, "add");
    else if (next[key] === undefined) changed(at, "delete");
    else compare(old[key], next[key], at, changed);
  }
}

function sameValue(path: string, before: unknown, after: unknown): boolean {
  if (before === after) return true;
  return path === "location" && typeof before === "string" && typeof after === "string"
    ? plainLocation(before) === plainLocation(after)
    : JSON.stringify(before) === JSON.stringify(after);
}

/** `West Europe` is `westeurope`. */
function plainLocation(location: string): string {
  return location.toLowerCase().replace(/ /g, "");
}

function isContainer(value: unknown): boolean {
  return value !== null && typeof value === "object";
}

function isList(value: unknown): boolean {
  return Array.isArray(value);
}

/** The inputs after a refresh: changes in Azure are adopted, its defaults are not. Lists are adopted as a whole. */
export function refreshInputs(
  type: NativeType,
  inputs: Properties,
  before: Properties,
  after: Properties,
): Properties {
  const schema = Object.fromEntries(Object.entries(type.inputs).filter(([key]) => key !== "location"));
  return takeOver(inputs, projected(schema, before), projected(schema, after));
}

/** Outputs that could have been inputs, at every depth; output-only ones are omitted. */
function projected(schema: Schema, outputs: Properties): Properties {
  const pick = (value: unknown, { fields }: Property): unknown => {
    if (fields === undefined) return value;
    if (Array.isArray(value))
      return value.map((one: unknown) => (isPlain(one) ? projected(fields, one) : one));
    return isPlain(value) ? projected(fields, value) : value;
  };
  const known = Object.entries(schema).filter(([key]) => outputs[key] !== undefined);
  return Object.fromEntries(known.map(([key, property]) => [key, pick(outputs[key], property)]));
}

function takeOver(inputs: Properties, before: Properties, after: Properties): Properties {
  const next = { ...inputs };
  for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const [was, is] = [before[key], after[key]];
    if (isDeepStrictEqual(was, is)) continue; // the engine sorts keys, Azure does not
    if (is === undefined) delete next[key];
    else if (isPlain(was) && isPlain(is)) next[key] = takeOver(isPlain(next[key]) ? next[key] : {}, was, is);
    else next[key] = is;
  }
  return next;
}

function isPlain(value: unknown): value is Properties {
  return isContainer(value) && !isList(value);
}
