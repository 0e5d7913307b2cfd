/** Minimal edits of a stack file's text: comments and spacing stay, only the affected words change. Pure. */
import { isDeepStrictEqual } from "node:util";
import { isMap, isScalar, isSeq, type Node, parseDocument, type YAMLMap, type YAMLSeq } from "yaml";
import type { ReleaseState } from "./release";

/** The file's form does not allow the edit; the message says what to change by hand. */
export class EditProblem extends Error {
  override name = "EditProblem";
}

/** The change of one release. */
export interface Edit {
  readonly version: string;
  readonly to: ReleaseState | "removed";
  /** New values of the release's keys other than its state. */
  readonly dates: { readonly deprecateOn?: string; readonly endOfLife?: string; readonly reason?: string };
}

const RELEASES = ["config", "imprimatur:releases"];
const ALLOW = ["config", "imprimatur:allow"];

/**
 * The text with the proposals applied. A removal is also named under `imprimatur:allow`, because `up` refuses to
 * delete published images otherwise.
 *
 * The result is parsed again and compared with the intended values: aliases and anchors, for instance, can make one
 * word affect two places.
 *
 * @throws {EditProblem} when a release's line is not found, or cannot be edited as text
 */
export function applyProposals(text: string, proposals: readonly Edit[]): string {
  let edited = text;
  for (const proposal of proposals) {
    const { version, to, dates } = proposal;
    const before = edited;
    edited =
      to === "removed"
        ? allowing(withoutRelease(edited, version), deletionOf(version))
        : withKeys(edited, version, { state: to, ...dates });
    if (!isMeant(before, edited, proposal)) {
      const byHand =
        to === "removed"
          ? `remove it and add "${deletionOf(version)}" to imprimatur:allow`
          : `set ${Object.entries({ state: to, ...dates })
              .map(([key, value]) => `${key}: ${spell(value)}`)
              .join(" and ")}`;
      throw new EditProblem(
        `release ${version} is written in a way that cannot be edited without touching something else: ${byHand} by hand`,
      );
    }
  }
  return edited;
}

const deletionOf = (version: string) => `delete-published:${version}`;

/** True if the edited text differs in value from the old one only by the proposal. */
function isMeant(before: string, after: string, { version, to, dates }: Edit): boolean {
  const is = valuesOrNothing(after);
  const want = plainValues(before);
  const list = (want.config["imprimatur:releases"] ?? []) as Record<string, unknown>[];
  const index = list.findIndex((release) => String(release.version) === version);
  if (to === "removed") {
    list.splice(index, 1);
    const allowed = (want.config["imprimatur:allow"] ?? []) as string[];
    const isNamed = [deletionOf(version), "delete-published"].some((entry) => allowed.includes(entry));
    want.config["imprimatur:allow"] = isNamed ? allowed : [...allowed, deletionOf(version)];
  } else {
    list[index] = { ...list[index], state: to, ...dates };
  }
  return isDeepStrictEqual(is, want);
}

/** Aliases without an anchor are only detected when a document that parsed without errors is converted to values. */
function valuesOrNothing(text: string): unknown {
  if (parseDocument(text).errors.length > 0) return undefined;
  try {
    return plainValues(text);
  } catch {
    return undefined;
  }
}

/** A deep copy, so that objects shared through anchors become separate. */
function plainValues(text: string): { config: Record<string, unknown> } {
  const values: unknown = parseDocument(text, { merge: true }).toJS();
  return JSON.parse(JSON.stringify(values ?? {})) as { config: Record<string, unknown> };
}

function withKeys(text: string, version: string, values: Readonly<Record<string, string>>): string {
  let edited = text;
  for (const [key, value] of Object.entries(values)) edited = withKey(edited, version, key, value);
  return edited;
}

function withKey(text: string, version: string, key: string, value: string): string {
  const item = releaseIn(releasesIn(text), version);
  const spelled = spell(value);
  const present = item.get(key, true);
  if (isScalar(present) && present.range) {
    const [start, end] = present.range;
    return text.slice(0, start) + spelled + text.slice(end);
  }
  const state = item.items.find(({ key }) => isScalar(key) && key.value === "state");
  if (!state || !isScalar(state.key) || !state.key.range || !isScalar(state.value) || !state.value.range)
    throw new EditProblem(`release ${version} has no plain state: set ${key}: ${spelled} by hand`);
  const [, end] = state.value.range;
  if (item.flow) return `${text.slice(0, end)}, ${key}: ${spelled}${text.slice(end)}`;
  const column = state.key.range[0] - lineStart(text, state.key.range[0]);
  return withLine(text, end, `${" ".repeat(column)}${key}: ${spelled}`);
}

