import { diffInputs, type Properties, type ResourceHandler } from "../plugin/resource";

/** Calls no cloud. A report of an open place fails and is not kept, so the next one is compared with nothing open. */
export const closingReport: ResourceHandler = {
  computed: [],
  diff: (old, inputs) => diffInputs(old.inputs, inputs),
  async create(inputs, call) {
    refuseOpen(inputs);
    return { id: call.name, outputs: inputs };
  },
  async read(id, old) {
    return { id, ...old };
  },
  async update(_id, _old, inputs) {
    refuseOpen(inputs);
    return inputs;
  },
  async delete() {
    // Nothing was created.
  },
};

function refuseOpen({ open }: Properties): void {
  const lines = Array.isArray(open) ? open.filter((line): line is string => typeof line === "string") : [];
  if (lines.length === 0) return;
  throw new Error(
    [
      "still open:",
      ...lines.map((line) => `- ${line}`),
      "everything else that was to be closed is closed",
    ].join("\n"),
  );
}
