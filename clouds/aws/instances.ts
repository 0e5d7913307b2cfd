/**
 * A temporary instance, launched to observe an image's boot, and terminated in every case.
 *
 * A killed run leaves its instance behind. Three mechanisms terminate it: the next run finds it by {@link
 * TAG.bootCheck}; one that DescribeInstances does not show yet is found by the client token; and the instance shuts
 * itself down after a while, which terminates it (`InstanceInitiatedShutdownBehavior`).
 */
import { createHash, randomUUID } from "node:crypto";
import type { Instance } from "@aws-sdk/client-ec2";
import { TAG } from "../../facts/tags";
import { CloudFailure, failedWith } from "../failure";
import { wait } from "../retry";
import { consoleOf, describeInstances, runInstance, terminateInstance } from "./api/instances";
import { ifPresent, type Session } from "./api/session";
import { tagList } from "./api/tags";
import { retryWhileAbsent } from "./retry-while-absent";

export interface InstancePlan {
  /** Unique in the account: the resource's URN. */
  readonly owner: string;
  readonly imageId: string;
  readonly instanceType: string;
  readonly subnetId?: string;
  /** A script for cloud-init; at most 16 KB. */
  readonly userData: string;
  readonly tags: Record<string, string>;
}

interface InstanceSight {
  /** `pending`, `running`, `shutting-down`, `terminated`, `stopping`, `stopped`; absent: not visible yet. */
  readonly state?: string;
  /** Reason of the state, in AWS's words, if any. */
  readonly reason?: string;
  /** The last 64 KB of the serial console, including control sequences. */
  readonly console: string;
}

/**
 * RunInstances returns the instance of a reused token even if it has been terminated: try that many tokens, then use
 * a random one.
 */
const GENERATIONS = 16;
/** States in which the console no longer changes. */
export const ENDED_STATES = ["shutting-down", "terminated", "stopping", "stopped"];
/**
 * Milliseconds within which an instance must be terminated: typically half a minute, for some types several minutes.
 */
const END_LIMIT = 15 * 60_000;
const FIRST_POLL = 250;
const LONGEST_POLL = 5_000;

/** Filter of DescribeInstances for instances not terminated: a terminated one is listed for an hour. */
export const NOT_TERMINATED = {
  Name: "instance-state-name",
  Values: ["pending", "running", "stopping", "stopped"],
};

/** The value of {@link TAG.bootCheck}, and the prefix of the client tokens (64 characters at most). */
export function bootCheckMark({ owner, imageId }: Pick<InstancePlan, "owner" | "imageId">): string {
  return createHash("sha256").update(`${owner}\n${imageId}`).digest("hex").slice(0, 40);
}

/**
 * Launches an instance for the duration of `use`: no key pair, no public address, no role, metadata only with session
 * tokens. An instance left by an earlier run of the same check is terminated first. After a cancellation termination
 * is requested and not awaited: it completes without this process.
 */
export async function withInstance<T>(
  session: Session,
  plan: InstancePlan,
  use: (watch: InstanceWatch) => Promise<T>,
): Promise<T> {
  const mark = bootCheckMark(plan);
  await endLeft(session, mark);
  for (let generation = 0; ; generation++) {
    const token = generation < GENERATIONS ? `${mark}-${generation}` : randomUUID();
    const { InstanceId: id, State } = (await runWith(session, plan, mark, token)) ?? {};
    // A reused token returns the state at first use.
    if (id === undefined || ENDED_STATES.includes(State?.Name ?? "")) continue;
    const used = await ending(session, id, async () => {
      const { state } = await seeInstance(session, id);
      if (state !== undefined && ENDED_STATES.includes(state)) return undefined;
      return { value: await use(new InstanceWatch(session, id)) };
    });
    if (used) return used.value;
  }
}

/**
 * Runs `use` and terminates the instance in every case; reports both errors if both fail.
 *
 * @param use returns `undefined` for an instance that has ended already
 */
async function ending<T>(
  session: Session,
  id: string,
  use: () => Promise<T | undefined>,
): Promise<T | undefined> {
  const end = () =>
    endInstance({ ...session, signal: new AbortController().signal }, id, !session.signal.aborted);
  let result: T | undefined;
  try {
    result = await use();
  } catch (error) {
    await end().catch((second: Error) => {
      throw new CloudFailure(
        error instanceof CloudFailure ? error.kind : "refused",
        `${error instanceof Error ? error.message : String(error)}; and ${second.message}`,
      );
    });
    throw error;
  }
  if (result !== undefined) await end();
  return result;
}

