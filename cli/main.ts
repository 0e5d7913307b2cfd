import { Command } from "commander";
import { completionCommand } from "./completion";
import type { CommandModule, ExitCode, Io } from "./io";
import { configure, runProgram } from "./run-program";
import { withTranscript } from "./transcript";
import { VERSION } from "../facts/version";

interface Entry {
  summary: string;
  /** Queries clouds, itself or through the engine: accepts --transcript. */
  asksClouds?: true;
  load: () => CommandModule;
}

/* eslint-disable @typescript-eslint/no-require-imports -- a module is loaded when its command is used, not before */
/** One line per command, in the order of the help. */
const COMMANDS: Readonly<Record<string, Entry>> = {
  init: {
    summary: "begin a project in this folder: five questions, or flags",
    load: () => require("./init") as CommandModule,
  },
  doctor: {
    summary: "say whether an up could work: machine, state, keys and each cloud, with cures",
    asksClouds: true,
    load: () => require("./doctor") as CommandModule,
  },
  inspect: {
    summary: "describe a raw disk in the image file that a release is published from",
    load: () => require("./inspect") as CommandModule,
  },
  boot: {
    summary: "start a raw disk in QEMU and see whether it reaches its login",
    load: () => require("./boot") as CommandModule,
  },
  plan: {
    summary: "say what an up would publish, share, withdraw or delete, and save that",
    asksClouds: true,
    load: () => require("./plan") as CommandModule,
  },
  up: {
    summary: "do what plan says, and no guarded change that is not named",
    asksClouds: true,
    load: () => require("./up") as CommandModule,
  },
  withdraw: {
    summary: "take a release back everywhere, and ask in every place whether it is gone",
    asksClouds: true,
    load: () => require("./withdraw") as CommandModule,
  },
  publish: {
    summary: "make a release published: edit the stack file, show the plan, do it",
    asksClouds: true,
    load: () => require("./publish") as CommandModule,
  },
  deprecate: {
    summary: "make a release deprecated, in the same way",
    asksClouds: true,
    load: () => require("./deprecate") as CommandModule,
  },
  stage: {
    summary: "make a release staged, in the same way: private, at home",
    asksClouds: true,
    load: () => require("./stage") as CommandModule,
  },
  destroy: {
    summary: "delete everything of a stack, and what it left over in the clouds",
    asksClouds: true,
    load: () => require("./destroy") as CommandModule,
  },
  recover: {
    summary: "clear up after an up or destroy that was killed; both do it by themselves",
    asksClouds: true,
    load: () => require("./recover") as CommandModule,
  },
  try: {
    summary: "publish the demo disk privately to one cloud, check it, and take it away",
    load: () => require("./try") as CommandModule,
  },
  verify: {
    summary: "check a disk, or an image in a cloud, against a signed record",
    asksClouds: true,
    load: () => require("./verify") as CommandModule,
  },
  status: {
    summary: "say what is published, where, until when and for whom",
    load: () => require("./status") as CommandModule,
  },
  catalogue: {
    summary: "make a web site and JSON of what is published: catalogue build",
    load: () => require("./catalogue") as CommandModule,
  },
  index: {
    summary: "keep the signed index of a product, which tells users what is withdrawn or replaced",
    asksClouds: true,
    load: () => require("./index") as CommandModule,
  },
  announce: {
    summary: "write the announcement of a release, Markdown or plain",
    load: () => require("./announce") as CommandModule,
  },
  retention: {
    summary: "propose what becomes of old releases, as an edit to the stack file",
    asksClouds: true,
    load: () => require("./retention") as CommandModule,
  },
  stale: {
    summary: "say which packages of the published images have newer versions",
    load: () => require("./stale") as CommandModule,
  },
  audit: {
    summary: "say what changed in the clouds behind the stack's back",
    asksClouds: true,
    load: () => require("./audit") as CommandModule,
  },
  sweep: {
    summary: "list what the stack left over in the clouds, and delete it on demand",
    asksClouds: true,
    load: () => require("./sweep") as CommandModule,
  },
  pulumi: {
    summary: "run the engine itself, which need not be on PATH: imprimatur pulumi preview",
    load: () => require("./pulumi") as CommandModule,
  },
  completion: {
    summary: "print a completion script for bash, zsh or fish",
    load: () => ({ command: (io) => completionCommand(io, () => allCommands(io)) }),
  },
};
/* eslint-enable @typescript-eslint/no-require-imports */

/** Dispatched by imprimatur.js; listed here for the help. */
const REHEARSAL = "run stand-in clouds on this machine: 'imprimatur rehearsal --help'";

const EXAMPLES = `
Examples:
  imprimatur inspect images/debian-13/disk.raw --product debian-13 --version 20261120.0
  imprimatur plan --stack debian-13 && imprimatur up --stack debian-13 --allow make-public:20261120.0
  eval "$(imprimatur rehearsal env)" && imprimatur up

Publishing itself is done by the engine, which can be used without them: pulumi preview, pulumi up, pulumi destroy.
Exit codes: 0 ok, 1 a problem was found, 2 wrong usage; more are in each command's help.`;

/**
 * Runs a command line.
 *
 * @param argv without node and script
 * @returns the exit code; see the help
 */
export async function run(argv: readonly string[], terminal?: Omit<Io, "exitWith">): Promise<ExitCode> {
  return runProgram(argv, programFor, terminal);
}

/** Every command, loaded, with the options of all of them. */
function allCommands(io: Io): Command[] {
  return Object.entries(COMMANDS).map(([name, { summary, asksClouds, load }]) => {
    const command = load().command(io).name(name).summary(summary);
    return asksClouds ? withTranscript(command, io) : command;
  });
}

/** The program with the requested command; of the others only their help lines. */
function programFor(argv: readonly string[], io: Io): Command {
  const program = new Command("imprimatur")
    .description("Publishes raw disk images to AWS, Google Cloud and Azure, and proves what was published.")
    .option("--debug", "show where an error comes from")
    .helpCommand(false)
    // A command may have its own --version.
    .enablePositionalOptions()
    .version(VERSION, "--version", "print the version")
    .addHelpText("after", EXAMPLES);
  for (const [name, { summary, asksClouds, load }] of Object.entries(COMMANDS)) {
    if (argv.find((word) => !word.startsWith("-")) !== name) {
      program.command(name).description(summary);
      continue;
    }
    const command = load().command(io).name(name).summary(summary);
    program.addCommand(asksClouds ? withTranscript(command, io) : command);
  }
  program.command("rehearsal").description(REHEARSAL);
  configure(program, io);
  return program;
}
