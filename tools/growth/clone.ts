/** Many releases from the state of one: what a stack of a distribution looks like after years, without the years. */

interface StateResource {
  readonly urn: string;
  readonly [key: string]: unknown;
}

export interface State {
  readonly version: number;
  readonly deployment: { readonly resources: readonly StateResource[]; readonly [key: string]: unknown };
}

const LIFECYCLE = "imprimatur:index:Lifecycle";

/**
 * A state with further releases like the first. The stack's own resources (guard, pointers, gallery) are left as they
 * are: an `up` makes them true.
 *
 * @param spellings how a version is spelled: itself, and as each cloud's names have it
 */
export function withReleases(
  state: State,
  first: string,
  versions: readonly string[],
  spellings: (version: string) => readonly string[],
): State {
  const { resources } = state.deployment;
  const isOfFirst = ({ urn }: StateResource) => nameIn(urn).includes(`-${first}`);
  const own = resources.filter(isOfFirst).map((resource) => JSON.stringify(resource));
  const from = spellings(first);
  const clones = versions.flatMap((version) => {
    const to = spellings(version);
    return own.map((text) =>
      from.reduce((changed, spelling, at) => changed.replaceAll(spelling, to[at] ?? spelling), text),
    );
  });
  const more = clones.map((text) => JSON.parse(text) as StateResource);
  const known = resources.map((resource) =>
    resource.type === LIFECYCLE ? withLedger(resource, first, versions, spellings) : resource,
  );
  return { ...state, deployment: { ...state.deployment, resources: sorted([...known, ...more]) } };
}

/** The ledger that the guard agreed to last: it refuses images that it does not know. */
function withLedger(
  guard: StateResource,
  first: string,
  versions: readonly string[],
  spellings: (version: string) => readonly string[],
): StateResource {
  const from = spellings(first);
  const known = (properties: unknown) => {
    const { releases } = properties as { releases: Readonly<Record<string, unknown>> };
    const entries = versions.map((version) => {
      const to = spellings(version);
      const text = from.reduce(
        (changed, spelling, at) => changed.replaceAll(spelling, to[at] ?? spelling),
        JSON.stringify(releases[first]),
      );
      return [version, JSON.parse(text) as unknown] as const;
    });
    return { ...(properties as object), releases: { ...releases, ...Object.fromEntries(entries) } };
  };
  return { ...guard, inputs: known(guard.inputs), outputs: known(guard.outputs) };
}

/** Dependencies first, else as they are: the engine refuses any other order. */
function sorted(resources: readonly StateResource[]): StateResource[] {
  const byUrn = new Map(resources.map((resource) => [resource.urn, resource]));
  const done = new Set<string>();
  const order: StateResource[] = [];
  const visit = (resource: StateResource) => {
    if (done.has(resource.urn)) return;
    done.add(resource.urn);
    for (const urn of neededBy(resource)) {
      const needed = byUrn.get(urn);
      if (needed) visit(needed);
    }
    order.push(resource);
  };
  for (const resource of resources) visit(resource);
  return order;
}

function neededBy({ parent, dependencies, provider, propertyDependencies }: StateResource): string[] {
  const ofProperties = Object.values((propertyDependencies ?? {}) as Record<string, string[] | null>);
  return [
    ...(typeof parent === "string" ? [parent] : []),
    ...((dependencies ?? []) as string[]),
    ...ofProperties.flatMap((urns) => urns ?? []),
    ...(typeof provider === "string" ? [provider.split("::").slice(0, -1).join("::")] : []),
  ];
}

function nameIn(urn: string): string {
  return urn.split("::").slice(3).join("::");
}
