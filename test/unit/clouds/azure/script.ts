import { AdaptiveLimit } from "../../../../clouds/adaptive-limit";
import type { AzureRequest, AzureSession } from "../../../../clouds/azure/api/session";
import { PATIENT } from "../../../../clouds/retry";

/** One response by Azure; `body` is sent as JSON. */
export interface Scripted {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** Returns the response to a request; an unknown request fails the test. */
type Script = (request: AzureRequest) => Scripted | undefined;

/** A session without network and waits; it keeps the requests, and the waits that it would have made. */
export function scripted(script: Script): {
  session: AzureSession;
  asked: string[];
  waits: number[];
  said: string[];
} {
  const [asked, waits, said]: [string[], number[], string[]] = [[], [], []];
  const session: AzureSession = {
    send: (request) => {
      const { pathname, host } = new URL(request.url);
      const name = host === "link" ? pathname : pathname.split("/").slice(-2).join("/");
      asked.push(`${request.method} ${name}`);
      const answer = script(request);
      if (!answer) throw new Error(`nobody answers ${request.method} ${request.url}`);
      const text = answer.body === undefined ? "" : JSON.stringify(answer.body);
      return Promise.resolve({
        status: answer.status,
        headers: new Headers(answer.headers),
        body: Buffer.from(text),
      });
    },
    signal: new AbortController().signal,
    policy: {
      ...PATIENT,
      wait: (milliseconds) => {
        waits.push(milliseconds);
        return Promise.resolve();
      },
    },
    limit: new AdaptiveLimit({ start: 1, most: 1 }),
    status: (line) => said.push(line),
  };
  return { session, asked, waits, said };
}
