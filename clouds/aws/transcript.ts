/** Exchanges of the AWS SDK, at its request handler: the last stage of a request, and the first of a response. */
import type { NodeHttpHandler } from "@smithy/node-http-handler";
import { Readable } from "node:stream";
import { noteDate } from "../clock";
import { transportFailure } from "../failure";
import { addExchange } from "../transcript/attempt";
import { bytes, parseBody } from "../transcript/bodies";
import { activeTranscript, type Exchange } from "../transcript/transcript";

type Handle = NodeHttpHandler["handle"];
type Request = Parameters<Handle>[0];
type Response = Awaited<ReturnType<Handle>>["response"];

/** Endpoint of a client. */
interface Place {
  readonly service: string;
  readonly region: string;
}

/**
 * Records the exchanges of a handler for one service of one region. Without a transcript the handler is unchanged.
 */
export function transcribeHandler(handler: NodeHttpHandler, { service, region }: Place): NodeHttpHandler {
  const handle = handler.handle.bind(handler);
  handler.handle = async (request, options) => {
    if (activeTranscript() === undefined) {
      const handled = await handle(request, options);
      noteDate("aws", handled.response.headers.date);
      return handled;
    }
    const started = Date.now();
    try {
      const { response } = await handle(request, options);
      noteDate("aws", response.headers.date);
      const body = await bodyOf(request, response);
      add({ service, region }, request, started, { response, body });
      return { response };
    } catch (error) {
      add({ service, region }, request, started, { failure: transportFailure(error)?.kind ?? "network" });
      throw error;
    }
  };
  return handler;
}

/** The response's text, restored for the SDK to read. Disk blocks are not read. */
async function bodyOf(request: Request, response: Response): Promise<Buffer | undefined> {
  if (isBlock(request) && response.statusCode < 300) return undefined;
  if (!(response.body instanceof Readable)) return undefined;
  const chunks: Buffer[] = [];
  for await (const chunk of response.body) chunks.push(Buffer.from(chunk as Uint8Array));
  const whole = Buffer.concat(chunks);
  response.body = Readable.from(whole.length > 0 ? [whole] : [], { objectMode: false });
  return whole;
}

function isBlock({ method, path }: Request): boolean {
  return method === "GET" && /^\/snapshots\/[^/]+\/blocks\/\d+$/.test(path);
}

/** Outcome of an exchange. */
interface End {
  readonly response?: Response;
  readonly body?: Buffer | undefined;
  readonly failure?: Exchange["failure"];
}

function add(
  { service, region }: Place,
  request: Request,
  started: number,
  { response, body, failure }: End,
): void {
  const shaper = activeTranscript()?.shaper;
  if (!shaper) return;
  const sent = sentBody(request);
  const query = new URLSearchParams(
    Object.entries(request.query ?? {}).flatMap(([name, values]) =>
      [values].flat().map((value): [string, string] => [name, value ?? ""]),
    ),
  );
  const answered = response && {
    status: response.statusCode,
    answer: {
      headers: shaper.headers(Object.entries(response.headers)),
      ...answerBody(shaper, request, response, body),
    },
  };
  const operation = operationOf(request, sent);
  addExchange({
    time: new Date(started).toISOString(),
    ms: Date.now() - started,
    cloud: "aws",
    service,
    region,
    operation,
    method: request.method,
    path: pathOf(shaper, request.path),
    ...(query.size > 0 && { query: shaper.query(query) }),
    request: {
      headers: shaper.headers(Object.entries(request.headers)),
      ...(sent !== undefined && { body: shaper.value(sent) }),
    },
    ...answered,
    ...(failure && { failure }),
  });
}

function answerBody(
  shaper: { value(value: unknown): unknown },
  request: Request,
  { headers, statusCode }: Response,
  body: Buffer | undefined,
): { body?: unknown } {
  if (isBlock(request) && statusCode < 300) return { body: bytes(Number(headers["content-length"] ?? 0)) };
  const parsed = parseBody(body, headers["content-type"]);
  return parsed === undefined ? {} : { body: shaper.value(parsed) };
}

/** A block's index is not an identifier. */
function pathOf(shaper: { path(path: string): string }, path: string): string {
  const [, start, index] = /^(\/snapshots\/[^/]+\/blocks\/)(\d{1,9})$/.exec(path) ?? [];
  return start === undefined ? shaper.path(path) : `${shaper.path(start)}${index}`;
}

function sentBody({ body, headers }: Request): unknown {
  if (body === undefined || body === null) return undefined;
  const isText = typeof body === "string";
  const isBinary = body instanceof Uint8Array;
  if (!isText && !isBinary) return bytes(Number(headers["content-length"] ?? 0));
  return parseBody(
    isText ? body : Buffer.from(body.buffer, body.byteOffset, body.byteLength),
    headers["content-type"],
  );
}

/** AWS's operation name: from the form, a header, or method and path. */
function operationOf({ method, path, headers }: Request, sent: unknown): string | undefined {
  const action = (sent as { Action?: unknown } | undefined)?.Action;
  if (typeof action === "string" && /^[A-Z][A-Za-z]{2,60}$/.test(action)) return action;
  const target = /\.([A-Z][A-Za-z]{2,60})$/.exec(headers["x-amz-target"] ?? "")?.[1];
  if (target !== undefined) return target;
  if (/^\/snapshots\/?$/.test(path)) return "StartSnapshot";
  if (/^\/snapshots\/completion\//.test(path)) return "CompleteSnapshot";
  if (/^\/snapshots\/[^/]+\/blocks\/\d+$/.test(path))
    return method === "PUT" ? "PutSnapshotBlock" : "GetSnapshotBlock";
  return /^\/snapshots\/[^/]+\/blocks$/.test(path) ? "ListSnapshotBlocks" : undefined;
}
