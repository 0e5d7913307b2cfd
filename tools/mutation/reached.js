"use strict";

const { appendFileSync } = require("node:fs");

const { MUTATION_REACHED } = process.env;
if (MUTATION_REACHED !== undefined) {
  const { testPath } = expect.getState();
  const begun = Date.now();
  afterAll(() => {
    const found = { test: testPath, ms: Date.now() - begun, mutants: [...globalThis.reachedMutants] };
    appendFileSync(MUTATION_REACHED, `${JSON.stringify(found)}\n`);
  });
}
