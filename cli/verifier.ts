/** The program of the one-file verifier: `imprimatur verify` alone (tools/verifier). */
import { Command } from "commander";
import { VERSION } from "../facts/version";
import type { ExitCode, Io } from "./io";
import { configure, runProgram } from "./run-program";
import { withTranscript } from "./transcript";
import { command } from "./verify";

/** Name that the help and the errors call it by: as it is started. */
const CALLED = "node imprimatur-verify.mjs";

const BEGIN = `
I have …                                           ask
  an AMI id, as ami-0123                           ${CALLED} aws ami-0123 --region eu-west-1 --trust FILE
  an image name or family of Google Cloud          ${CALLED} gcp projects/P/global/images/NAME --trust FILE
  a version of an Azure gallery                    ${CALLED} azure /CommunityGalleries/… --region westeurope --trust FILE
  a disk: a file, or a fresh volume                ${CALLED} disk /dev/nvme1n1 --release 20261120.0 --trust FILE
  a machine that runs, by its files                ${CALLED} system --files LIST --trust FILE
  a machine that runs, by its TPM                  ${CALLED} machine --record RECORD --key KEY
FILE is the trust file of the product, from its publisher, over another way than the image.
`;

/** @returns the exit code */
export async function run(argv: readonly string[], terminal?: Omit<Io, "exitWith">): Promise<ExitCode> {
  return runProgram(argv, (_words, io) => programFor(io), terminal);
}

function programFor(io: Io): Command {
  const program = withTranscript(command(io, CALLED), io)
    .name(CALLED)
    .option("--debug", "show where an error comes from")
    .version(VERSION, "--version", "print the version")
    .addHelpText("before", BEGIN);
  configure(program, io);
  return program;
}
