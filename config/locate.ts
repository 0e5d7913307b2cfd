import { isMap, isNode, isPair, isScalar, LineCounter, parseDocument } from "yaml";
import { MIB } from "../facts/units";
import { nestsTooDeeply } from "./nesting";
import type { ConfigPath } from "./problem";

/** Position of a value in the text of a stack file. */
interface Location {
  /** Counted from 1. */
  readonly line: number;
  /** A scalar as written: `20261120.0` rather than the number YAML parses it to. */
  readonly written?: string;
}

/**
 * Longest stack file in characters: some thousand releases. Beyond it the YAML parser needs seconds and a GiB of
 * memory.
 */
export const LONGEST_STACK_FILE = MIB;

export type Locate = (path: ConfigPath) => Location | undefined;

/**
 * Finds config paths in the text of a stack file. A missing path is located at its deepest existing parent: a missing
 * key is reported at the mapping that lacks it. In a text longer than {@link LONGEST_STACK_FILE}, or nested too
 * deeply, nothing is found.
 */
export function locator(source: string): Locate {
  if (source.length > LONGEST_STACK_FILE || nestsTooDeeply(source)) return () => undefined;
  const lines = new LineCounter();
  const document = parseDocument(source, { lineCounter: lines });
  return ([key, ...rest]) => {
    const steps = ["config", `imprimatur:${key ?? ""}`, ...rest];
    for (let length = steps.length; length > 0; length--) {
      const parent: unknown =
        length === 1 ? document.contents : document.getIn(steps.slice(0, length - 1), true);
      const node =
        entryOf(parent, steps[length - 1]) ??
        (length === 1 ? undefined : document.getIn(steps.slice(0, length), true));
      if (!isNode(node) || !node.range) continue;
      const value: unknown = document.getIn(steps, true);
      return {
        line: lines.linePos(node.range[0]).line,
        ...(length === steps.length &&
          isScalar(value) &&
          value.source !== undefined && { written: value.source }),
      };
    }
    return undefined;
  };
}

/** The key's node, so that a mapping is reported at the line of its key. */
function entryOf(parent: unknown, key: string | number | undefined): unknown {
  if (!isMap(parent)) return undefined;
  const pair = parent.items.find(
    (item) => isPair(item) && isScalar(item.key) && String(item.key.value) === String(key),
  );
  return pair?.key;
}
