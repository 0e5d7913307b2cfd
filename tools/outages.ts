/** `npm run outages`: takes a release away on three stand-in clouds, with each place down in each way, as test/unit/outages does a few. */
import { DOWNS, takeAway } from "../test/unit/outages/outage";
import { makeWorld, ROADS } from "../test/unit/outages/world";

/** Milliseconds that a closing may take here. */
const LIMIT = 4_000;

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

void main();
