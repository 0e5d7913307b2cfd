import { setMaxListeners } from "node:events";
import { BRISK, type RetryPolicy } from "../../clouds/retry";
import { clockDifference } from "../../clouds/clock";
import type { CloudPlan } from "../../components/cloud";
import type { ReleasePlans } from "../../components/clouds";
import { onEachPlan, type StackPlan } from "../../components/plan";
import type { CloudSections } from "../../config/clouds";
import { CLOUD_LABELS, type Cloud } from "../../facts/clouds";
import { formatSeconds } from "../../facts/words";
import type { Asking, Examined } from "../../provider/preflight-report";
import { CLOUD_COMMANDS } from "../clouds";
import { Area, type Checks, reasonOf } from "./check";
import type { CloudDoctor } from "./cloud";
import { nextVersion } from "./next-release";

/** Milliseconds for all questions to one cloud. */
const LIMIT = 60_000;
const POLICY: RetryPolicy = { ...BRISK, attempts: 3 };
/** Milliseconds. AWS refuses requests that are dated five minutes off, and its SDK corrects from four. */
const SKEW = { warning: 30_000, problem: 4 * 60_000 };

export interface Context {
  /** The engine's names of project and stack. */
  readonly project: string;
  readonly stack: string;
  readonly signal: AbortSignal;
  /** Milliseconds; default: a minute. */
  readonly limit?: number;
}

/** Asks all clouds of the stack at once, each for itself. `done` is called as each ends. */
export async function checkClouds(
  plan: StackPlan,
  context: Context,
  done: (cloud: Cloud) => void,
): Promise<Checks> {
  const areas = onEachPlan(plan, (cloud, cloudPlan) =>
    checkCloud(cloud, cloudPlan, context).finally(() => done(cloud)),
  );
  return (await Promise.all(areas.map(([, checks]) => checks))).flat();
}

async function checkCloud<C extends Cloud>(
  cloud: C,
  { config, releases }: CloudPlan<CloudSections[C], ReleasePlans[C]>,
  { project, stack, signal, limit = LIMIT }: Context,
): Promise<Checks> {
  const area = new Area(cloud);
  const doctor: CloudDoctor<CloudSections[C], ReleasePlans[C]> = CLOUD_COMMANDS[cloud].doctor();
  const last = { status: "" };
  const ended = AbortSignal.any([signal, AbortSignal.timeout(limit)]);
  // Each concurrent request adds a listener.
  setMaxListeners(0, ended);
  const asking: Asking = {
    urn: `urn:pulumi:${stack}::${project}::imprimatur:${cloud}:Preflight::doctor`,
    signal: ended,
    status: (line) => void (last.status = line),
    policy: POLICY,
  };
  const bounded = <T>(work: Promise<T>) => inTime(work, asking.signal, limit, last);
  try {
    const { who, problems } = await bounded(doctor.login(config, asking));
    if (problems.length > 0) area.fail("login", problems.join("\n"));
    else area.ok("login", `${who}; Pulumi's own provider takes the same`);
    if (problems.length > 0) skipAll(area, "login");
    else {
      const next = releases.get(nextVersion);
      if (next !== undefined) report(area, await bounded(doctor.examine(next, asking)));
    }
  } catch (error) {
    signal.throwIfAborted();
    const isIn = area.checks.length > 0;
    area.fail(isIn ? "next release" : "login", readable(error));
    if (!isIn) skipAll(area, "login");
  }
  checkClock(area, cloud);
  return area.checks;
}

function skipAll(area: Area, first: string): void {
  for (const check of ["permissions", "next release"]) area.skip(check, `${first} has to be right first`);
}

/** Some libraries that sign in cannot be cancelled. */
async function inTime<T>(
  work: Promise<T>,
  signal: AbortSignal,
  limit: number,
  last: { readonly status: string },
): Promise<T> {
  let stop: (() => void) | undefined;
  const late = new Promise<never>((_, reject) => {
    stop = () => {
      const said = last.status === "" ? "" : `; the last it said: ${last.status}`;
      reject(
        new Error(
          `no answer within ${formatSeconds(limit / 1000)}${said}; look at the network, and run it again`,
        ),
      );
    };
    signal.addEventListener("abort", stop);
  });
  try {
    return await Promise.race([work, late]);
  } catch (error) {
    // Its own word for it is "cancelled".
    if (signal.aborted) return await late;
    throw error;
  } finally {
    if (stop) signal.removeEventListener("abort", stop);
  }
}

function report(area: Area, { permissions, publication }: Examined): void {
  const ALL = {
    permissions: "none is missing of those that publishing takes",
    "next release": "nothing would be refused: regions, quotas, names, policies of the account",
  } as const;
  for (const [check, { problems, warnings }] of [
    ["permissions", permissions],
    ["next release", publication],
  ] as const) {
    for (const problem of problems) area.fail(check, problem);
    for (const warning of warnings) area.warn(check, warning);
    if (problems.length + warnings.length === 0) area.ok(check, ALL[check]);
  }
}

function checkClock(area: Area, cloud: Cloud): void {
  const difference = clockDifference(cloud);
  if (difference === undefined) return area.skip("clock", "it has not answered");
  const off = Math.abs(difference);
  const said = `this machine's clock is ${formatSeconds(off / 1000)} ${difference > 0 ? "behind" : "ahead of"} that of ${CLOUD_LABELS[cloud]}`;
  if (off < SKEW.warning) area.ok("clock", "as this machine's, within half a minute");
  else if (off < SKEW.problem) area.warn("clock", `${said}; set it, as timedatectl set-ntp true does`);
  else area.fail("clock", `${said}, and requests are refused; set it, as timedatectl set-ntp true does`);
}

/** Problems of a refused preflight, each on its own line. */
function readable(error: unknown): string {
  const [first = "", ...rest] = reasonOf(error).split("\n");
  return rest.length > 0 && rest.every((line) => line.startsWith("- "))
    ? rest.map((line) => line.slice(2)).join("\n")
    : [first, ...rest].join("; ");
}
