/** EC2 calls on instances. */
import {
  DescribeInstancesCommand,
  type Filter,
  GetConsoleOutputCommand,
  type Instance,
  RunInstancesCommand,
  type RunInstancesRequest,
  TerminateInstancesCommand,
} from "@aws-sdk/client-ec2";
import { allPages, PAGE, someNames } from "./pages";
import { call, type Session } from "./session";

/**
 * Launches one instance. @returns it; a reused client token returns the instance of the earlier launch, in its state
 * at that time
 */
export async function runInstance(
  session: Session,
  input: Omit<RunInstancesRequest, "MinCount" | "MaxCount">,
): Promise<Instance | undefined> {
  const command = new RunInstancesCommand({ ...input, MinCount: 1, MaxCount: 1 });
  const answer = await call(session, `RunInstances of ${input.ImageId}`, (abortSignal) =>
    session.clients.ec2.send(command, { abortSignal }),
  );
  return answer.Instances?.[0];
}

/** @throws {CloudFailure} `absent`: one of the ids is unknown, or not visible yet */
export function describeInstances(
  session: Session,
  asked: { readonly ids: readonly string[] } | { readonly filters: readonly Filter[] },
): Promise<Instance[]> {
  const which =
    "ids" in asked ? { InstanceIds: [...asked.ids] } : { Filters: [...asked.filters], MaxResults: PAGE };
  const what = ["DescribeInstances", ...("ids" in asked ? [someNames(asked.ids)] : [])].join(" ");
  return allPages(async (NextToken) => {
    const command = new DescribeInstancesCommand({ ...which, NextToken });
    const answer = await call(session, what, (abortSignal) =>
      session.clients.ec2.send(command, { abortSignal }),
    );
    const items = (answer.Reservations ?? []).flatMap(({ Instances = [] }) => Instances);
    return { items, next: answer.NextToken };
  });
}

/**
 * @param latest the current output, on Nitro types only
 * @returns the last 64 KB of the serial console; "" before there is any output
 */
export async function consoleOf(session: Session, InstanceId: string, latest: boolean): Promise<string> {
  const command = new GetConsoleOutputCommand({ InstanceId, ...(latest && { Latest: true }) });
  const { Output } = await call(session, `GetConsoleOutput ${InstanceId}`, (abortSignal) =>
    session.clients.ec2.send(command, { abortSignal }),
  );
  return Buffer.from(Output ?? "", "base64").toString("utf8");
}

export async function terminateInstance(session: Session, id: string): Promise<void> {
  const command = new TerminateInstancesCommand({ InstanceIds: [id] });
  await call(session, `TerminateInstances ${id}`, (abortSignal) =>
    session.clients.ec2.send(command, { abortSignal }),
  );
}
