/** The calls of EC2 on instances that are used, over the official client. */
import {
  DescribeInstancesCommand,
  type EC2Client,
  type Filter,
  GetConsoleOutputCommand,
  type Instance,
  RunInstancesCommand,
  type RunInstancesRequest,
  TerminateInstancesCommand,
} from "@aws-sdk/client-ec2";

export interface InstanceApi {
  run(input: RunInstancesRequest, signal: AbortSignal): Promise<Instance | undefined>;
  instances(
    which: { InstanceIds: string[] } | { Filters: Filter[] },
    signal: AbortSignal,
  ): Promise<Instance[]>;
  /** What the serial console shows, its last 64 KB; "" before there is anything. */
  console(id: string, latest: boolean, signal: AbortSignal): Promise<string>;
  terminate(id: string, signal: AbortSignal): Promise<unknown>;
}

export function instanceApi(client: EC2Client): InstanceApi {
  return {
    async run(input, abortSignal) {
      return (await client.send(new RunInstancesCommand(input), { abortSignal })).Instances?.[0];
    },
    async instances(which, abortSignal) {
      const { Reservations = [] } = await client.send(new DescribeInstancesCommand(which), { abortSignal });
      return Reservations.flatMap(({ Instances = [] }) => Instances);
    },
    async console(InstanceId, Latest, abortSignal) {
      const command = new GetConsoleOutputCommand({ InstanceId, ...(Latest && { Latest }) });
      const { Output } = await client.send(command, { abortSignal });
      return Buffer.from(Output ?? "", "base64").toString("utf8");
    },
    terminate: (id, abortSignal) =>
      client.send(new TerminateInstancesCommand({ InstanceIds: [id] }), { abortSignal }),
  };
}
