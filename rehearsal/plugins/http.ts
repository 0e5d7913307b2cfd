import type { Properties } from "../../plugin/resource";

/** An answer with a JSON body; an empty body is an empty object. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Properties;
}

/** What a provider tries again, and for how long. */
export interface Tries {
  /** Tries of a call in all. */
  readonly attempts: number;
  readonly passes: (status: number, text: string) => boolean;
  /** Milliseconds before the second try; twice as long each time. Sooner than the real provider, as all waits here are. */
  readonly firstPause: number;
  readonly longestPause: number;
  /** The longest `Retry-After` that is kept to, in seconds; a longer one ends the tries. Absent: the header is not looked at. */
  readonly patience?: number;
}

/**
 * One call of a REST API, tried again where that can help.
 *
 * @param refusal makes the error from status and body text
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

/** The first of them that is a text with something in it. */
export function firstText(...values: unknown[]): string | undefined {
  return values.find((one): one is string => typeof one === "string" && one !== "");
}
