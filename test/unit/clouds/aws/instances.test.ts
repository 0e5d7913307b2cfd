import type {
  DescribeInstancesRequest,
  GetConsoleOutputRequest,
  Instance,
  RunInstancesRequest,
  TerminateInstancesRequest,
} from "@aws-sdk/client-ec2";
import { type InstancePlan, withInstance } from "../../../../clouds/aws/instances";
import type { Session } from "../../../../clouds/aws/api/session";
import { PATIENT } from "../../../../clouds/retry";
import { type Answers, clientsAnswering, sessionAnswering } from "./answering";
import { awsError } from "./fake-region";

const PLAN: InstancePlan = {
  owner: "urn:one",
  imageId: "ami-1",
  instanceType: "t3.micro",
  userData: "#!/bin/sh\n",
  tags: {},
};

/** EC2 with instances only: an instance hidden from DescribeInstances exists all the same. */
class FakeInstances {
  readonly states = new Map<string, string>();
  readonly tokens = new Map<string, { id: string; request: string }>();
  readonly hidden = new Set<string>();
  readonly ended: string[] = [];
  fault: (call: string) => void = () => undefined;
  nitro = true;

  async run({ ClientToken: token = "", ...rest }: RunInstancesRequest): Promise<Instance> {
    this.fault("run");
    const request = JSON.stringify(rest);
    const before = this.tokens.get(token);
    if (before && before.request !== request) throw awsError("IdempotentParameterMismatch", 400);
    const id = before?.id ?? `i-${this.states.size}`;
    if (!before) this.states.set(id, "pending");
    this.tokens.set(token, { id, request });
    return { InstanceId: id, State: { Name: "pending" } };
  }
  async instances({ InstanceIds }: DescribeInstancesRequest): Promise<Instance[]> {
    this.fault("describe");
    const wanted = InstanceIds ?? [...this.states.keys()];
    return wanted
      .filter((id) => !this.hidden.has(id))
      .filter((id) => InstanceIds !== undefined || this.states.get(id) !== "terminated")
      .map((id) => ({ InstanceId: id, State: { Name: this.states.get(id) as "running" } }));
  }
  async console(_id: string, latest: boolean): Promise<string> {
    if (latest && !this.nitro) throw awsError("UnsupportedOperation", 400);
    return latest ? "latest" : "posted";
  }
  async terminate(id: string): Promise<void> {
    this.fault("terminate");
    this.ended.push(id);
    this.states.set(id, "terminated");
  }

  /** By operation name as clients send it. */
  readonly answers: Answers = {
    RunInstances: async (input: RunInstancesRequest) => ({ Instances: [await this.run(input)] }),
    DescribeInstances: async (input: DescribeInstancesRequest) => ({
      Reservations: [{ Instances: await this.instances(input) }],
    }),
    GetConsoleOutput: async ({ InstanceId = "", Latest = false }: GetConsoleOutputRequest) => ({
      Output: Buffer.from(await this.console(InstanceId, Latest)).toString("base64"),
    }),
    TerminateInstances: async ({ InstanceIds = [] }: TerminateInstancesRequest) => {
      for (const id of InstanceIds) await this.terminate(id);
    },
  };
}

function sessionOf(signal = new AbortController().signal): Session & { warned: string[] } {
  const warned: string[] = [];
  const policy = { ...PATIENT, attempts: 2, wait: async () => undefined };
  const session = sessionAnswering({}, { signal, policy, warn: (line) => void warned.push(line) });
  return { ...session, warned };
}

const run = (
  fake: FakeInstances,
  use: Parameters<typeof withInstance>[2] = (watch) => Promise.resolve(watch.id),
  { plan = PLAN, session = sessionOf() } = {},
) => withInstance({ ...session, clients: clientsAnswering(fake.answers) }, plan, use);

test("each check has an instance of its own, though its token was used before", async () => {
  const fake = new FakeInstances();
  expect(await run(fake)).toBe("i-0");
  expect(await run(fake)).toBe("i-1");
  expect(await run(fake, undefined, { plan: { ...PLAN, userData: "another" } })).toBe("i-2");
  expect(fake.ended).toEqual(["i-0", "i-1", "i-2"]);
});

test("an instance of a killed run that DescribeInstances does not show yet is taken over and ended", async () => {
  const fake = new FakeInstances();
  fake.hidden.add("i-0");
  // The run that was killed: it launched an instance, and did not terminate it.
  fake.fault = (call) => {
    if (call === "terminate") throw awsError("UnauthorizedOperation", 403);
  };
  await run(fake).catch(() => undefined);
  fake.fault = () => undefined;
  expect(await run(fake)).toBe("i-0");
  expect(fake.states).toEqual(new Map([["i-0", "terminated"]]));
});

test("an answer that is lost on the way costs no second instance", async () => {
  const fake = new FakeInstances();
  const launch = fake.run.bind(fake);
  let lost = false;
  fake.run = async (input) => {
    const answer = await launch(input);
    if (!lost) {
      lost = true;
      throw Object.assign(new Error("socket hang up"), { code: "ECONNRESET" });
    }
    return answer;
  };
  expect(await run(fake)).toBe("i-0");
  expect(fake.states.size).toBe(1);
});

test("a type without Nitro shows what was posted, and that is said once", async () => {
  const fake = new FakeInstances();
  fake.nitro = false;
  const session = sessionOf();
  const looks = await run(
    fake,
    async (watch) => [(await watch.look()).console, (await watch.look()).console],
    { session },
  );
  expect(looks).toEqual(["posted", "posted"]);
  expect(session.warned).toEqual([expect.stringContaining("take an instance type on Nitro")]);
});

test("when an instance cannot be ended, the error says what is wrong with the image, and how to end it by hand", async () => {
  const fake = new FakeInstances();
  fake.fault = (call) => {
    if (call === "terminate") throw awsError("UnauthorizedOperation", 403);
  };
  const broken = run(fake, () => Promise.reject(new Error("it does not boot")));
  await expect(broken).rejects.toThrow(
    /^it does not boot; and i-0 in eu-central-1 may still run and cost money \(.*UnauthorizedOperation.*\): aws ec2 terminate-instances --region eu-central-1 --instance-ids i-0$/,
  );
});

test("a stop between launch and the first look ends the instance", async () => {
  const fake = new FakeInstances();
  const stop = new AbortController();
  let described = 0;
  fake.fault = (call) => {
    if (call === "describe" && ++described === 2) {
      stop.abort();
      throw awsError("RequestLimitExceeded", 503);
    }
  };
  await expect(run(fake, undefined, { session: sessionOf(stop.signal) })).rejects.toThrow(
    "stopped by request",
  );
  expect(fake.ended).toEqual(["i-0"]);
});