async function endLeft(session: Session, mark: string): Promise<void> {
  const filters = [{ Name: `tag:${TAG.bootCheck}`, Values: [mark] }, NOT_TERMINATED];
  const left = await describeInstances(session, { filters });
  for (const { InstanceId: id } of left) {
    if (id === undefined) continue;
    session.warn(`${id} in ${session.region} was left by an earlier check and is ended`);
    await endInstance(session, id);
  }
}

/** `undefined`: the token belongs to a launch with other parameters. */
async function runWith(
  session: Session,
  plan: InstancePlan,
  mark: string,
  token: string,
): Promise<Instance | undefined> {
  const { imageId, instanceType, subnetId, userData } = plan;
  const Tags = tagList({ ...plan.tags, [TAG.bootCheck]: mark });
  const run = () =>
    runInstance(session, {
      ImageId: imageId,
      InstanceType: instanceType as Instance["InstanceType"],
      ClientToken: token,
      UserData: Buffer.from(userData).toString("base64"),
      InstanceInitiatedShutdownBehavior: "terminate",
      MetadataOptions: { HttpTokens: "required", HttpEndpoint: "enabled", HttpPutResponseHopLimit: 1 },
      NetworkInterfaces: [
        {
          DeviceIndex: 0,
          AssociatePublicIpAddress: false,
          DeleteOnTermination: true,
          SubnetId: subnetId,
        },
      ],
      TagSpecifications: [
        { ResourceType: "instance", Tags },
        { ResourceType: "volume", Tags },
      ],
    });
  try {
    return await retryWhileAbsent(session, imageId, run);
  } catch (error) {
    if (failedWith(error, "refused") && error.code === "IdempotentParameterMismatch") return undefined;
    throw error;
  }
}

/** The instance's state, without its console. */
async function seeInstance(session: Session, id: string): Promise<Omit<InstanceSight, "console">> {
  const found = await ifPresent(describeInstances(session, { ids: [id] }));
  const { State, StateReason } = found?.[0] ?? {};
  return {
    ...(State?.Name !== undefined && { state: State.Name }),
    ...(StateReason?.Message !== undefined && { reason: StateReason.Message }),
  };
}

/** Observes instances of one type; reads the latest console output if the type supports it. */
class InstanceWatch {
  private latest = true;

  constructor(
    private readonly session: Session,
    readonly id: string,
  ) {}

  async look(): Promise<InstanceSight> {
    const { session, id } = this;
    return { ...(await seeInstance(session, id)), console: await this.console() };
  }

  private async console(): Promise<string> {
    const { session, id, latest } = this;
    try {
      return (await ifPresent(consoleOf(session, id, latest))) ?? "";
    } catch (error) {
      const isOld = failedWith(error, "refused") && error.code === "UnsupportedOperation";
      if (!latest || !isOld) throw error;
      // "This option is supported on instance types that use the Nitro hypervisor" (EC2 API reference, 2026-11).
      this.latest = false;
      session.warn(
        `${id} in ${session.region} is of a type that does not show the latest of its console: ` +
          "what it shows comes minutes later; take an instance type on Nitro, as t3.micro",
      );
      return this.console();
    }
  }
}

/**
 * Terminates an instance and waits until it has ended; one that is absent is accepted.
 *
 * @param awaited false: termination is only requested
 * @throws {CloudFailure} with the manual cure: a running instance costs money
 */
export async function endInstance(session: Session, id: string, awaited = true): Promise<void> {
  const { region } = session;
  try {
    await retryWhileAbsent(session, id, () => terminateInstance(session, id));
    let waited = 0;
    for (let pace = FIRST_POLL; awaited; pace = Math.min(LONGEST_POLL, pace * 1.5)) {
      const { state } = await seeInstance(session, id);
      if (state === undefined || state === "terminated") return;
      if (waited > END_LIMIT) {
        throw new CloudFailure("timeout", `it is still "${state}" after ${END_LIMIT / 60_000} minutes`);
      }
      session.status(`${id} ${state}`);
      await wait(session.policy, pace, session.signal);
      waited += pace;
    }
  } catch (error) {
    if (failedWith(error, "absent")) return;
    const why = error instanceof Error ? error.message : String(error);
    throw new CloudFailure(
      error instanceof CloudFailure ? error.kind : "refused",
      `${id} in ${region} may still run and cost money (${why}): ` +
        `aws ec2 terminate-instances --region ${region} --instance-ids ${id}`,
    );
  }
}
