/** Exports of a hand-written stack, in the shape of `pulumi stack export`. */
type Inputs = Record<string, unknown>;

export const IDENTITY = { "imprimatur:product": "demo", "imprimatur:stack": "dev" };

const urn = (type: string, name: string) => `urn:pulumi:dev::imprimatur::${type}::${name}`;

interface Exported {
  urn: string;
  type: string;
  id: string;
  inputs: Inputs;
  outputs: Inputs;
  parent?: string;
  delete?: boolean;
}

/** @param release version of the release that the resource is part of */
export function state(
  type: string,
  name: string,
  id: string,
  inputs: Inputs,
  release?: string,
  outputs: Inputs = {},
): Exported {
  return {
    urn: urn(type, name),
    type,
    id,
    inputs,
    outputs: { ...inputs, ...outputs },
    ...(release !== undefined && { parent: urn("imprimatur:component:Release", `demo-${release}`) }),
  };
}

/** A release's component, and the ledger with its entry. */
export function releaseResources(version: string, stateOfIt: string, audience: object): Exported[] {
  const releases = { [version]: { state: stateOfIt, protected: false, digests: {}, audience } };
  return [
    state("imprimatur:index:Lifecycle", "demo", "demo", { releases, allow: [] }),
    state("imprimatur:component:Release", `demo-${version}`, "", {}, undefined, {
      published: { release: version },
    }),
  ];
}

export function exportOf(resources: readonly object[]): string {
  return JSON.stringify({ version: 3, deployment: { manifest: {}, resources } });
}
