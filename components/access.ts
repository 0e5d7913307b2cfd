import * as pulumi from "@pulumi/pulumi";
import { lostImages } from "../config/gcp/lost";
import { type CurrentAccess, currentAccessIn, type StateResource } from "../config/access";
import { CLOUD_CLOSINGS, CLOUD_NEVER_CHANGED, CLOUD_ACCESS, CLOUD_IMMUTABLE } from "../config/stack";

/**
 * This stack's own state, which the engine reads for a program
 * (`readStackResourceOutputs` in pkg/resource/deploy/builtins.go, engine 3.259): no cloud is asked. Whatever changes somebody's
 * access has to come after it, so that it is the state that the last `up` left.
 */
export async function readState(): Promise<StateResource[]> {
  const [organization, stack] = [pulumi.getOrganization(), pulumi.getStack()];
  // Backends in a folder or a bucket have no organisations, and older ones of these no projects; they call theirs this.
  const stackName =
    organization === "organization" ? stack : `${organization}/${pulumi.getProject()}/${stack}`;
  const resources = resourcesIn(await askForState(stackName));
  for (const line of lostImages(resources)) void pulumi.log.warn(line);
  return resources;
}

/** Who has which images, and what these were made with. */
export async function currentAccess(state: Promise<readonly StateResource[]>): Promise<CurrentAccess> {
  return currentAccessIn(await state, CLOUD_ACCESS, CLOUD_IMMUTABLE, CLOUD_NEVER_CHANGED, CLOUD_CLOSINGS);
}

/** Milliseconds between two readings; a blob's attributes are written at once. */
const BETWEEN_READINGS = 100;
const READINGS = 30;

/**
 * Backends in a folder replace a blob's attributes, a file of their own, not in one step (gocloud.dev blob/fileblob): who reads
 * while this very `up` saves the state gets `failed to load checkpoint: EOF` (seen once in a first `up` with engine 3.259 on a
 * machine with much to do, 2026-11-29). What is half written for good, as by a kill, is said after all readings.
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
  const { outputs = {} } = (told ?? {}) as { outputs?: Readonly<Record<string, Told>> };
  return Object.entries(outputs).map(([urn, { type = "", outputs: values = {} }]) => ({
    type,
    name: urn.split("::").slice(3).join("::"),
    outputs: values,
  }));
}

interface Told {
  readonly type?: string;
  readonly outputs?: StateResource["outputs"];
}
