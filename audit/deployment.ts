/**
 * The engine's export of a stack (`pulumi stack export`): the result of the last `up`. Unknown types are carried
 * along unparsed. A secret is an opaque object in it, and stays one: {@link plain} omits it.
 */
import type { Cloud } from "../facts/clouds";
import { z } from "zod";
import type { Ledger } from "../config/ledger";

const properties = z.record(z.string(), z.unknown());
export type Properties = z.output<typeof properties>;

const resource = z.looseObject({
  urn: z.string(),
  type: z.string(),
  id: z.string().default(""),
  parent: z.string().optional(),
  inputs: properties.default({}),
  outputs: properties.default({}),
  /** URNs that each input depends on. */
  propertyDependencies: z.record(z.string(), z.array(z.string()).nullable()).nullish(),
  /** No longer wanted, pending deletion. */
  delete: z.boolean().default(false),
});
export type StateResource = z.output<typeof resource>;

const exported = z.looseObject({
  version: z.number(),
  deployment: z
    .looseObject({
      resources: z.array(resource).nullish(),
      pending_operations: z
        .array(
          z.looseObject({
            type: z.string(),
            resource: z.looseObject({
              urn: z.string(),
              type: z.string().default(""),
              inputs: properties.default({}),
            }),
          }),
        )
        .nullish(),
    })
    .nullish(),
});

/** An operation that the engine began and did not complete. */
export interface PendingOperation {
  /** `creating`, `updating`, `deleting`, `reading`, `importing` */
  readonly type: string;
  readonly urn: string;
  /** `aws:ec2/ami:Ami` */
  readonly resourceType: string;
  /** Inputs of the resource. */
  readonly inputs: Properties;
}

const RELEASE = "imprimatur:component:Release";
const LIFECYCLE = "imprimatur:index:Lifecycle";

export class Deployment {
  private readonly byUrn: ReadonlyMap<string, StateResource>;
  /** Ledger of the releases; empty before the first publication. */
  readonly ledger: Ledger;

  private constructor(
    /** Wanted resources, without those pending deletion. */
    readonly resources: readonly StateResource[],
    readonly everything: readonly StateResource[],
    readonly pending: readonly PendingOperation[],
  ) {
    this.byUrn = new Map(resources.map((each) => [each.urn, each]));
    this.ledger = (this.ofType(LIFECYCLE)[0]?.inputs.releases ?? {}) as Ledger;
  }

  /** @throws {Error} the text is not an export */
  static parse(text: string): Deployment {
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      throw new Error("the engine's export of the stack is not JSON; does `pulumi stack export` print more?");
    }
    const parsed = exported.safeParse(value);
    if (!parsed.success) {
      const [issue] = parsed.error.issues;
      throw new Error(
        `the engine's export of the stack is not understood: ${issue?.path.join(".")}: ${issue?.message}`,
      );
    }
    const { resources, pending_operations: pending } = parsed.data.deployment ?? {};
    return new Deployment(
      (resources ?? []).filter((each) => !each.delete),
      resources ?? [],
      (pending ?? []).map(({ type, resource: { urn, type: resourceType, inputs } }) => ({
        type,
        urn,
        resourceType,
        inputs,
      })),
    );
  }

  ofType(...types: readonly string[]): StateResource[] {
    return this.resources.filter(({ type }) => types.includes(type));
  }

  byReference(urn: string): StateResource | undefined {
    return this.byUrn.get(urn);
  }

  /** Version of the release that the resource is part of. */
  releaseOf({ parent }: StateResource): string | undefined {
    const above = parent === undefined ? undefined : this.byUrn.get(parent);
    if (above === undefined) return undefined;
    if (above.type !== RELEASE) return this.releaseOf(above);
    const published = above.outputs.published as Properties | undefined;
    // During an `up` the outputs do not exist yet; the name is `<product>-<version>`.
    const named = above.urn.slice(above.urn.lastIndexOf("::") + 2);
    return (
      plain(published?.release) ?? Object.keys(this.ledger).find((version) => named.endsWith(`-${version}`))
    );
  }

  /**
   * Values that a resource's image was created with, from the ledger: a refresh writes actual values into the
   * resource itself, and the engine keeps those of properties it does not compare (`ignoreChanges`). Empty where the
   * ledger has none.
   */
  madeOf(resource: StateResource, cloud: Cloud): Readonly<Record<string, string>> {
    const release = this.releaseOf(resource);
    const made = release === undefined ? undefined : this.ledger[release]?.made?.[cloud];
    const architecture = Object.keys(made ?? {}).find((candidate) =>
      resource.urn.endsWith(`-${release}-${candidate}`),
    );
    return (architecture === undefined ? undefined : made?.[architecture]) ?? {};
  }

  /**
   * Identity tags of this stack, or Google's labels: the first ones found among its resources and interrupted
   * creations.
   */
  get identity(): { readonly product: string; readonly stack: string } | undefined {
    const all = [...this.resources, ...this.pending].map(({ inputs }) => inputs);
    const marks = [
      ...all.map(({ tags }) => [record(tags), "imprimatur:"] as const),
      ...all.map(({ labels }) => [record(labels), "imprimatur-"] as const),
    ];
    for (const [found, prefix] of marks) {
      const [product, stack] = [found[`${prefix}product`], found[`${prefix}stack`]];
      if (product !== undefined && stack !== undefined) return { product, stack };
    }
    return undefined;
  }
}

/** A string, number or boolean as text; `undefined` for a secret or a missing value. */
export function plain(value: unknown): string | undefined {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean"
    ? String(value)
    : undefined;
}

/** The strings in a list. */
export function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.flatMap((item) => plain(item) ?? []) : [];
}

/** The strings in an object; secrets and nested values are omitted. */
export function record(value: unknown): Record<string, string> {
  if (value === null || typeof value !== "object" || Array.isArray(value)) return {};
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, inner]) => {
      const text = plain(inner);
      return text === undefined ? [] : [[key, text]];
    }),
  );
}
