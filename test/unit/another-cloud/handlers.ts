import type { CloudStatements } from "../../../plan/cloud";
import { image, silent } from "../../../plan/interpret";
import type { Properties, ResourceHandler } from "../../../plugin/resource";
import type { CloudHandlers } from "../../../provider/cloud";
import { MEMORY } from "./memory";

export const toyStatements: CloudStatements = {
  objects: {
    "imprimatur:toy:Image": image("toy image", "register"),
    "imprimatur:toy:ImageClosing": silent,
  },
  closes: { "imprimatur:toy:ImageClosing": "toy image" },
};

function keep(name: string, { sha256, users }: Properties): Properties {
  MEMORY.set(name, { sha256: String(sha256), users: users as string[] });
  return {};
}

const toyImage: ResourceHandler = {
  computed: [],
  diff: () => ({ changes: {} }),
  create: async (inputs, { name }) => ({ id: name, outputs: { ...inputs, ...keep(name, inputs) } }),
  update: async (id, _old, inputs) => ({ ...inputs, ...keep(id, inputs) }),
  read: async (id, { inputs, outputs }) => (MEMORY.has(id) ? { id, inputs, outputs } : undefined),
  delete: async (id) => void MEMORY.delete(id),
};

/** Takes the image from whoever may not have it, and gives it to nobody. */
function close({ image: name, users }: Properties): Properties {
  const there = MEMORY.get(String(name));
  const kept = there?.users.filter((user) => (users as string[]).includes(user)) ?? [];
  if (there) MEMORY.set(String(name), { ...there, users: kept });
  return { open: "", openFor: [], closings: 0 };
}

const toyClosing: ResourceHandler = {
  computed: ["open", "openFor", "closings"],
  diff: () => ({ changes: {} }),
  create: async (inputs, { name }) => ({ id: name, outputs: { ...inputs, ...close(inputs) } }),
  update: async (_id, _old, inputs) => ({ ...inputs, ...close(inputs) }),
  read: async (id, { inputs, outputs }) => ({ id, inputs, outputs }),
  delete: async () => undefined,
};

export const toyHandlers: CloudHandlers = {
  resources: {
    "imprimatur:toy:Image": () => toyImage,
    "imprimatur:toy:ImageClosing": () => toyClosing,
  },
  closingKinds: () => ({}),
};
