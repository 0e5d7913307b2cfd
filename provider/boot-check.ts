/** Common part of boot checks on every cloud: watching an instance, judging and reporting the result. */
import { z } from "zod";
import { type RetryPolicy, wait } from "../clouds/retry";
import type { LaunchEvidence } from "../config/evidence";
import { plain, readConsole, type Seen } from "../inspection/boot/console";
import { USER_DATA } from "../inspection/boot/report";
import {
  type BootVerdict,
  isComplete,
  judgeObservation,
  type BootObservation,
} from "../inspection/boot/verdict";
import { UNKNOWN } from "../facts/engine";
import { type Call, diffInputs, type Properties, type ResourceHandler, type State } from "../plugin/resource";
import { type Fields, Shape } from "../plugin/shape";
import { typedResource } from "../plugin/typed-resource";
import type { BootCheckArgs } from "../resources/boot-check";
import type { Resolved } from "../resources/resource";
import { byName, flag, number, text, texts } from "./fields";
import { VERSION } from "../facts/version";

type Common = Resolved<BootCheckArgs>;

/** The inputs of every cloud. */
export const COMMON: Fields<Common> = {
  ...{ region: text, imageId: text, instanceType: text, cloudInit: z.enum(["there", "absent"]) },
  ...{ allowFailed: texts, timeout: number, launch: flag, tags: byName },
};

/** An instance launched from an image; implemented by each cloud. */
interface WatchedInstance {
  /** Display name: `i-0123 (t3.micro)`. */
  readonly name: string;
  /** Its serial console, or the last part of it; `ended`: it has terminated, with the cloud's reason. */
  look(): Promise<{ readonly console: string; readonly ended?: string }>;
}

/** Cloud-specific part of a boot check. */
interface BootCheckCloud<Args extends Common> {
  readonly inputs: Shape<Args>;
  /**
   * Further inputs about how an instance is launched, not what is expected of it: their change does not launch again.
   */
  readonly ignore: readonly (keyof Args & string)[];
  /** Its setting in the stack file: `imprimatur:aws.bootCheck`. */
  readonly setting: string;
  /** Launches an instance, runs `use` on it, and terminates it in any case. */
  withInstance(
    args: Args,
    userData: string,
    use: (instance: WatchedInstance, policy: RetryPolicy) => Promise<BootVerdict>,
    call: Call,
  ): Promise<BootVerdict>;
}

/** Milliseconds between two reads: short at first, longer because of the API's rate limits. */
const FIRST_POLL = 250;
const LONGEST_POLL = 5_000;

/** Seconds after the timeout at which an instance shuts itself down, and so terminates, if nobody terminated it. */
const LEFT_ALONE = 900;

/** Console lines in an error. */
const LAST_LINES = 4;

/** Local settings and timeouts do not launch again. */
const IGNORED = ["instanceType", "timeout", "tags", "launch"];

/** The resource handler of a cloud. */
export function bootCheckOn<Args extends Common>(cloud: BootCheckCloud<Args>): ResourceHandler {
  const diff = (old: State, inputs: Properties) => {
    const launch = inputs.launch === true;
    const expectation = launch ? [] : ["cloudInit", "allowFailed"];
    // The expectations when it passed: the stack file's may have changed while nothing was launched.
    const { cloudInit, allowFailed } = old.outputs;
    const { changes } = diffInputs({ ...old.inputs, cloudInit, allowFailed }, inputs, {
      replaceOn: ["region", "imageId"],
      ignore: [...IGNORED, ...cloud.ignore, ...expectation],
    });
    if (launch && old.outputs.boot === undefined) changes.launch = { kind: "update", replace: false };
    return { changes };
  };
  const check = async (args: Args, call: Call): Promise<Properties> => {
    if (!args.launch) return { ...args };
    const verdict = await cloud.withInstance(
      args,
      userDataFor(args),
      async (instance, policy) => {
        const seen = await watch(instance, args, policy, call);
        const judged = judgeObservation(seen.sight);
        if (judged.outcome === "failed") throw new Error(failureOf(instance, args, seen, judged, cloud));
        return judged;
      },
      call,
    );
    return { ...args, boot: evidenceOf(args, verdict) };
  };
  return typedResource({
    computed: ["boot"],
    inputs: cloud.inputs,
    kept: Shape.of<object>({}),
    diff,
    plan(old, inputs) {
      const launches = inputs.launch === true && (!old || Object.keys(diff(old, inputs).changes).length > 0);
      const boot = launches ? UNKNOWN : old?.outputs.boot;
      return { ...inputs, ...(boot !== undefined && { boot }) };
    },
    async create(inputs, call) {
      return { id: `${inputs.imageId}/boot-check`, outputs: await check(inputs, call) };
    },
    async read(id, old) {
      return { id, ...old };
    },
    async update(_id, old, inputs, call) {
      if (Object.keys(diff(old, inputs).changes).length > 0) return check(inputs, call);
      return { ...inputs, boot: old.outputs.boot };
    },
    async delete() {
      // The check terminated its instance.
    },
  });
}

