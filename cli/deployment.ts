import { Deployment } from "../audit/deployment";
import type { StateResource } from "../config/state-resource";
import { resourceOf } from "../plan/preview";
import { askEngine } from "./engine";

/** The state that the last `up` of a stack left. */
export async function readDeployment(stack: string): Promise<Deployment> {
  return Deployment.parse(await askEngine(["stack", "export", "--stack", stack]));
}

/** Its resources, as the engine tells a program, and their inputs, which it does not. */
export function stateIn({
  resources,
}: Deployment): (StateResource & { readonly inputs: Readonly<Record<string, unknown>> })[] {
  return resources.map(({ type, urn, inputs, outputs }) => ({
    type,
    name: resourceOf(urn).name,
    inputs,
    outputs,
  }));
}
