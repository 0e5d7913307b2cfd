/** The basis of a saved plan, to detect whether anything has changed since. */
import { createHash } from "node:crypto";
import { z } from "zod";
import { SECRET } from "../facts/engine";
import { canonicalJson } from "../facts/canonical-json";
import { type Preview, resourceOf } from "./preview";

const digests = z.record(z.string(), z.string());

export const fingerprint = z.strictObject({
  /** Resources in the stack's state, by URN. */
  state: digests,
  /** The stack file and the image files it names, by path; `absent`: missing. */
  files: digests,
  /** The engine's planned steps, by operation and URN: `update urn:pulumi:…`. */
  steps: digests,
});
export type Fingerprint = z.output<typeof fingerprint>;

/** `pulumi stack export`, without what changes on its own: dates, order, and the encryption of secrets. */
const exported = z.object({
  deployment: z.object({
    resources: z
      .array(
        z.object({
          urn: z.string(),
          id: z.string().optional(),
          // Absent for components.
          inputs: z.unknown().optional(),
          protect: z.boolean().optional(),
          delete: z.boolean().optional(),
          initErrors: z.array(z.unknown()).nullish(),
        }),
      )
      .nullish(),
    pending_operations: z
      .array(z.object({ type: z.string(), resource: z.object({ urn: z.string() }) }))
      .nullish(),
  }),
});

/**
 * @param text output of `pulumi stack export`
 * @throws `SyntaxError` or a `ZodError` on anything else
 */
export function stateDigests(text: string): Fingerprint["state"] {
  const { deployment } = exported.parse(JSON.parse(text));
  const resources = (deployment.resources ?? [])
    // Created by the engine itself, from the stack file.
    .filter(({ urn }) => !resourceOf(urn).type.startsWith("pulumi:providers:"))
    .map(({ urn, ...rest }) => [`${rest.delete ? "deleted " : ""}${urn}`, digestOf(rest)] as const);
  const pending = (deployment.pending_operations ?? []).map(
    ({ type, resource }) => [`${type} ${resource.urn}`, "pending"] as const,
  );
  return Object.fromEntries([...resources, ...pending]);
}

/** @param read returns a file's text by its path in the project; `undefined`: missing */
export function fileDigests(
  paths: readonly string[],
  read: (path: string) => string | undefined,
): Fingerprint["files"] {
  const digest = (text: string | undefined) => (text === undefined ? "absent" : digestOf(text));
  return Object.fromEntries(paths.map((path) => [path, digest(read(path))]));
}

/** The files that a stack is made from, according to its preview. */
export function filesOf({ config }: Preview, stackFile: string): string[] {
  const releases: unknown[] = Array.isArray(config.releases) ? config.releases : [];
  const images = releases.flatMap((release) => {
    const path = (release as { imageFile?: unknown } | null)?.imageFile;
    return typeof path === "string" ? [path] : [];
  });
  return [stackFile, ...images];
}

export function stepDigests({ steps }: Preview): Fingerprint["steps"] {
  return Object.fromEntries(
    steps.map(({ op, urn, now, changed }) => [
      `${op} ${urn}`,
      digestOf({ now, changed: [...changed].sort() }),
    ]),
  );
}

/** Differences, one line each; parts that the caller did not collect are skipped. */
export function differences(saved: Fingerprint, now: Partial<Fingerprint>): string[] {
  return [
    ...changedKeys(saved.files, now.files).map(
      (path) => `${path} is not the file that the plan was made from`,
    ),
    ...summed(changedKeys(saved.state, now.state).map(nameOf), "the stack's state has changed"),
    ...stepDifferences(saved.steps, now.steps),
  ];
}

function stepDifferences(saved: Fingerprint["steps"], now: Fingerprint["steps"] | undefined): string[] {
  if (now === undefined) return [];
  const more = Object.keys(now).filter((step) => saved[step] === undefined);
  const fewer = Object.keys(saved).filter((step) => now[step] === undefined);
  const other = Object.keys(now).filter((step) => saved[step] !== undefined && saved[step] !== now[step]);
  const say = (steps: string[], what: string) => summed(steps.map(stepName), what);
  return [
    ...say(more, "a fresh preview does more than the plan"),
    ...say(fewer, "a fresh preview does less than the plan"),
    ...say(other, "a fresh preview makes something else of"),
  ];
}

/** More resources than this are counted rather than named. */
const NAMED = 4;

function summed(names: readonly string[], what: string): string[] {
  if (names.length === 0) return [];
  const more = names.length > NAMED ? ` and ${names.length - NAMED} more` : "";
  return [`${what}: ${names.slice(0, NAMED).join(", ")}${more}`];
}

function changedKeys(saved: Record<string, string>, now: Record<string, string> | undefined): string[] {
  if (now === undefined) return [];
  return [...new Set([...Object.keys(saved), ...Object.keys(now)])].filter((key) => saved[key] !== now[key]);
}

function nameOf(urn: string): string {
  const { type, name } = resourceOf(urn);
  return `${type} ${name}`;
}

function stepName(step: string): string {
  const space = step.indexOf(" ");
  return `${step.slice(0, space)} ${nameOf(step.slice(space + 1))}`;
}

function digestOf(value: unknown): string {
  return createHash("sha256")
    .update(canonicalJson(withoutSecrets(value)))
    .digest("hex")
    .slice(0, 32);
}

function withoutSecrets(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutSecrets);
  if (value === null || typeof value !== "object") return value;
  if (SECRET in value) return "secret";
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withoutSecrets(inner)]));
}
