import type { ObjectNames } from "../object-facts";

export const azure: ObjectNames = {
  uriOf: ({ id }) => `azure:${id}`,
  // Azure's names are the same in any letters ("Naming rules and restrictions for Azure resources", 2026-11).
  keyOf: (name) => name.toLowerCase(),
};
