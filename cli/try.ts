import { type Cloud, CLOUD_LABELS, CLOUDS } from "../facts/clouds";
import { PEERS } from "../facts/version";
import { Command } from "commander";
import { CLOUD_AUDITS } from "../audit/clouds";
import { CLOUD_COMMANDS } from "./clouds";
import { architectureOption, bootModeOption, type DiskOptions } from "./disk-options";
import { EXIT, type ExitCode, type Io } from "./io";
import { Refusal, UsageProblem } from "./problem";
import { repeated } from "./repeated";
import { startTranscript } from "./transcript";
import { type ChosenDisk, chooseDisk } from "./try/disk";
import { publishAndCheck } from "./try/publish";
import { thisProcess, TryFolder } from "./try/place";
import { Stopper } from "./try/run";
import { sayStopped, takeDown } from "./try/take-down";

interface Options extends DiskOptions {
  region: string[];
  disk?: string;
  transcript?: string;
  yes?: boolean;
}

const HELP = `
The demo disk, or your own, is published privately under a name that nobody has, read back, checked against a signed record (with a key
made for this try), and taken away again; a search of the account then shows that nothing is left. Nothing of other stacks is
touched, nothing is shared with anybody. What is billed is said first, and asked; --yes answers.

A try that was stopped or killed is taken down by the same command, which then publishes nothing.

Every exchange with the cloud is written to a transcript, without names and secrets: docs/real-accounts.md.

Exit codes: 0 published, checked and gone; 1 a step failed, or the answer was no; 2 wrong usage; 3 an earlier try was taken
down, and no new one was begun; 4 something is left: what, and how to remove it, is said.`;

/** Options that name an account, by the clouds' own words. */
type Accounts = Readonly<Record<string, string | undefined>>;

/** `imprimatur try`: the first image on a real account. */
export function command(io: Io): Command {
  const clouds = CLOUDS.map((cloud) => ({ cloud, ...CLOUD_COMMANDS[cloud].try() }));
  const command = new Command("try")
    .description(
      "Publishes a disk privately to one cloud, checks it, takes it away, and proves that it is gone.",
    )
    .argument("<cloud>", CLOUDS.join(", "))
    .option(
      "--region <region>",
      `where; repeated: copies too, the first is home; default: ${clouds.map(({ home }) => home).join(", ")}`,
      repeated,
      [],
    );
  for (const { cloud, account } of clouds)
    if (account)
      command.option(`--${account.name} <id>`, `${cloud}: default: ${account.variables.join(", ")}`);
  return command
    .option("--disk <file>", "raw disk to publish; default: the demo disk, which holds no system")
    .addOption(architectureOption())
    .addOption(bootModeOption())
    .option("--transcript <file>", "default: imprimatur-<cloud>-<name>.jsonl here")
    .option("--yes", "do not ask")
    .addHelpText("after", HELP)
    .action(async (cloud: string, options: Options & Accounts) => {
      io.exitWith(await run(cloudOf(cloud), options, io));
    });
}

function cloudOf(given: string): Cloud {
  const cloud = CLOUDS.find((name) => name === given);
  if (cloud === undefined) throw new UsageProblem(`the cloud is ${CLOUDS.join(", ")}, but not ${given}`);
  return cloud;
}

async function run(cloud: Cloud, options: Options & Accounts, io: Io): Promise<ExitCode> {
  const { home, account: option, accountOf } = CLOUD_COMMANDS[cloud].try();
  const regions = options.region.length > 0 ? options.region : [home];
  const account = await accountOf(option && options[option.name], regions[0] ?? home);
  const abandoned = TryFolder.abandoned(cloud);
  const isOwn = ({ notes }: TryFolder) => (notes.account ?? account) === account;
  for (const { notes, command: its } of abandoned.filter((place) => !isOwn(place)))
    io.err(
      `An earlier try, ${notes.name}, was not taken down to its end in ${notes.account}, which is not asked now: ${its}, with its credentials\n`,
    );
  const own = abandoned.filter(isOwn);
  if (own.length > 0) return resume(own, io);
  const disk = await chosenDisk(options, io);
  refuseWithoutClasses(cloud);
  if (!(await isConfirmed(cloud, { regions, account, disk }, options, io))) {
    io.err("Nothing was done.\n");
    return EXIT.problem;
  }
  const stopper = new Stopper(io);
  try {
    const place = TryFolder.make(
      { cloud, regions, account, ...(disk.own && { disk: disk.own }) },
      options.transcript,
    );
    return await begin(place, io, stopper);
  } finally {
    stopper.end();
  }
}

