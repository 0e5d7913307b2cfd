/** Exchanges over `fetch`: Google Cloud and Azure, each at the one function that sends its requests. */
import type { Cloud } from "../../facts/clouds";
import { noteDate } from "../clock";
import { transportFailure } from "../failure";
import { addExchange } from "./attempt";
import { bytes, parseBody } from "./bodies";
import { activeTranscript, type Exchange } from "./transcript";

interface SentRequest {
  method: string;
  url: string;
  json?: unknown;
  /** Raw bytes to send: only the length is recorded. */
  body?: Buffer | readonly Buffer[];
  headers?: Record<string, string>;
}

interface ReceivedAnswer {
  status: number;
  headers: Headers;
  text?: string;
  body?: Buffer;
  /** Raw bytes received: only the length is recorded. */
  bytes?: Buffer;
}

/** The services of one cloud whose requests `fetch` sends. */
export interface Service {
  readonly cloud: Cloud;
  /** Name of the service that a request is for, as a transcript has it. */
  readonly serviceOf: (url: URL) => string;
  /** Service whose answers are bytes of a disk, unless they are XML. */
  readonly holdsDisks?: string;
}

/** A `send` that records its exchanges. Without a transcript it is `send` itself. */
export function transcribed<Q extends SentRequest, A extends ReceivedAnswer>(
  service: Service,
  send: (request: Q, signal: AbortSignal) => Promise<A>,
): (request: Q, signal: AbortSignal) => Promise<A> {
  return async (request, signal) => {
    if (activeTranscript() === undefined) return dated(service, await send(request, signal));
    const started = Date.now();
    try {
      const answer = await send(request, signal);
      add(service, request, started, answer);
      return dated(service, answer);
    } catch (error) {
      add(
        service,
        request,
        started,
        undefined,
        transportFailure(error)?.kind ?? (signal.aborted ? "cancelled" : "network"),
      );
      throw error;
    }
  };
}

function dated<A extends ReceivedAnswer>({ cloud }: Service, answer: A): A {
  noteDate(cloud, answer.headers.get("date"));
  return answer;
}

function add(
  { cloud, serviceOf, holdsDisks }: Service,
  { method, url, json, body, headers = {} }: SentRequest,
  started: number,
  answer?: ReceivedAnswer,
  failure?: Exchange["failure"],
): void {
  const shaper = activeTranscript()?.shaper;
  if (!shaper) return;
  const target = new URL(url);
  const { pathname, searchParams } = target;
  const service = serviceOf(target);
  const query = shaper.query(searchParams);
  const length = body === undefined ? undefined : [body].flat().reduce((sum, part) => sum + part.length, 0);
  addExchange({
    time: new Date(started).toISOString(),
    ms: Date.now() - started,
    cloud,
    service,
    method,
    path: shaper.path(pathname),
    ...(searchParams.size > 0 && { query }),
    request: {
      headers: shaper.headers(Object.entries(headers)),
      ...(json !== undefined && { body: shaper.value(json) }),
      ...(length !== undefined && { body: bytes(length) }),
    },
    ...(answer && {
      status: answer.status,
      answer: {
        headers: shaper.headers(answer.headers.entries()),
        ...answerBody(shaper, answer, service === holdsDisks),
      },
    }),
    ...(failure && { failure }),
  });
}

function answerBody(
  shaper: { value(value: unknown): unknown },
  { headers, text, body, bytes: read }: ReceivedAnswer,
  holdsDisk: boolean,
): { body?: unknown } {
  const type = headers.get("content-type") ?? "";
  const isPages = holdsDisk && !/xml/.test(type);
  if (read !== undefined) return { body: shaper.value(bytes(read.length)) };
  const parsed = isPages && body && body.length > 0 ? bytes(body.length) : parseBody(text ?? body, type);
  return parsed === undefined ? {} : { body: shaper.value(parsed) };
}
