/**
 * Runs each command in its own terminal while the stand-in clouds are slow, or do not answer at all, and measures its
 * longest silence. A person takes ten seconds of silence for a stall.
 *
 *   npm run silence -- --seconds 25 --times 3
 *   npm run silence -- --fault hang --times 2 --only 'verify|audit'
 */
import { spawn } from "node:child_process";
import { parseArgs } from "node:util";
import { expectDone, imprimatur, runKilled } from "../e2e/harness/kills";
import { Rehearsed } from "../e2e/harness/rehearsed";

const { values } = parseArgs({
  options: {
    /** `slow`, or `hang`: no answer ever comes. */
    fault: { type: "string", default: "slow" },
    /** Part of the name of the commands to measure; the others run without faults. */
    only: { type: "string", default: "" },
    /** Seconds that a slow request takes. */
    seconds: { type: "string", default: "25" },
    /** Number of slow requests, per cloud and command. */
    times: { type: "string", default: "3" },
  },
});

/** Seconds. The lines come every ten; the half is for a busy machine. */
const MOST = 10.5;
const STACK = ["--stack", "demo"];
const RELEASE = "20261120.0";

interface Course {
  /** Seconds in all, and the longest time without a character. */
  readonly took: number;
  readonly silence: number;
  /** The last output before that. */
  readonly after: string;
  readonly status: number | null;
}

/** In a terminal (`script` of util-linux): everything drawn there counts as output. */
function timed({ checkout, env }: Rehearsed, command: readonly string[]): Promise<Course> {
  const quoted = command.map((word) => `'${word}'`).join(" ");
  return new Promise((resolve, reject) => {
    const began = Date.now();
    let at = began;
    let last = "";
    let longest = { silence: 0, after: "" };
    const gap = () => {
      const silence = (Date.now() - at) / 1000;
      if (silence > longest.silence) longest = { silence, after: last };
      at = Date.now();
    };
    const child = spawn("script", ["-qefc", quoted, "/dev/null"], {
      cwd: checkout.folder,
      env: { ...process.env, ...checkout.own, ...env },
      stdio: ["ignore", "pipe", "ignore"],
    });
    child.stdout.on("data", (chunk: Buffer) => {
      // Cursor movements are not output.
      const said = chunk.toString().replace(/\x1b\[[0-9;?]*[A-Za-z]|[\x00-\x1f]/g, " ");
      if (said.trim() === "") return;
      gap();
      last = said.trim().slice(-100);
    });
    child.on("error", reject);
    child.on("close", (status) => {
      gap();
      resolve({ took: (Date.now() - began) / 1000, ...longest, status });
    });
  });
}

async function main(): Promise<void> {
  const rehearsed = await Rehearsed.start("demo", { pace: 0 });
  const slowly = async (what: string, ...args: string[]): Promise<void> => {
    if (!new RegExp(values.only).test(what))
      return void (await timed(rehearsed, imprimatur(rehearsed, ...args)));
    const times = Number(values.times);
    const fault =
      values.fault === "hang"
        ? { kind: "hang", times }
        : { kind: "slow", seconds: Number(values.seconds), times };
    for (const cloud of ["aws", "gcp", "azure"]) await rehearsed.fault({ cloud, ...fault });
    const { took, silence, after, status } = await timed(rehearsed, imprimatur(rehearsed, ...args));
    for (const cloud of ["aws", "gcp", "azure"]) await rehearsed.fault({ cloud, kind: "clear" });
    const verdict = silence <= MOST ? "" : `, TOO LONG, after ${JSON.stringify(after)}`;
    if (silence > MOST) process.exitCode = 1;
    say(`${what}: ${took.toFixed(0)} s, exit ${status}, longest silence ${silence.toFixed(1)} s${verdict}`);
  };
  try {
    await slowly("plan", "plan", ...STACK, "--ci");
    await slowly("plan --refresh", "plan", ...STACK, "--ci", "--refresh");
    await slowly("up, nobody there", "up", ...STACK, "--yes", "--ci");
    const [image] = (await rehearsed.inventory()).filter(
      ({ cloud, kind }) => cloud === "aws" && kind === "image",
    );
    const trusted = ["--records", "records", "--key", ".rehearsal/publisher.pem"];
    for (const bytes of [[], ["--bytes"]])
      await slowly(
        ["verify", ...bytes].join(" "),
        ...["verify", "aws", image?.id ?? "", "--region", image?.region ?? "", ...trusted, ...bytes],
      );
    await slowly("audit", "audit", ...STACK);
    await slowly("sweep", "sweep", ...STACK);
    await slowly("destroy", "destroy", ...STACK, "--yes");
    await slowly("up", "up", ...STACK, "--yes");
    await slowly("deprecate", "deprecate", RELEASE, ...STACK, "--yes");
    await slowly("publish", "publish", RELEASE, ...STACK, "--yes");
    await slowly("withdraw", "withdraw", RELEASE, "--reason", "slow", ...STACK, "--yes");
    await slowly("stage, which is refused", "stage", RELEASE, ...STACK, "--yes");
    await expectDone(rehearsed, "destroy", ...STACK, "--yes");
    const before = rehearsed.log().length;
    const isTime = () => /CopyImage/.test(rehearsed.log().slice(before));
    await runKilled(rehearsed, imprimatur(rehearsed, "up", ...STACK, "--yes"), { way: "all", isTime });
    await slowly("recover", "recover", ...STACK);
  } finally {
    await rehearsed.end();
  }
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

void main();
