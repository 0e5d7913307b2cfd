/** A {@link ResourceHandler} whose operations are given checked inputs and state. */
import type { Call, Properties, ResourceHandler, State } from "./resource";
import type { Shape } from "./shape";

/** A state whose outputs were checked; the inputs are only passed on and compared. */
interface TypedState<Kept> {
  readonly inputs: Properties;
  readonly outputs: Properties & Kept;
}

/**
 * `check`, `diff` and `plan` take what the engine has, as it is: in a preview some of it is unknown, and a comparison
 * must see what an older version wrote.
 */
export interface TypedHandler<Inputs extends object, Kept extends object> extends Pick<
  ResourceHandler,
  "check" | "computed" | "diff" | "plan"
> {
  readonly inputs: Shape<Inputs>;
  /** Outputs in a state that the operations use. */
  readonly kept: Shape<Kept>;
  readonly create: (inputs: Inputs, call: Call) => Promise<{ id: string; outputs: Properties }>;
  readonly read: (
    id: string,
    old: TypedState<Kept>,
    call: Call,
  ) => Promise<({ id: string } & State) | undefined>;
  readonly update?: (id: string, old: TypedState<Kept>, inputs: Inputs, call: Call) => Promise<Properties>;
  readonly delete: (id: string, old: TypedState<Kept>, call: Call) => Promise<void>;
}

export function typedResource<Inputs extends object, Kept extends object>(
  handler: TypedHandler<Inputs, Kept>,
): ResourceHandler & Pick<TypedHandler<Inputs, Kept>, "inputs" | "kept"> {
  const { inputs: shape, kept, create, read, update, delete: remove, ...untyped } = handler;
  const inputsOf = (inputs: Properties, call: Call) => shape.read(inputs, "inputs", call);
  const stateOf = ({ inputs, outputs }: State, call: Call) => ({
    inputs,
    outputs: kept.read(outputs, "state", call),
  });
  return {
    ...untyped,
    inputs: shape,
    kept,
    create: async (inputs, call) => create(inputsOf(inputs, call), call),
    read: async (id, old, call) => read(id, stateOf(old, call), call),
    ...(update && {
      update: async (id, old, inputs, call) => update(id, stateOf(old, call), inputsOf(inputs, call), call),
    }),
    delete: async (id, old, call) => remove(id, stateOf(old, call), call),
  };
}
