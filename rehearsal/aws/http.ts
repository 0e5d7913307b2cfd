import { randomUUID } from "node:crypto";
import http from "node:http";
import type { AddressInfo } from "node:net";
import type { RightsBook } from "../asked-rights";
import type { Call } from "./call";
import { ebsService } from "./ebs/service";
import { ec2 } from "./ec2/service";
import type { FaultBook } from "./faults";
import { authorize } from "./iam/authorize";
import { iam } from "./iam/service";
import { kms } from "./kms/service";
import { AwsError } from "./protocol/errors";
import { readRequest, type RawRequest } from "./protocol/request";
import { readCredential, verify } from "./protocol/sigv4";
import { serviceQuotas } from "./quotas/service";
import type { Answer, Service } from "./service";
import { ssm } from "./ssm/service";
import { isRegion } from "./state/regions";
import type { World } from "./state/world";
import { sts } from "./sts/service";

/** The registry of web services, by the name in the credential scope of their requests. */
function services(): Record<string, Service> {
  return { ec2, ebs: ebsService(), iam, kms, ssm, sts, servicequotas: serviceQuotas };
}

interface Listening {
  readonly port: number;
  close(): Promise<void>;
}

/** All services of all regions on one port, distinguished by the signature's scope. */
export async function listen(
  world: World,
  faults: FaultBook,
  rights: RightsBook,
  { port, log }: { readonly port: number; readonly log: (line: string) => void },
): Promise<Listening> {
  const known = services();
  const server = http.createServer((incoming, outgoing) => {
    const requestId = randomUUID();
    void handle(incoming, outgoing, { known, world, faults, rights, requestId, log }).then(
      (answer) => answer && send(outgoing, answer, requestId),
      () => outgoing.destroy(),
    );
  });
  // Uploads keep many connections open and idle between blocks.
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

interface Handling {
  readonly known: Record<string, Service>;
  readonly world: World;
  readonly faults: FaultBook;
  readonly rights: RightsBook;
  readonly requestId: string;
  readonly log: (line: string) => void;
}

/** read → authenticate → faults → authorize → the service → storage faults. The order is the whole pipeline. */
async function handle(
  incoming: http.IncomingMessage,
  outgoing: http.ServerResponse,
  { known, world, faults, rights, requestId, log }: Handling,
): Promise<Answer | undefined> {
  let service: Service = ec2;
  let line = `${incoming.method} ${incoming.url?.split("?")[0]}`;
  try {
    const request = await readRequest(incoming);
    const credential = readCredential(request.headers["authorization"]);
    const name = credential?.service ?? guessService(request);
    const chosen = known[name];
    if (!chosen) throw new AwsError("UnknownService", `The stand-in AWS has no service '${name}'.`, 404);
    service = chosen;
    const action = service.action(request);
    line = `${name} ${action} ${credential?.region ?? ""}`;
    const call = authenticate(request, credential, service, world, requestId);
    const asked = {
      service: name,
      operation: action,
      path: request.path,
      region: call.region,
      account: call.account.id,
    };
    if (await faults.strike(asked, call, request, outgoing)) return undefined;
    rights.during(call.user.name, action, () => authorize(name, action, request, call));
    const answer = await service.answer(faults.onTheWire(asked, request), action, call);
    await faults.inTheStorage(action, call);
    log(`${line} ${call.account.name} ${answer.status}`);
    return answer;
  } catch (error) {
    const answer = service.refuse(error, requestId);
    log(`${line} ${answer.status} ${error instanceof Error ? error.message : String(error)}`);
    return answer;
  }
}

function authenticate(
  request: RawRequest,
  credential: ReturnType<typeof readCredential>,
  service: Service,
  world: World,
  requestId: string,
): Call {
  if (!credential) throw service.unauthenticated("no-signature");
  const caller = world.users.byAccessKey(credential.accessKeyId);
  if (!caller) throw service.unauthenticated("unknown-key");
  const { account, user } = caller;
  const verdict = verify(request, credential, user.secretAccessKey);
  if (verdict !== "valid") throw service.unauthenticated(verdict);
  const { region } = credential;
  if (!isRegion(region) || world.accounts.optedIn(account.id, region) === "not-opted-in") {
    throw service.unauthenticated("region");
  }
  return { world, account, user, region, requestId };
}

/** Only for the error message of an unsigned request. */
function guessService(request: RawRequest): string {
  if (request.path.startsWith("/snapshots")) return "ebs";
  if (request.headers["x-amz-target"]?.startsWith("AmazonSSM")) return "ssm";
  if (request.headers["x-amz-target"]?.startsWith("TrentService")) return "kms";
  return "ec2";
}

function send(outgoing: http.ServerResponse, answer: Answer, requestId: string): void {
  const body = typeof answer.body === "string" ? Buffer.from(answer.body) : answer.body;
  outgoing.writeHead(answer.status, {
    ...answer.headers,
    "content-length": body.length,
    "x-amzn-requestid": requestId,
  });
  outgoing.end(body);
}
