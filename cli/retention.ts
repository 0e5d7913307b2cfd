import { Command } from "commander";
import { createTwoFilesPatch } from "diff";
import { z } from "zod";
import { applyProposals, EditProblem } from "../config/edit";
import { GUARDS, type Launch, type Launches, type Retention, retentionOn } from "../config/retention";
import { onEachSection } from "../config/sections";
import { CLOUD_COMMANDS } from "./clouds";
import { EXIT, type Io } from "./io";
import { Refusal, UsageProblem } from "./problem";
import { repeated } from "./repeated";
import { readStackFile, type StackFile, stackNamed } from "./stack";
import { writeFileAtomically } from "./write-file";

const HELP = `
Reads stacks/Pulumi.<stack>.yaml, asks AWS when its AMIs were launched last, and proposes what imprimatur:policy says for
the day: published releases are deprecated, deprecated ones withdrawn at their end of life, withdrawn ones removed. At
most one step for each release. Nothing is changed in a cloud: the edited file is for a merge request and 'pulumi up'.

Guards keep a release back, and each says why:
  last-good         no other release of one of its architectures is published
  launched          one of its AMIs was launched within unusedFor
  launches-unknown  AWS was not asked (--offline)

Exit codes: 0 nothing to do, or written; 1 a problem; 2 wrong usage; 3 changes are proposed and were not written.`;

interface Options {
  stack?: string;
  on?: string;
  write?: boolean;
  offline?: boolean;
  override: string[];
  json?: boolean;
}

/** `imprimatur retention`: the stack file that the policy requires on a day. */
export function command(io: Io): Command {
  return new Command("retention")
    .description("Proposes, as an edit to the stack file, what the retention policy says for a day.")
    .option("--stack <name>", "default: the selected one")
    .option("--on <date>", "the day, as 2026-11-24 or RFC 3339; default: now")
    .option("--write", "change the stack file; comments and everything else stay")
    .option("--offline", "do not ask AWS: nothing is then withdrawn or removed")
    .option(
      "--override <guard>",
      `a guard that does not count, for all or as ${GUARDS[1]}:20261120.0; may be repeated`,
      repeated,
      [],
    )
    .option("--json", "print what was found as JSON")
    .addHelpText("after", HELP)
    .action((options: Options) => run(options, io));
}

async function run(options: Options, io: Io): Promise<void> {
  const on = dayIn(options.on);
  checkOverrides(options.override);
  const stackFile = readStackFile(await stackNamed(options.stack));
  const { config, file, text } = stackFile;
  const { policy } = config;
  if (policy === undefined)
    throw new Refusal(
      `${file}: imprimatur:policy is missing; say there what becomes of old releases (docs/config.md)`,
    );
  const retention = retentionOn({
    policy,
    on,
    releases: config.releases.map((release) => ({
      release,
      architectures: architecturesOf(stackFile, release.imageFile),
    })),
    launches: await launchesFor(stackFile, options, io),
    override: options.override,
  });
  const edited = edit(stackFile, retention);
  if (options.write && edited !== text) await writeFileAtomically(file, edited);
  const patch = edited === text ? "" : patchOf(file, text, edited);
  if (options.json) {
    const { proposals, keptBack } = retention;
    const result = {
      schemaVersion: 1,
      stack: stackFile.stack,
      on: new Date(on).toISOString(),
      proposals,
      keptBack,
      patch,
    };
    io.out(`${JSON.stringify(result, null, 2)}\n`);
  } else {
    io.err(summary(retention));
    io.out(patch);
    if (options.write && patch !== "") io.err(`${file} is changed; see it in the plan: imprimatur plan\n`);
  }
  if (patch !== "" && !options.write) io.exitWith(EXIT.proposed);
}

function dayIn(given: string | undefined): number {
  if (given === undefined) return Date.now();
  if (!z.union([z.iso.date(), z.iso.datetime({ offset: true })]).safeParse(given).success)
    throw new UsageProblem(
      `--on: needs a date as 2026-11-24, or RFC 3339 as 2026-11-24T10:00:00Z, but has ${JSON.stringify(given)}`,
    );
  return Date.parse(given);
}

function checkOverrides(override: readonly string[]): void {
  const unknown = override.find(
    (entry) => !(GUARDS as readonly string[]).includes(entry.split(":")[0] ?? ""),
  );
  if (unknown !== undefined)
    throw new UsageProblem(
      `--override: needs one of ${GUARDS.join(", ")}, but has ${JSON.stringify(unknown)}`,
    );
}

function architecturesOf({ imageFiles }: StackFile, imageFile: string) {
  const images = imageFiles.get(imageFile)?.images ?? {};
  return (["x86_64", "arm64"] as const).filter((architecture) => images[architecture] !== undefined);
}

/** The latest launch of each release. */
async function launchesFor({ config, stack }: StackFile, { offline }: Options, io: Io): Promise<Launches> {
  const question = {
    product: config.product.name,
    stack,
    signal: new AbortController().signal,
    onDelay: (line: string) => io.err(`${line}\n`),
  };
  const asking = onEachSection(config, (cloud, section) => {
    const launchesOf = CLOUD_COMMANDS[cloud].launches;
    return launchesOf && (() => launchesOf()(section, question));
  }).flatMap(([, ask]) => ask ?? []);
  if (asking.length > 0 && offline) return "unknown";
  const found = await Promise.all(asking.map((ask) => ask()));
  const latest = new Map<string, Launch>();
  for (const { version, ...launch } of found.flat()) {
    if (launch.at > (latest.get(version)?.at ?? 0)) latest.set(version, launch);
  }
  return latest;
}

function edit({ text, file }: StackFile, { proposals }: Retention): string {
  try {
    return applyProposals(text, proposals);
  } catch (error) {
    if (error instanceof EditProblem) throw new Refusal(`${file}: ${error.message}`);
    throw error;
  }
}

/** In the format of `git diff`, for `git apply` and `patch -p1`. */
function patchOf(file: string, text: string, edited: string): string {
  const patch = createTwoFilesPatch(`a/${file}`, `b/${file}`, text, edited, undefined, undefined, {
    context: 3,
  });
  return patch.replace(/^(Index: .*\n)?=+\n/, "");
}

function summary({ proposals, keptBack }: Retention): string {
  const lines = [
    ...proposals.map(({ version, from, to, because }) => `${version}: ${from} -> ${to}: ${because}`),
    ...keptBack.map(
      ({ version, to, because, guard, against }) =>
        `${version}: kept from being ${to} (${because}): ${against}; --override ${guard}:${version} does it all the same`,
    ),
  ];
  return lines.length === 0 ? "Nothing to do by the policy.\n" : `${lines.join("\n")}\n`;
}
