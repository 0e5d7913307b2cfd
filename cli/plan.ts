import { readFileSync } from "node:fs";
import path from "node:path";
import { Command, Option } from "commander";
import { renderMarkdown } from "../plan/markdown";
import { planExitOf } from "../plan/outcome";
import { renderText } from "../plan/text";
import { EXIT, type Io } from "./io";
import { Refusal } from "./problem";
import { isUnattended, namedChanges, type Previewed, previewPublication, showWarnings } from "./publication";
import { repeated } from "./repeated";
import { fingerprintNow, withPrivateFolder, writeSavedPlan } from "./saved-plan";
import { stackNamed } from "./stack";
import { noteUpdate } from "./update-note";
import { whileWaiting } from "./waiting";

interface Options {
  stack?: string;
  json?: boolean;
  markdown?: boolean;
  allow: string[];
  save?: string;
  refresh?: boolean;
  ci?: boolean;
}

const HELP = `
Runs 'pulumi preview' and says it as a publication: what is uploaded, who comes to see it, and last what is taken away.

--save writes the plan to a file; 'imprimatur up --plan FILE' does it, and nothing else, if nothing has changed meanwhile.

Exit codes, the highest that applies:
   0  nothing to do
   1  a problem: there would be no up
   2  wrong usage
  10  changes that nobody outside notices
  11  something becomes visible, or is shared more widely
  12  something is narrowed, withdrawn, deprecated, replaced or deleted
  13  guarded changes that neither imprimatur:allow nor --allow names`;

/** `imprimatur plan`: the effects of an `up`, in advance. */
export function command(io: Io): Command {
  return new Command("plan")
    .description("Says what an up would publish, share, withdraw or delete. Nothing is changed.")
    .option("--stack <name>", "default: the selected one")
    .addOption(new Option("--json", "print the statements as JSON").conflicts("markdown"))
    .option("--markdown", "print them for a merge request")
    .option(
      "--allow <change>",
      "a guarded change that is meant, as make-public or make-public:20261120.0; may be repeated",
      repeated,
      [],
    )
    .option("--save <file>", "write the plan to a file, for up --plan")
    .option("--refresh", "ask the clouds what they hold; default with --save")
    .option("--no-refresh", "ask no cloud, with --save neither")
    .option("--ci", "save no plan that up would refuse; default where CI is set")
    .addHelpText("after", HELP)
    .action((options: Options) => run(options, io));
}

async function run(options: Options, io: Io): Promise<void> {
  const allow = namedChanges(options.allow);
  const stack = await stackNamed(options.stack);
  const refresh = options.refresh ?? options.save !== undefined;
  await noteUpdate(
    stack,
    { now: "what is left to do is told as its state is now; ask again at its end" },
    io,
  );
  await withPrivateFolder(async (folder) => {
    const savePlan = options.save === undefined ? undefined : path.join(folder, "engine-plan.json");
    const previewed = await whileWaiting(
      io,
      "previewing: the program runs, and the engine compares it with the state",
      () => previewPublication({ stack, allow, refresh, savePlan }),
    );
    show(previewed, options, io);
    const { publication, preview } = previewed;
    io.exitWith(planExitOf(publication));
    if (options.save === undefined || savePlan === undefined || publication.problems.length > 0) return;
    if (publication.guards.length > 0 && isUnattended(options.ci)) {
      io.err(`imprimatur: ${options.save}: not saved, because up would refuse what is not named.\n`);
      return;
    }
    await writeSavedPlan(options.save, {
      schemaVersion: 1,
      createdAt: new Date().toISOString(),
      stack,
      refreshed: refresh,
      allow,
      publication,
      fingerprint: await fingerprintNow(stack, preview),
      enginePlan: readFileSync(savePlan, "utf8"),
    });
    io.err(`${options.save}: saved; do it with: imprimatur up --plan ${options.save}\n`);
  });
}

/** @throws {Refusal} with the problems, if there is no other result */
function show({ publication, preview }: Previewed, { json, markdown }: Options, io: Io): void {
  showWarnings(preview, io);
  const { problems } = publication;
  if (!json && !markdown && problems.length > 0) throw new Refusal(problems.join("\n"));
  for (const problem of problems) io.err(`imprimatur: ${problem}\n`);
  if (json) io.out(`${JSON.stringify(publication, null, 2)}\n`);
  else if (markdown) io.out(renderMarkdown(publication));
  else io.out(renderText(publication, { styled: io.styled ?? false }));
  if (problems.length > 0) io.exitWith(EXIT.problem);
}