function spell(value: string): string {
  return /^[a-z]+$/.test(value) ? value : JSON.stringify(value);
}

/** Inserts a line after the one that contains `at`. */
function withLine(text: string, at: number, line: string): string {
  const newline = newlineOf(text);
  const next = lineEnd(text, at);
  const isOpen = text[next - 1] !== "\n";
  return `${text.slice(0, next)}${isOpen ? newline : ""}${line}${isOpen ? "" : newline}${text.slice(next)}`;
}

function withoutRelease(text: string, version: string): string {
  const list = releasesIn(text);
  const item = releaseIn(list, version);
  const index = list.items.indexOf(item);
  if (list.flow) throw new EditProblem(`the releases are a list in brackets: remove ${version} by hand`);
  const start = startOfItem(text, item, index === 0);
  const following = list.items[index + 1];
  const end = following
    ? startOfItem(text, following as YAMLMap, false)
    : lineEnd(text, (item.range?.[1] ?? 1) - 1);
  if (list.items.length > 1) return text.slice(0, start) + text.slice(end);
  const key = releasesKey(text);
  if (key === undefined) throw new EditProblem("imprimatur:releases is no plain key");
  const colon = text.indexOf(":", key[1]);
  return `${text.slice(0, colon)}: []${text.slice(colon + 1, lineEnd(text, colon))}${text.slice(end)}`;
}

/** Start and end of the `releases` key. */
function releasesKey(text: string): readonly [number, number] | undefined {
  const config: unknown = parseDocument(text).get("config", true);
  const pair = isMap(config)
    ? config.items.find(({ key }) => isScalar(key) && key.value === RELEASES[1])
    : undefined;
  if (!isScalar(pair?.key) || !pair.key.range) return undefined;
  const [start, end] = pair.key.range;
  return [start, end];
}

/** Start of an item's lines: its dash, or the comments directly above it (not those of the list). */
function startOfItem(text: string, item: Node, isFirst: boolean): number {
  const at = item.range?.[0] ?? 0;
  let start = lineStart(text, text.lastIndexOf("-", at));
  while (!isFirst && start > 0) {
    const above = lineStart(text, start - 1);
    if (!/^\s*#/.test(text.slice(above, start))) break;
    start = above;
  }
  return start;
}

function allowing(text: string, entry: string): string {
  const document = parseDocument(text);
  const list: unknown = document.getIn(ALLOW, true);
  if (
    isSeq(list) &&
    list.items.some((item) => isScalar(item) && [entry, "delete-published"].includes(String(item.value)))
  )
    return text;
  if (isSeq(list) && list.items.length > 0 && list.range) {
    const last = list.items.at(-1) as Node;
    const end = last.range?.[1] ?? 0;
    if (list.flow) return `${text.slice(0, end)}, "${entry}"${text.slice(end)}`;
    const dash = text.lastIndexOf("-", last.range?.[0] ?? 0);
    return withLine(text, end, `${text.slice(lineStart(text, dash), dash)}- "${entry}"`);
  }
  if (list !== undefined && list !== null) {
    if (!isSeq(list) || !list.range)
      throw new EditProblem(`imprimatur:allow is no list: add "${entry}" to it by hand`);
    return `${text.slice(0, list.range[0])}["${entry}"]${text.slice(list.range[1])}`;
  }
  const at = releasesKey(text)?.[0];
  if (at === undefined) throw new EditProblem(`add imprimatur:allow: ["${entry}"] by hand`);
  const indent = text.slice(lineStart(text, at), at);
  const added = ["imprimatur:allow:", `${indent}  - "${entry}"`, indent].join(newlineOf(text));
  return `${text.slice(0, at)}${added}${text.slice(at)}`;
}

function releasesIn(text: string): YAMLSeq {
  const list: unknown = parseDocument(text).getIn(RELEASES, true);
  if (!isSeq(list)) throw new EditProblem("imprimatur:releases is no list");
  return list;
}

function releaseIn(list: YAMLSeq, version: string): YAMLMap {
  const found = list.items.find((item): item is YAMLMap => {
    const value: unknown = isMap(item) ? item.get("version", true) : undefined;
    return isScalar(value) && (value.source ?? String(value.value)) === version;
  });
  if (!found) throw new EditProblem(`there is no release ${version} in imprimatur:releases`);
  return found;
}

function lineStart(text: string, at: number): number {
  return text.lastIndexOf("\n", at - 1) + 1;
}

function newlineOf(text: string): string {
  return text.includes("\r\n") ? "\r\n" : "\n";
}

/** Start of the next line. */
function lineEnd(text: string, at: number): number {
  const found = text.indexOf("\n", at);
  return found < 0 ? text.length : found + 1;
}
