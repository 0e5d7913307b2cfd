import { diffInputs, type ResourceHandler } from "../plugin/resource";

/** Holds nothing anywhere: it is there to be deleted first, or not at all. */
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
    // Nothing was made.
  },
};
