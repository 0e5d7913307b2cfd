"use strict";

/** Something that a person has to do first. The message says what is missing and the cure; no stack trace is shown. */
class SetupProblem extends Error {}

/** Runs a command-line tool's main function: a problem is one line on stderr and exit status 1. */
function runMain(name, main) {
  main().catch((error) => {
    const known = error instanceof SetupProblem;
    process.stderr.write(`${name}: ${known || !process.env.DEBUG ? error.message : error.stack}\n`);
    process.exitCode = 1;
  });
}

module.exports = { runMain, SetupProblem };
