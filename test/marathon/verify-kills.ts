/**
 * Kills `imprimatur verify … --bytes` of a stranger at random moments, on AWS and Azure: the same command alone has to
 * end with "genuine", and to leave nothing of its own in the stranger's account. Google shows nobody an image's bytes.
 *
 *   npx tsx test/marathon/verify-kills.ts --seed 1 --kills 8
 */
import { parseArgs } from "node:util";
import { answered, expectDone, imprimatur, runKilled } from "../e2e/harness/kills";
import { Rehearsed } from "../e2e/harness/rehearsed";
import type { StackOutputs } from "../e2e/harness/stack-file";
import { makeStrangersGroup, strangerOf } from "../e2e/harness/stranger";
import { Random } from "../unit/guards/random";

const { values } = parseArgs({
  options: {
    seed: { type: "string", default: "1" },
    /** Kills for each cloud. */
    kills: { type: "string", default: "8" },
    pace: { type: "string", default: "0.2" },
  },
});

const VERSION = "20261120.0";
const TRUSTED = ["--records", "records", "--key", ".rehearsal/publisher.pem", "--bytes"];

async function main(): Promise<void> {
  const random = new Random(Number(values.seed));
  const publisher = await Rehearsed.start("demo", { pace: Number(values.pace) });
  let wrong = 0;
  try {
    await expectDone(publisher, "up", "--stack", "demo", "--yes");
    const { releases, shared } = await publisher.outputs<StackOutputs>();
    const { aws, azure } = releases[VERSION]!;
    const [[region, image]] = Object.entries(aws.x86_64!) as [[string, string]];
    const version = azure!.x86_64!.split("/").at(-1)!;
    const community = `/CommunityGalleries/${shared.azure!.publicName}/Images/demo-x86_64/Versions/${version}`;
    const env = strangerOf(publisher);
    await makeStrangersGroup(publisher, env);
    const stranger = Object.create(publisher, { env: { value: env } }) as Rehearsed;
    const questions = {
      aws: ["verify", "aws", image, "--region", region, ...TRUSTED],
      azure: ["verify", "azure", community, "--region", "eastus", "--resource-group", "mine", ...TRUSTED],
    };
    for (const [cloud, question] of Object.entries(questions)) {
      const before = await contentsOf(stranger);
      const begun = answered(stranger);
      await expectDone(stranger, ...question);
      const requests = answered(stranger) - begun;
      say(`${cloud}: ${requests} requests without kills`);
      for (let kill = 0; kill < Number(values.kills); kill++) {
        const after = 1 + Math.floor(random.next() * requests);
        const from = answered(stranger);
        const isTime = () => answered(stranger) - from >= after;
        const killed = await runKilled(stranger, imprimatur(stranger, ...question), { way: "all", isTime });
        const left = (await contentsOf(stranger)).length - before.length;
        const problem = await expectDone(stranger, ...question).then(
          async () => {
            const now = (await contentsOf(stranger)).filter((id) => !before.includes(id));
            return now.length === 0 ? undefined : `left: ${now.join(", ")}`;
          },
          (error: Error) => error.message,
        );
        if (problem !== undefined) wrong++;
        const what = killed
          ? `killed after ${after} requests, which left ${left} objects`
          : "done before the kill";
        say(`${cloud} ${kill}: ${what}: ${problem ?? "genuine, and nothing left"}`);
      }
    }
  } finally {
    await publisher.end();
  }
  say(wrong === 0 ? "nothing wrong" : `${wrong} wrong`);
  process.exitCode = wrong === 0 ? 0 : 1;
}

async function contentsOf(rehearsed: Rehearsed): Promise<string[]> {
  return (await rehearsed.inventory()).map(({ kind, region, id }) => `${kind} ${region} ${id}`);
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

void main();
