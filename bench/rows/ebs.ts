import { execFileSync } from "node:child_process";
import { mkdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { job, REGION, shell } from "../program";
import type { Place, Row } from "../row";
import { startStandIn } from "../stand-in";

const COLDSNAP = '"$1" --endpoint "$AWS_ENDPOINT_URL" --region "$2"';

async function standIn({ scratch }: Place) {
  const directory = join(scratch, "cloud");
  mkdirSync(directory);
  return startStandIn(directory);
}

export const EBS: readonly Row[] = [
  {
    name: "ebs-upload",
    job: "raw to EBS snapshot",
    anchor: "coldsnap upload --omit-zero-blocks",
    goal: 0.35,
    input: "debian",
    needs: ["coldsnap"],
    async prepare(place) {
      const { environment, stop } = await standIn(place);
      const theirs = shell(
        `${COLDSNAP} upload --omit-zero-blocks --wait --no-progress "$3"`,
        place.program("coldsnap"),
        REGION,
        place.disk,
      );
      return {
        ours: job("ebs", ["upload", place.disk], environment),
        theirs: { ...theirs, env: environment },
        end: stop,
      };
    },
  },
  {
    name: "ebs-read-back",
    job: "EBS snapshot read back and compared",
    anchor: "coldsnap download + cmp",
    goal: 0.6,
    input: "debian",
    needs: ["coldsnap", "cmp"],
    async prepare(place) {
      const { environment, stop } = await standIn(place);
      const [file, ...args] = job("ebs", ["upload", place.disk]).command;
      const env = { ...process.env, ...environment };
      const snapshot =
        execFileSync(file, args, { env, encoding: "utf8", input: "\n" }).trim().split("\n").at(-1) ?? "";
      const theirs = shell(
        `${COLDSNAP} download --no-progress --force "$3" "$4" && cmp "$4" "$5"`,
        ...[place.program("coldsnap"), REGION, snapshot, join(place.scratch, "down.raw"), place.disk],
      );
      return {
        ours: job("ebs", ["read-back", snapshot, String(statSync(place.disk).size)], environment),
        theirs: { ...theirs, env: environment },
        end: stop,
      };
    },
  },
];