/** The commands of `imprimatur boot`, and a shutdown in case the publisher's machine goes down. */
function userDataFor({ timeout }: Common): string {
  return `${USER_DATA}systemd-run --on-active=${timeout + LEFT_ALONE} systemctl poweroff\n`;
}

interface Watched {
  readonly sight: BootObservation;
  readonly ended?: string;
}

/** Reads the console until all expected output is seen, the machine is dead or terminated, or time is up. */
async function watch(
  instance: WatchedInstance,
  { timeout, allowFailed, cloudInit }: Common,
  policy: RetryPolicy,
  call: Call,
): Promise<Watched> {
  const expected = { is: cloudInit };
  let seen = readConsole("");
  let waited = 0;
  const endNow = (ended: string | undefined): BootObservation["watched"]["end"] | undefined => {
    if (isComplete(expected, seen)) return "complete";
    if (seen.dead !== undefined) return "dead";
    if (ended !== undefined) return "stopped";
    return waited >= timeout * 1000 ? "late" : undefined;
  };
  for (let pace = FIRST_POLL; ; pace = Math.min(LONGEST_POLL, pace * 1.5)) {
    const { console: raw, ended } = await instance.look();
    const console = plain(raw);
    seen = merged(seen, readConsole(console));
    const end = endNow(ended);
    if (end) {
      const sight = { expected, watched: { seen, console, end }, timeout, allowFailed };
      return { sight, ended };
    }
    const last = console.trimEnd().split("\n").at(-1)?.trim() ?? "";
    call.status(
      `${instance.name}, ${Math.round(waited / 1000)} s: ${last.slice(0, 80) || "nothing shown yet"}`,
    );
    await wait(policy, pace, call.signal);
    waited += pace;
  }
}

/** A cloud keeps only the last part of a console: earlier observations are kept here. */
function merged(before: Seen, now: Seen): Seen {
  return {
    ...before,
    ...now,
    login: before.login || now.login,
    cloudInit: before.cloudInit || now.cloudInit,
    failedUnits: [...new Set([...before.failedUnits, ...now.failedUnits])],
  };
}

/** One line: what was seen, the console's last lines, the cure. */
function failureOf<Args extends Common>(
  instance: WatchedInstance,
  { region, imageId }: Args,
  { sight, ended }: Watched,
  { problems, console = [] }: BootVerdict,
  { setting }: BootCheckCloud<Args>,
): string {
  const { seen, end } = sight.watched;
  const why = [...problems, ...(ended === undefined ? [] : [ended])].join("; ");
  const lines = console.slice(-LAST_LINES).map((line) => line.trim().slice(0, 200));
  const shown = lines.length > 0 ? `its console ends: ${lines.join(" | ")}` : "its console showed nothing";
  const cure =
    console.length === 0
      ? `let the kernel's command line name the serial console, or give it longer with ${setting}.timeout`
      : end === "late" && seen.login && !seen.report
        ? "let cloud-init's datasource_list name this cloud; of an image without cloud-init `imprimatur boot --image-file` takes note"
        : `mend the image and publish it as a new version; a unit that may fail is named in ${setting}.allowFailed`;
  return `${instance.name} in ${region} does not pass the boot check of ${imageId}: ${why}; ${shown}; ${cure}`;
}

function evidenceOf(
  { instanceType }: Common,
  { kernel, cloudInit, failedUnits }: BootVerdict,
): LaunchEvidence {
  const { outcome, version, datasource } = cloudInit;
  return {
    outcome: "passed",
    instanceType,
    ...(kernel !== undefined && { kernel: oneLine(kernel) }),
    cloudInit: {
      outcome,
      ...(version !== undefined && { version: oneLine(version) }),
      ...(datasource !== undefined && { datasource: oneLine(datasource) }),
    },
    failedUnits: failedUnits.map(oneLine),
    imprimatur: VERSION,
  };
}

function oneLine(text: string): string {
  return text.replace(/\p{Cc}/gu, " ").slice(0, 500);
}
