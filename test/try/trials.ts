/**
 * Interrupts `imprimatur try` at each of its steps: it is asked to stop once or twice, killed, killed alone, or has
 * its terminal closed. After it, or after the same command again, nothing is left in any account or on this machine.
 *
 *   npm run try:trials -- [--cloud aws] [--way kill] [--point upload] [--pace 0.1]
 */
import type { Cloud } from "../../facts/clouds";
import { parseArgs } from "node:util";
import { Rehearsed } from "../e2e/harness/rehearsed";
import { POINTS } from "./points";
import { filesLeft, startTry, WAYS, type Way } from "./happening";

const { values } = parseArgs({
  options: {
    cloud: { type: "string", multiple: true, default: ["aws", "gcp", "azure"] },
    way: { type: "string", multiple: true, default: [...WAYS] },
    point: { type: "string", multiple: true },
    pace: { type: "string", default: "0.1" },
    help: { type: "boolean", default: false },
  },
});

const USAGE = `npm run try:trials -- [--cloud CLOUD] [--way WAY] [--point WORDS] [--pace 0.1]; each may be given several times
ways: ${WAYS.join(", ")}
${Object.entries(POINTS)
  .map(([cloud, points]) => `points of ${cloud}: ${points.map(({ name }) => name).join(", ")}`)
  .join("\n")}
`;

/** Exit codes of an interrupted try: everything it made is gone, or what may be left is named. */
const ENDS: Readonly<Record<Way, readonly (number | null)[]>> = {
  once: [1, 0],
  term: [1, 0],
  twice: [4, 1, 0],
  kill: [null, 0],
  alone: [null, 0],
  closed: [1, 0],
};

async function main(): Promise<void> {
  const rehearsed = await Rehearsed.start("demo", { pace: Number(values.pace) });
  const wrong: string[] = [];
  try {
    for (const cloud of values.cloud as Cloud[])
      for (const point of POINTS[cloud])
        for (const way of values.way as Way[]) {
          if (values.point && !values.point.some((word) => point.name.includes(word))) continue;
          const began = Date.now();
          const problems = await trial(rehearsed, cloud, point.name, way).catch((error: unknown) => [
            String(error),
          ]);
          const seconds = ((Date.now() - began) / 1000).toFixed(0);
          say(`${cloud}, ${point.name}, ${way}: ${problems.join("; ") || "ended right"} (${seconds} s)`);
          if (problems.length > 0) wrong.push(`${cloud}, ${point.name}, ${way}`);
        }
  } finally {
    await rehearsed.end();
  }
  say(wrong.length === 0 ? "all ended right" : `wrong: ${wrong.join(" | ")}`);
  process.exitCode = wrong.length === 0 ? 0 : 1;
}

/** @returns the faults found afterwards */
async function trial(rehearsed: Rehearsed, cloud: Cloud, name: string, way: Way): Promise<string[]> {
  const point = POINTS[cloud].find((each) => each.name === name)!;
  const first = await startTry(rehearsed, cloud, { point, way });
  const problems: string[] = [];
  if (!first.happened) problems.push(`it did not come so far: exit ${first.status}`);
  if (way !== "closed" && !ENDS[way].includes(first.status)) problems.push(`exit ${first.status}`);
  if (/^\s+at .+:\d+:\d+\)?$/m.test(first.said)) problems.push("a stack trace");
  const stopped = first.said.split("\n").filter((line) => line.startsWith("Stopped. "));
  if (first.status === 4) {
    if (stopped.length !== 1 || !stopped[0]?.includes(`This removes it: imprimatur try ${cloud}`))
      problems.push("what is left is not said in one line");
    say(`    ${stopped[0]}`);
  }
  const isGone = first.status !== null && first.status < 2;
  if (!isGone) {
    const second = await startTry(rehearsed, cloud);
    const nothing = filesLeft(rehearsed).length === 0 && /^Trying/m.test(second.said);
    if (second.status !== 3 && !(nothing && second.status === 0))
      problems.push(`the same command again: exit ${second.status}`);
    if (second.status !== 3) first.said += `\n--- again\n${second.said}`;
    for (const line of second.said.split("\n").filter((each) => /still listed|could not take/.test(each)))
      say(`    again: ${line}`);
  }
  const left = (await rehearsed.inventory()).map((item) => `${item.kind} ${item.id}`);
  if (left.length > 0) problems.push(`left: ${left.join(", ")}`);
  if (filesLeft(rehearsed).length > 0) problems.push(`files: ${filesLeft(rehearsed).join(", ")}`);
  if (problems.length > 0) say(first.said.trim().split("\n").slice(-40).join("\n").replace(/^/gm, "    | "));
  return problems;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

if (values.help) process.stdout.write(USAGE);
else void main();
