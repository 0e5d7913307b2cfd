import { AdaptiveLimit } from "../../../../clouds/adaptive-limit";
import type { Clients } from "../../../../clouds/aws/api/clients";
import type { Session } from "../../../../clouds/aws/api/session";
import { PATIENT } from "../../../../clouds/retry";

/** A fake AWS's answers by operation name; an operation that is not here fails. */
export type Answers = Readonly<
  /* eslint-disable-next-line @typescript-eslint/no-explicit-any -- the input of whatever operation it is */
  Record<string, (input: any, signal: AbortSignal) => Promise<unknown>>
>;

/** Clients of all services with these answers, which send nothing. */
export function clientsAnswering(answers: Answers): Clients {
  const answer = async (operation: string, input: unknown, signal: AbortSignal) => {
    const known = answers[operation];
    if (known === undefined) throw new Error(`this fake does not answer ${operation}`);
    return (await known(input, signal)) ?? {};
  };
  const client = {
    send: (command: { input: unknown; constructor: { name: string } }, how: { abortSignal: AbortSignal }) =>
      answer(command.constructor.name.replace(/Command$/, ""), command.input, how.abortSignal),
  };
  return {
    ...{ ebs: client, ec2: client, kms: client, ssm: client, sts: client },
    signed: async ({ operation, body }: { operation: string; body: string }, signal: AbortSignal) => ({
      status: 200,
      text: await answer(operation, body, signal),
    }),
  } as unknown as Clients;
}

/** A session with a fake, whose waits take no time. */
export function sessionAnswering(answers: Answers, given: Partial<Session> = {}): Session {
  return {
    region: "eu-central-1",
    clients: clientsAnswering(answers),
    signal: new AbortController().signal,
    policy: { ...PATIENT, wait: async () => undefined },
    limit: new AdaptiveLimit(),
    status: () => undefined,
    warn: () => undefined,
    ...given,
  };
}
