/** Network faults on requests and responses, independent of the service. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { setTimeout as pause } from "node:timers/promises";
import { z } from "zod";

const byte = z.int().min(0).optional().describe("which byte of the body; default: the one in its middle");

/** On the response: the request was carried out. */
export const ANSWER_KINDS = {
  reset: {
    what: "the connection breaks in the middle of the answer: what was asked for was done",
    keys: { afterBytes: z.int().min(0).default(0).describe("bytes of the answer's body that arrive") },
    example: { operation: "*Image*", afterBytes: 20 },
  },
  trickle: {
    what: "the answer's body comes slowly, all the time",
    keys: { bytesPerSecond: z.int().positive().describe("rate of one answer") },
    example: { bytesPerSecond: 1000 },
  },
  "flip-answer": {
    what: "one bit of the answer's body turns on its way",
    keys: { byte },
    example: { times: 1 },
  },
};

/** On the request. */
export const REQUEST_KINDS = {
  hang: { what: "no answer ever comes", keys: {}, example: { times: 3 } },
  slow: {
    what: "each request waits before anything is done with it; 0 seconds ends all of these",
    keys: { seconds: z.number().min(0).describe("the wait") },
    example: { seconds: 2 },
  },
  drop: {
    what: "the connection is closed without an answer; nothing was done",
    keys: {},
    example: { times: 2 },
  },
};

type AnswerFault =
  | { readonly kind: "reset"; readonly afterBytes: number }
  | { readonly kind: "trickle"; readonly bytesPerSecond: number }
  | { readonly kind: "flip-answer"; readonly byte?: number | undefined };

/** Eight pieces a second: slow, but steady. */
const PIECES = 8;

/** Applies a fault to a response not written yet. Its body is buffered until complete. */
export function spoil(response: ServerResponse, fault: AnswerFault): void {
  const chunks: Buffer[] = [];
  const write = response.write.bind(response) as (chunk: Buffer, sent?: () => void) => boolean;
  const end = response.end.bind(response) as () => ServerResponse;
  const keep = (chunk: unknown) => {
    if (typeof chunk === "string" || chunk instanceof Uint8Array) chunks.push(Buffer.from(chunk));
  };
  response.write = (chunk: unknown, ...rest: unknown[]) => {
    keep(chunk);
    for (const done of rest) if (typeof done === "function") process.nextTick(done);
    return true;
  };
  response.end = (chunk?: unknown, ...rest: unknown[]) => {
    keep(chunk);
    for (const done of rest) if (typeof done === "function") response.once("finish", done as () => void);
    const body = Buffer.concat(chunks);
    if (fault.kind === "reset") {
      const part = body.subarray(0, fault.afterBytes);
      if (part.length === 0) response.socket?.destroy();
      else write(part, () => response.socket?.destroy());
    } else if (fault.kind === "trickle") void slowly(body, fault.bytesPerSecond, write, end);
    else {
      if (body.length > 0) write(turned(body, fault.byte));
      end();
    }
    return response;
  };
}

async function slowly(
  body: Buffer,
  bytesPerSecond: number,
  write: (chunk: Buffer) => boolean,
  end: () => void,
): Promise<void> {
  const piece = Math.max(1, Math.ceil(bytesPerSecond / PIECES));
  for (let at = 0; at < body.length; at += piece) {
    await pause((piece / bytesPerSecond) * 1000);
    write(body.subarray(at, at + piece));
  }
  end();
}

/** A copy with one bit flipped. */
function turned(body: Buffer, byte = body.length >> 1): Buffer {
  const copy = Buffer.from(body);
  if (byte < copy.length) copy[byte] = (copy[byte] ?? 0) ^ 1;
  return copy;
}

/** Breaks the connection in the middle of a request. */
export function breakOff(request: IncomingMessage, afterBytes: number): void {
  let seen = 0;
  request.on("data", (chunk: Buffer) => {
    seen += chunk.length;
    if (seen >= afterBytes) request.socket.destroy();
  });
  request.pause();
  if (afterBytes === 0) request.socket.destroy();
}

/** Flips a bit undetected by the network's checksums. */
export function turnBit(request: IncomingMessage, byte: number): void {
  let seen = 0;
  request.on("data", (chunk: Buffer) => {
    const at = byte - seen;
    // Later listeners, i.e. the reader, get the modified chunk.
    if (at >= 0 && at < chunk.length) chunk[at] = (chunk[at] ?? 0) ^ 1;
    seen += chunk.length;
  });
  request.pause();
}
