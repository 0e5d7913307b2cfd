import type { Command } from "commander";
import { formatSeconds } from "../facts/words";
import { type Answer, askPlaces, placesOf } from "../audit/sight/ask";
import { changeState, type StateChange, stateCommand, type StateOptions } from "./change-state";
import { readDeployment } from "./deployment";
import { freeStack } from "./free-stack";
import { onInterrupt } from "./interrupt";
import { EXIT, type Io } from "./io";
import { Refusal } from "./problem";
import { isUnattended } from "./publication";
import { indexWithdrawal } from "./signed-index/after-withdrawal";
import { readStackFile, stackNamed } from "./stack";
import { openPlaces } from "./still-open";
import { whileWaiting } from "./waiting";

const HELP = `
Sets state: withdrawn and the reason on the release's line of the stack file, shows what that means, and does it: every region and
cloud is closed by itself, whatever another one does. Then it asks in every place whether the release can still be had, with the
eyes of a stranger where the variables of 'imprimatur audit --help' name one, else with the owner's. The same command again goes
on where the last one ended, and asks again. If the answer is no, the file is as it was.

Where the product has a signed index (index/<product>), that says so too: with the keys of IMPRIMATUR_INDEX_KEYS in this command, else
the command to run is told. Users learn of it when the index is uploaded.

Exit codes: 0 withdrawn, and closed in every place; 1 closed, and something else failed, or a problem, or the answer was no;
2 wrong usage; 3 somewhere it is still open, or could not be asked for; 14 somebody else updates the stack.`;

const WITHDRAWAL: StateChange = {
  to: "withdrawn",
  description: "Takes a release back everywhere, and asks in every place whether it is gone.",
  help: HELP,
  goOn: true,
  needsReason: true,
};

/** Milliseconds until a place must be closed: clouds are eventually consistent. */
const PATIENCE = 30_000;
/** The same if the engine already reported a failure. */
const IMPATIENCE = 5_000;

/** `imprimatur withdraw`: a complete withdrawal, including a check as someone who must not have access. */
export function command(io: Io): Command {
  return stateCommand("withdraw", WITHDRAWAL, io, (version, options) => run(version, options, io));
}

async function run(version: string, options: StateOptions, io: Io): Promise<void> {
  const stack = await stackNamed(options.stack);
  const ask = isUnattended(options.ci) ? undefined : io.ask;
  await freeStack({ stack, endUpdate: options.endUpdate, ...(ask && { ask }) }, io);
  const deployment = await readDeployment(stack);
  const places = placesOf(deployment, version, process.env);
  const { outcome, begunAt } = await changeState(version, { ...options, stack }, WITHDRAWAL, io);
  if (outcome === "refused") return;
  const isWhole = typeof outcome !== "object" || outcome.status === 0;
  const patience = isWhole ? PATIENCE : IMPATIENCE;
  const asking = `asking whether it can still be had, for about ${formatSeconds(patience / 1000)}`;
  const answers = await whileWaiting(io, asking, () =>
    onInterrupt((signal) => askPlaces({ places, since: begunAt, signal, patience })),
  );
  io.out(renderAnswers(version, answers));
  const { name } = readStackFile(stack).config.product;
  const isIndexed = await indexWithdrawal(name, stack, io);
  const left = answers.filter(({ state }) => state !== "closed").length;
  // A stranger who sees nothing is no proof where this up could not close it: what refused one may have refused the other.
  const open = isWhole ? 0 : (await openPlaces(stack)).length;
  if (Math.max(left, open) > 0) {
    const again = `imprimatur withdraw ${version} --reason ${JSON.stringify(options.reason)}`;
    io.err(`imprimatur: ${count(Math.max(left, open))} not closed for certain; \`${again}\` goes on\n`);
    io.exitWith(EXIT.open);
    return;
  }
  if (!isWhole)
    throw new Refusal(
      `${version} is closed everywhere, and pulumi up failed; what it said is above. The same command again goes on`,
    );
  if (!isIndexed) io.exitWith(EXIT.problem);
}

/** A line for each place. */
export function renderAnswers(version: string, answers: readonly Answer[]): string {
  if (answers.length === 0) return `${version} is in no place that could be asked.\n`;
  return answers.map((answer) => `${answer.called}: ${wordsOf(answer)}\n`).join("");
}

function wordsOf({ state, by, why, after }: Answer): string {
  const seconds = formatSeconds(after / 1000);
  if (state === "unasked") return `not answered after ${seconds}: ${why ?? "no reason given"}`;
  if (by === "stranger")
    return state === "open"
      ? `STILL OPEN: a stranger sees it after ${seconds}`
      : `closed: a stranger sees nothing of it, ${seconds} after the beginning`;
  return state === "open"
    ? `STILL OPEN after ${seconds}, by what its owner sees`
    : `closed, by what its owner sees, ${seconds} after the beginning`;
}

function count(places: number): string {
  return places === 1 ? "1 place is" : `${places} places are`;
}
