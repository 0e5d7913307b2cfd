import {
  type Call,
  PartialFailure,
  type Properties,
  type ResourceHandler,
  type State,
} from "../../../plugin/resource";
import { checkInputs, DEFAULTS } from "./check";
import { diffState } from "./diff";
import { inputsFrom, planOutputs } from "./plan";
import type { ResourceSchema } from "./schema";

/** An object that now exists, and its outputs so far, in case the rest fails. */
export interface Made {
  readonly id: string;
  readonly known?: Properties;
}

/** The first read after a create: the object exists, so "not found" means eventual consistency. */
export interface ReadCall extends Call {
  readonly fresh: boolean;
}

/** Implementation of one bridged resource; everything else is derived from its schema. */
export interface BridgedResource {
  readonly schema: ResourceSchema;
  /** Inputs derived from the provider's settings (`region`, `project`, merged tags); absent: none. */
  effective?(inputs: Properties): Properties;
  /** Final adjustment of a plan: outputs that change along with others. May query the cloud, and refuse. */
  adjustPlan?(planned: Properties, old: State | undefined, call: Call): Properties | Promise<Properties>;
  /** Creates the object; leaves nothing behind on failure. */
  create(inputs: Properties, call: Call): Promise<Made>;
  /** Steps after the object exists: waiting, further settings. A failure keeps the object. */
  finish?(id: string, inputs: Properties, call: Call): Promise<void>;
  /** Reads the object; `known` are the outputs so far. `undefined`: it is gone. */
  read(id: string, known: Properties, call: ReadCall): Promise<Properties | undefined>;
  /** Parses an import id, if it is more than the object's id. */
  identify?(importId: string): Made;
  /** Absent: every change replaces. */
  update?(id: string, old: Properties, inputs: Properties, call: Call): Promise<void>;
  delete(id: string, old: Properties, call: Call): Promise<void>;
}

/** Serves a bridged resource. */
export function bridged(resource: BridgedResource): ResourceHandler {
  const { schema } = resource;
  const effective = (given: Properties): Properties => {
    const inputs = Object.fromEntries(Object.entries(given).filter(([key]) => key !== DEFAULTS));
    return { ...inputs, ...resource.effective?.(inputs) };
  };
  const plan = async (old: State | undefined, inputs: Properties, call: Call): Promise<Properties> => {
    const planned = planOutputs(schema, old, effective(inputs));
    return (await resource.adjustPlan?.(planned, old, call)) ?? planned;
  };
  const readExisting = async (id: string, known: Properties, call: ReadCall): Promise<Properties> => {
    const outputs = await resource.read(id, known, call);
    if (!outputs) throw new Error(`reading ${id}: couldn't find resource`);
    return outputs;
  };

  return {
    computed: [],
    check: (inputs, call) => checkInputs(schema, inputs, call),
    diff: (old, inputs) => diffState(schema, old, { ...inputs, ...effective(inputs) }),
    plan,

    async create(given, call) {
      const inputs = effective(given);
      const { id, known } = await worded(async () => {
        await plan(undefined, given, call);
        return resource.create(inputs, call);
      });
      const certain = { ...inputs, ...known };
      try {
        await resource.finish?.(id, inputs, call);
        return { id, outputs: await readExisting(id, certain, { ...call, fresh: true }) };
      } catch (error) {
        throw new PartialFailure(id, certain, [oneError(error)]);
      }
    },

    async read(given, old, call) {
      const importing = Object.keys(old.outputs).length === 0;
      const made = importing ? (resource.identify?.(given) ?? { id: given }) : { id: given };
      const known = importing ? { ...effective({}), ...made.known } : old.outputs;
      const outputs = await worded(() => resource.read(made.id, known, { ...call, fresh: false }));
      return outputs && { id: made.id, outputs, inputs: inputsFrom(schema, outputs, old.inputs) };
    },

    ...(resource.update && {
      async update(id: string, old: State, given: Properties, call: Call) {
        const inputs = leaveAlone(call.ignoreChanges ?? [], old.outputs, effective(given));
        try {
          await resource.update?.(id, old.outputs, inputs, call);
          return await readExisting(id, { ...old.outputs, ...inputs }, { ...call, fresh: false });
        } catch (error) {
          throw new PartialFailure(id, old.outputs, [oneError(error)]);
        }
      },
    }),

    delete: (id, old, call) => worded(() => resource.delete(id, old.outputs, call)),
  };
}

/**
 * The bridge plans an update with the diff after `ignoreChanges`, so ignored properties keep the values read: here
 * whole properties only. `provider.go` of pulumi/pulumi-terraform-bridge, `Update`.
 */
function leaveAlone(ignored: readonly string[], old: Properties, inputs: Properties): Properties {
  const kept = ignored.filter((key) => key in old).map((key): [string, unknown] => [key, old[key]]);
  return { ...inputs, ...Object.fromEntries(kept) };
}

async function worded<T>(body: () => Promise<T>): Promise<T> {
  try {
    return await body();
  } catch (error) {
    throw new Error(oneError(error), { cause: error });
  }
}

/** Formats a failure like the bridge. */
function oneError(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return `1 error occurred:\n\t* ${message}\n\n`;
}
