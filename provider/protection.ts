import { diffInputs, type ResourceHandler } from "../plugin/resource";

/** Has no object: its deletion comes first, and is refused while protected. */
export const protection: ResourceHandler = {
  computed: [],
  diff: (old, inputs) => diffInputs(old.inputs, inputs),
  async create(inputs, call) {
    return { id: call.name, outputs: inputs };
  },
  async read(id, old) {
    return { id, ...old };
  },
  async update(_id, _old, inputs) {
    return inputs;
  },
  async delete() {
    // Nothing was created.
  },
};
