/**
 * `npm run outages`: takes a release away on three stand-in clouds, with each place down in each way, as test/integration/outages does a few.
 *
 *   npm run outages -- --engine [--road withdraw] [--at gcp] [--down hang] [--together 2] [--every 5 --from 2]
 *
 * does it with whole commands and the real engine (about two minutes for each), all of them or those that are named;
 * with `--together 2` two places are down at a time, in different ways.
 */
import { parseArgs } from "node:util";
import { allCells, type Cell, Outages } from "../test/outages/engine";
import { DOWNS, takeAway } from "../test/integration/outages/outage";
import { makeWorld, ROADS } from "../test/integration/outages/world";

/** Milliseconds that a closing may take here. */
const LIMIT = 4_000;

const { values } = parseArgs({
  options: {
    engine: { type: "boolean", default: false },
    road: { type: "string" },
    at: { type: "string" },
    down: { type: "string" },
    together: { type: "string", default: "1" },
    every: { type: "string", default: "1" },
    from: { type: "string", default: "0" },
  },
});

async function withEngine(): Promise<void> {
  const named = allCells(Number(values.together)).filter(
    ({ road, outages: each }) =>
      (values.road ?? road) === road &&
      (values.at === undefined || each.some(({ at }) => values.at === at.name)) &&
      (values.down === undefined || each.some(({ down }) => values.down === down)),
  );
  const [every, from] = [Number(values.every), Number(values.from)];
  const cells = named.filter((_cell, index) => index % every === from);
  const outages = await Outages.start();
  let wrong = 0;
  try {
    for (const cell of cells) {
      const course = await outages.live(cell);
      wrong += course.wrong.length;
      const { others, whole, status } = course;
      process.stdout.write(
        `${nameOf(cell)}: the others closed after ${others.toFixed(1)} s, the whole ${whole.toFixed(0)} s, exit ${status}\n`,
      );
      for (const line of course.wrong) process.stdout.write(`  WRONG: ${line}\n`);
    }
  } finally {
    await outages.end();
  }
  process.stdout.write(`${cells.length} outages: ${wrong === 0 ? "nothing wrong" : `${wrong} wrong`}\n`);
  process.exitCode = wrong === 0 ? 0 : 1;
}

function nameOf({ road, outages }: Cell): string {
  const names = outages.map(({ at, down }) => `${at.name} ${down}`);
  return `${road}, ${names.join(" and ") || "nothing down"}`;
}

async function main(): Promise<void> {
  const world = await makeWorld(LIMIT);
  let wrong = 0;
  let count = 0;
  const say = (line: string) => process.stdout.write(`${line}\n`);
  try {
    for (const road of ROADS) {
      const { others: usual } = await takeAway(world, road);
      say(`${road}, nothing down: all closed after ${usual} ms`);
      for (const at of world.places) {
        for (const down of DOWNS) {
          const course = await takeAway(world, road, at, down);
          count += 1;
          wrong += course.wrong.length;
          say(`${road}, ${at.name} ${down}: the others closed after ${course.others} ms; ${course.told}`);
          for (const line of course.wrong) say(`  WRONG: ${line}`);
        }
      }
    }
  } finally {
    await world.end();
  }
  say(`${count} outages: ${wrong === 0 ? "nothing wrong" : `${wrong} wrong`}`);
  process.exitCode = wrong === 0 ? 0 : 1;
}

void (values.engine ? withEngine() : main());
