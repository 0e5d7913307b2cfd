import { randomBytes, timingSafeEqual } from "node:crypto";
import http from "node:http";
import type { AddressInfo } from "node:net";
import type { Rehearsal } from "./running";

interface Control {
  readonly port: number;
  readonly token: string;
  close(): Promise<void>;
}

/** The port through which `imprimatur rehearsal …` controls a running server; the token is in its folder. */
export async function listenForControl(rehearsal: Rehearsal): Promise<Control> {
  const token = randomBytes(24).toString("hex");
  const server = http.createServer((request, response) => {
    const answer = isAllowed(request, token)
      ? handle(request, rehearsal)
      : Promise.resolve<Answer>({ status: 403, body: { error: "wrong token" } });
    void answer.then(({ status, body, afterwards }) => {
      response.writeHead(status, { "content-type": "application/json", connection: "close" });
      response.end(JSON.stringify(body), afterwards);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    token,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeIdleConnections();
      }),
  };
}

interface Answer {
  status: number;
  body: unknown;
  /** Runs after the response was sent. */
  afterwards?: () => void;
}

async function handle(request: http.IncomingMessage, rehearsal: Rehearsal): Promise<Answer> {
  try {
    switch (`${request.method} ${request.url}`) {
      case "GET /environment":
        return { status: 200, body: rehearsal.environment() };
      case "GET /inventory":
        return { status: 200, body: await rehearsal.inventory() };
      case "GET /traffic":
        return { status: 200, body: { received: await rehearsal.received() } };
      case "GET /rights":
        return { status: 200, body: rightsOf(rehearsal, false) };
      case "POST /rights":
        return { status: 200, body: rightsOf(rehearsal, true) };
      case "POST /fault":
        return { status: 200, body: await applyFault(await readJson(request), rehearsal) };
      case "POST /stop":
        return { status: 200, body: {}, afterwards: () => void rehearsal.stop() };
      default:
        return { status: 404, body: { error: `no such request: ${request.method} ${request.url}` } };
    }
  } catch (error) {
    return { status: 400, body: { error: error instanceof Error ? error.message : String(error) } };
  }
}

/** @param forget what comes after it is told alone next time */
function rightsOf({ clouds }: Rehearsal, forget: boolean): object {
  return Object.fromEntries(Object.entries(clouds).map(([name, cloud]) => [name, cloud.rights(forget)]));
}

async function applyFault(given: unknown, rehearsal: Rehearsal): Promise<unknown> {
  if (typeof given !== "object" || given === null) throw new Error("a fault is a JSON object");
  const { cloud = "aws", ...fault } = given as { cloud?: string };
  const running = rehearsal.clouds[cloud];
  if (!running) {
    throw new Error(
      `no cloud ${JSON.stringify(cloud)}; there are ${Object.keys(rehearsal.clouds).join(", ")}`,
    );
  }
  if (!running.fault) throw new Error(`the stand-in ${cloud} takes no faults`);
  return (await running.fault(fault)) ?? {};
}

function isAllowed(request: http.IncomingMessage, token: string): boolean {
  const given = Buffer.from(request.headers.authorization ?? "");
  const wanted = Buffer.from(`Bearer ${token}`);
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}

async function readJson(request: http.IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  try {
    return JSON.parse(Buffer.concat(chunks).toString());
  } catch {
    throw new Error("a fault is a JSON object; this is not JSON");
  }
}
