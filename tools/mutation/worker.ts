import { runCLI } from "jest";

/** A mutant and the test files that reach it, in the order in which they are run. */
export interface Asked {
  readonly id: number;
  readonly tests: readonly string[];
}

/** True if a test failed with it. */
export interface Answered {
  readonly id: number;
  readonly killed: boolean;
}

/** Runs test files with one mutant switched on, in a process that the parent ends when a mutant makes it run for ever. */
async function run({ id, tests }: Asked): Promise<void> {
  process.env.MUTATION_ID = String(id);
  process.env.MUTATION_ORDER = JSON.stringify(tests);
  const options: object = {
    ...{ $0: "jest", _: [...tests], config: `${__dirname}/jest.config.js` },
    ...{ runInBand: true, runTestsByPath: true, bail: 1, silent: true, reporters: [] },
  };
  const { results } = await runCLI(options as Parameters<typeof runCLI>[0], [process.cwd()]);
  process.send!({ id, killed: !results.success } satisfies Answered);
}

process.on("message", (asked: Asked) => void run(asked));
process.send!("ready");
