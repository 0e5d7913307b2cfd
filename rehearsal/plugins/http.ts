import type { Properties } from "../../plugin/resource";

/** A response with a JSON body; an empty body is an empty object. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Properties;
}

/** A provider's retries. */
export interface Tries {
  /** Total attempts of a call. */
  readonly attempts: number;
  readonly passes: (status: number, text: string) => boolean;
  /**
   * Milliseconds before the second attempt; doubles each time. Shorter than the real provider's, like all waits here.
   */
  readonly firstPause: number;
  readonly longestPause: number;
  /** Longest accepted `Retry-After`, in seconds; a longer one ends the retries. Absent: the header is ignored. */
  readonly patience?: number;
}

/**
 * One call of a REST API, with retries.
 *
 * @param refusal creates the error from status and body text
 */
export async function askJson(
  url: URL,
  { method, token, body, signal }: { method: string; token: string; body?: object; signal?: AbortSignal },
  tries: Tries,
  refusal: (status: number, text: string) => Error,
): Promise<Answer> {
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
  for (let attempt = 1; ; attempt++) {
    const answer = await fetch(url, {
      ...{ method, headers },
      ...(signal && { signal }),
      ...(body && { body: JSON.stringify(body) }),
    }).catch((error: unknown) => heldUntil(signal, error));
    const text = await answer.text();
    if (answer.ok) {
      const json = text === "" ? {} : (JSON.parse(text) as Properties);
      return { status: answer.status, headers: answer.headers, body: json };
    }
    const asked = tries.patience === undefined ? 0 : Number(answer.headers.get("retry-after") ?? 0) || 0;
    const over = attempt >= tries.attempts || asked > (tries.patience ?? 0);
    if (over || !tries.passes(answer.status, text)) throw refusal(answer.status, text);
    const own = Math.min(tries.longestPause, tries.firstPause * 2 ** (attempt - 1));
    await new Promise((resolve) => setTimeout(resolve, asked > 0 ? asked * 1000 : own));
  }
}

/**
 * Node's fetch gives up what is not answered for five minutes. The real providers are written in Go, whose client waits until the
 * operation's own time is over (net/http, `Client.Timeout`: "A Timeout of zero means no timeout"; read 2026-11-29).
 */
async function heldUntil(signal: AbortSignal | undefined, error: unknown): Promise<never> {
  const cause = (error as { cause?: { code?: unknown } } | undefined)?.cause;
  if (signal && !signal.aborted && cause?.code === "UND_ERR_HEADERS_TIMEOUT")
    await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
  throw error;
}

/** The first non-empty string. */
export function firstText(...values: unknown[]): string | undefined {
  return values.find((one): one is string => typeof one === "string" && one !== "");
}
