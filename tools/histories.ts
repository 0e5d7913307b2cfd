/** `npm run histories [-- COUNT [FIRST]]`: lives random histories of a stack, as test/unit/guards does a few; seeds are FIRST and up. */
import { live } from "../test/unit/guards/history";

async function main(count: number, first: number): Promise<void> {
  const begin = Date.now();
  let wrong = 0;
  for (let seed = first; seed < first + count; seed += 1) {
    const said = await live(seed);
    if (said === undefined) continue;
    wrong += 1;
    process.stdout.write(`${said}\n\n`);
  }
  const seconds = ((Date.now() - begin) / 1000).toFixed(0);
  process.stdout.write(
    `${count} histories from seed ${first} in ${seconds} s: ${wrong === 0 ? "nothing wrong" : `${wrong} wrong`}\n`,
  );
  process.exitCode = wrong === 0 ? 0 : 1;
}

const [count = "2000", first = "1"] = process.argv.slice(2);
void main(Number(count), Number(first));
