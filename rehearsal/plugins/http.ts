import type { Properties } from "../../plugin/resource";

/** An answer with a JSON body; an empty body is an empty object. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Properties;
}

/** Answers worth another try: too many requests, and trouble at the cloud's. */
const TRANSIENT = [429, 500, 502, 503, 504];
const ATTEMPTS = 5;
const FIRST_PAUSE_MS = 200;

/**
 * One call of a REST API, tried again where that can help.
 *
 * @param refusal makes the error from status and body text
 */
export async function askJson(
  url: URL,
  { method, token, body }: { method: string; token: string; body?: object },
  refusal: (status: number, text: string) => Error,
): Promise<Answer> {
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
  for (let attempt = 1; ; attempt++) {
    const answer = await fetch(url, { method, headers, ...(body && { body: JSON.stringify(body) }) });
    const text = await answer.text();
    if (answer.ok) {
      const json = text === "" ? {} : (JSON.parse(text) as Properties);
      return { status: answer.status, headers: answer.headers, body: json };
    }
    if (!TRANSIENT.includes(answer.status) || attempt === ATTEMPTS) throw refusal(answer.status, text);
    await new Promise((resolve) => setTimeout(resolve, FIRST_PAUSE_MS * 2 ** (attempt - 1)));
  }
}

/** The first of them that is a text with something in it. */
export function firstText(...values: unknown[]): string | undefined {
  return values.find((one): one is string => typeof one === "string" && one !== "");
}