async function chosenDisk({ disk, architecture, bootMode }: Options, io: Io): Promise<ChosenDisk> {
  const start = { ...(architecture && { architecture }), ...(bootMode && { bootMode }) };
  if (disk === undefined && Object.keys(start).length > 0)
    throw new UsageProblem("--architecture and --boot-mode: only with --disk");
  return chooseDisk(disk, start, io);
}

/** @throws {Refusal} where the engine would find no resource classes of this cloud */
function refuseWithoutClasses(cloud: Cloud): void {
  const name = CLOUD_COMMANDS[cloud].init().package;
  if (name === undefined) return;
  try {
    require.resolve(`${name}/package.json`);
  } catch {
    throw new Refusal(
      `publishing to ${CLOUD_LABELS[cloud]} needs the package ${name}, which is not installed; run: npm install ${name}@${PEERS[name] ?? ""}`,
    );
  }
}

async function begin(place: TryFolder, io: Io, stopper: Stopper): Promise<ExitCode> {
  const { cloud, name, transcript } = place.notes;
  startTranscript(transcript, io);
  io.err(`Trying ${cloud} as ${name}; what was exchanged is written to ${transcript}\n`);
  const problem = await publishAndCheck(place, io, stopper);
  const isLast = stopper.isForced;
  if (problem !== undefined)
    io.err(`imprimatur: ${problem}${isLast ? "" : "; what was made is taken away now"}\n`);
  const left = isLast ? sayStopped(place, io) : await takeDown(place, io, stopper);
  if (left) return EXIT.lastingDrift;
  if (problem !== undefined) return EXIT.problem;
  io.out(`${cloud}: published privately, read back, checked, and gone. Transcript: ${transcript}\n`);
  return EXIT.ok;
}

/** Takes down earlier tries. */
async function resume(abandoned: readonly TryFolder[], io: Io): Promise<ExitCode> {
  const stopper = new Stopper(io);
  try {
    let anyLeft = false;
    for (const place of abandoned) {
      const { name, cloud, transcript } = place.notes;
      io.err(`An earlier try on ${cloud}, ${name}, was not taken down to its end: that comes first.\n`);
      startTranscript(transcript, io);
      place.note(thisProcess());
      anyLeft = (await takeDown(place, io, stopper)) || anyLeft;
      if (stopper.isForced) break;
    }
    if (anyLeft) return EXIT.lastingDrift;
    io.out("The earlier try is gone. The same command again begins a new one.\n");
    return EXIT.proposed;
  } finally {
    stopper.end();
  }
}

/** @throws {UsageProblem} when non-interactive */
async function isConfirmed(
  cloud: Cloud,
  { regions, account, disk }: { regions: readonly string[]; account: string; disk: ChosenDisk },
  { yes }: Options,
  io: Io,
): Promise<boolean> {
  const billed = CLOUD_COMMANDS[cloud].try().billed(regions.length);
  const where = `${regions.join(", ")} of ${account}`;
  io.err(
    `${disk.words} is published privately to ${cloud}, ${where}, and taken away again.\n` +
      `Billed until all is taken away, which is within the hour unless that fails: ${billed}. ` +
      `Prices: ${CLOUD_AUDITS[cloud].pricePages.join(" ")}\n`,
  );
  if (yes) return true;
  if (io.ask === undefined) throw new UsageProblem("there is nobody to ask: add --yes");
  return /^y(es)?$/i.test((await io.ask("Begin? [y/N] ")).trim());
}
