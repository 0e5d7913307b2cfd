import type { ObjectNames } from "../object-facts";

export const gcp: ObjectNames = {
  uriOf: ({ id }) => `gcp:compute:${id}`,
  keyOf: (name) => name,
};
