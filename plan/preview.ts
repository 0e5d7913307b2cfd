/**
 * Output of `pulumi preview --json` (tried with 3.259), as far as a publication is derived from it. The engine lists
 * every changing resource; of the unchanged ones, the stack and those whose protection changes.
 */
import { z } from "zod";

const properties = z.record(z.string(), z.unknown());
const resource = z.object({
  inputs: properties.optional(),
  outputs: properties.optional(),
  initErrors: z.array(z.unknown()).nullish(),
});

const enginePreview = z.object({
  config: z.record(z.string(), z.string()).default({}),
  steps: z
    .array(
      z.object({
        op: z.string(),
        urn: z.string(),
        oldState: resource.nullish(),
        newState: resource.nullish(),
        detailedDiff: z.record(z.string(), z.unknown()).nullish(),
        diffReasons: z.array(z.string()).nullish(),
      }),
    )
    .default([]),
  diagnostics: z
    .array(z.object({ severity: z.string(), message: z.string(), urn: z.string().optional() }))
    .default([]),
  changeSummary: z.record(z.string(), z.number()).default({}),
});

type Properties = Readonly<Record<string, unknown>>;

/** One planned operation on one resource. */
export interface Step {
  /** `create`, `update`, `delete`, `replace` with its parts `create-replacement` and `delete-replaced`, … */
  readonly op: string;
  readonly urn: string;
  /** `aws:ec2/ami:Ami` */
  readonly type: string;
  readonly name: string;
  /**
   * Inputs; absent: the resource does not exist before, or after. Values not yet known are a UUID of the engine's.
   */
  readonly old?: Properties;
  readonly now?: Properties;
  /** Outputs in the state before. */
  readonly kept?: Properties;
  /** Changed top-level properties. */
  readonly changed: readonly string[];
  /** The resource exists in part: its creation was interrupted. */
  readonly resumes: boolean;
}

interface Counts {
  readonly create: number;
  readonly update: number;
  readonly replace: number;
  readonly delete: number;
  readonly same: number;
}

export interface Preview {
  /** Absent: the engine stopped before reporting the stack. */
  readonly stack?: string;
  readonly steps: readonly Step[];
  readonly counts: Counts;
  /** One line each. If not empty, the other members may be incomplete. */
  readonly problems: readonly string[];
  readonly warnings: readonly string[];
  /** The stack's own config, without `imprimatur:` and parsed. */
  readonly config: Properties;
}

/** Operations without effect; `refresh` is the read of a preview with `--refresh`. */
const LOOKS = ["same", "refresh", "read"];

/** @returns `undefined` when the text is not a preview: the engine failed before it began */
export function readPreview(text: string): Preview | undefined {
  const parsed = enginePreview.safeParse(jsonOf(text));
  if (!parsed.success) return undefined;
  const { config, steps, diagnostics, changeSummary } = parsed.data;
  const stack = /^urn:pulumi:([^:]+)::/.exec(steps[0]?.urn ?? "")?.[1];
  const count = (key: keyof Counts) => changeSummary[key] ?? 0;
  return {
    stack,
    steps: steps.filter(({ op }) => !LOOKS.includes(op)).map(readStep),
    counts: {
      create: count("create"),
      update: count("update"),
      replace: count("replace"),
      delete: count("delete"),
      same: count("same"),
    },
    problems: distinct(diagnostics.filter(({ severity }) => severity === "error").flatMap(linesOf)),
    warnings: distinct(
      diagnostics
        .filter(({ severity, message }) => severity === "warning" && !isKnownWarning(message))
        .flatMap(linesOf),
    ),
    config: ownConfig(config),
  };
}

/** The last two parts of a URN. */
export function resourceOf(urn: string): { type: string; name: string } {
  const [, , types = "", ...name] = urn.split("::");
  return { type: types.slice(types.lastIndexOf("$") + 1), name: name.join("::") };
}

function readStep(step: z.output<typeof enginePreview>["steps"][number]): Step {
  const { op, urn, oldState, newState, detailedDiff, diffReasons } = step;
  const changed = [...Object.keys(detailedDiff ?? {}), ...(diffReasons ?? [])];
  return {
    op,
    urn,
    ...resourceOf(urn),
    ...(oldState?.inputs && { old: oldState.inputs }),
    ...(newState?.inputs && { now: newState.inputs }),
    ...(oldState?.outputs && { kept: oldState.outputs }),
    changed: distinct(changed.map((path) => path.replace(/[.[].*$/s, ""))),
    resumes: (oldState?.initErrors?.length ?? 0) > 0,
  };
}

/**
 * The engine wraps a problem in the resource's name and the whole refused value; the problem itself is a complete
 * line. A problem of the engine's own is put on one line, with names instead of URNs.
 */
function linesOf({ message, severity }: { message: string; severity: string }): string[] {
  const text = message.trim().replace(new RegExp(`^${severity}: `), "");
  const refused = /^\S+ resource '[^']*'.*? has a problem: (.*)$/s.exec(text)?.[1];
  if (refused !== undefined) return refused.split("\n");
  if (text === "preview failed") return [];
  if (!text.includes("urn:pulumi:")) return text.split("\n");
  const named = text.replace(/"?(urn:pulumi:[^\s"'`]+)"?/g, (_, urn: string) => {
    const { type, name } = resourceOf(urn);
    return `${type} ${name}`;
  });
  const line = named.replace(/\s*\n\s*/g, " ");
  const [, verb, resource] = PROTECTED.exec(line) ?? [];
  return [resource === undefined ? line : protectedLine(verb ?? "delete", resource)];
}

const PROTECTED =
  /(?:unable to (replace|delete) resource|Preview failed: resource) (\S+ \S+) .*(?:is protected|marked for protection)/;

/** The engine's own cure is to edit its program or state. */
function protectedLine(verb: string, resource: string): string {
  return (
    `${resource} is protected while its release is staged or published, and this would ${verb} it; ` +
    "take the change back, or make the release `deprecated` or `withdrawn` first"
  );
}

/** Warnings of every rehearsal; and the guards', which a plan reports itself. */
function isKnownWarning(message: string): boolean {
  return (
    message.includes("using pulumi-resource-") || message.includes("`up` will refuse this unless it is named")
  );
}

function ownConfig(config: Readonly<Record<string, string>>): Properties {
  const own = Object.entries(config).filter(([key]) => key.startsWith("imprimatur:"));
  return Object.fromEntries(
    own.map(([key, text]) => [key.slice("imprimatur:".length), jsonOf(text) ?? text]),
  );
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function distinct(words: readonly string[]): string[] {
  return [...new Set(words)];
}
