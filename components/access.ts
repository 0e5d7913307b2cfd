import * as pulumi from "@pulumi/pulumi";
import { type CurrentAccess, currentAccessIn } from "../config/access";
import type { StateResource } from "../config/state-resource";
import { openIn } from "../config/still-open";
import { CLOUDS } from "../facts/clouds";
import { CLOUD_CONFIGS } from "../config/clouds";

/**
 * This stack's own state, which the engine reads for a program (`readStackResourceOutputs` in
 * pkg/resource/deploy/builtins.go, engine 3.259), without a cloud request. Whatever changes access must depend on
 * this read, so that it returns the state after the last `up`.
 */
export async function readState(): Promise<StateResource[]> {
  const [organization, stack] = [pulumi.getOrganization(), pulumi.getStack()];
  // Backends in a folder or a bucket have no organisations, and older ones no projects; these are their placeholder
  // names.
  const stackName =
    organization === "organization" ? stack : `${organization}/${pulumi.getProject()}/${stack}`;
  const resources = resourcesIn(await askForState(stackName));
  for (const cloud of CLOUDS)
    for (const line of CLOUD_CONFIGS[cloud].lost?.(resources) ?? []) void pulumi.log.warn(line);
  // An `up` tries again first of all: what it cannot close it says by itself, and the guard if it lets nothing be tried.
  if (pulumi.runtime.isDryRun())
    for (const line of openIn(resources)) void pulumi.log.warn(`left by the last up: ${line}`);
  return resources;
}

/** Current access to the images, and the values they were created with. */
export async function currentAccess(state: Promise<readonly StateResource[]>): Promise<CurrentAccess> {
  return currentAccessIn(await state, CLOUD_CONFIGS);
}

/** Places that the last `up` failed to close. */
export async function openBy(state: Promise<readonly StateResource[]>): Promise<string[]> {
  return openIn(await state);
}

/** Milliseconds between two readings; a blob's attributes are written at once. */
const BETWEEN_READINGS = 100;
const READINGS = 30;

/**
 * Backends in a folder replace a blob's attributes, a separate file, non-atomically (gocloud.dev blob/fileblob): a
 * read while this `up` saves the state fails with `failed to load checkpoint: EOF` (seen once in a first `up` with
 * engine 3.259 on a loaded machine, 2026-11-29). A state left half-written, as by a kill, is reported after the last
 * attempt.
 */
async function askForState(stackName: string): Promise<unknown> {
  for (let readings = 1; ; readings++) {
    try {
      return await pulumi.runtime.invoke("pulumi:pulumi:readStackResourceOutputs", { stackName });
    } catch (error) {
      const isHalf =
        error instanceof Error &&
        /failed to load checkpoint: (.*: )?(EOF|unexpected (EOF|end of JSON input))/.test(error.message);
      if (!isHalf || readings === READINGS) throw error;
      await new Promise((resolve) => setTimeout(resolve, BETWEEN_READINGS));
    }
  }
}

/** @param told by URN: `urn:pulumi:stack::project::parent$type::name` */
export function resourcesIn(told: unknown): StateResource[] {
  const { outputs = {} } = (told ?? {}) as { outputs?: Readonly<Record<string, ReadResource>> };
  return Object.entries(outputs).map(([urn, { type = "", outputs: values = {} }]) => ({
    type,
    name: urn.split("::").slice(3).join("::"),
    outputs: values,
  }));
}

interface ReadResource {
  readonly type?: string;
  readonly outputs?: StateResource["outputs"];
}
