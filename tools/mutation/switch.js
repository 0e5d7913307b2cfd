"use strict";

const { MUTATION_ID } = process.env;

/** The mutants that this test file reached, by number. */
globalThis.reachedMutants = new Set();
/** Whether a mutant is the one that is switched on. The instrumented files ask. */
globalThis.mutation = (id) => {
  globalThis.reachedMutants.add(id);
  return String(id) === MUTATION_ID;
};
