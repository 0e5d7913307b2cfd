/** OpenStack's errors by kind, with a message: the call, the service's words, and the cure if known. */
import { CloudFailure, failureKind, messageOf, transportFailure, type TransportFailure } from "../failure";
import { retryAfter } from "../retry-after";

export interface OpenstackAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** Instead of `text`, if the request was for a disk's bytes and succeeded. */
  readonly stream?: AsyncIterable<Uint8Array>;
}

export const RIGHTS_CURE =
  "ask the cloud's operator for the role; what a policy allows is listed in docs/permissions.md";
const EXPIRED_CURE = "the credentials are refused: look whether user, password and project are still right";

const CURES: Readonly<Record<number, string>> = {
  401: EXPIRED_CURE,
  403: RIGHTS_CURE,
  413: "ask the cloud's operator for a larger image quota, or remove older releases",
};

/**
 * A refusal in an HTTP response. 413 is a quota, a full store or the size limit of an image
 * (glance/api/v2/image_data.py at c76abb08, 2026-07-22), and 410 a store that takes nothing: neither passes by itself.
 */
export function refusedByOpenstack(what: string, answer: OpenstackAnswer): CloudFailure {
  const { status } = answer;
  const kind = failureKind(status, status === 410 ? "refused" : undefined);
  const said = [`HTTP ${status}`, wordsOf(answer.text)].filter(Boolean).join(": ");
  return new CloudFailure(kind, `${what} on OpenStack: ${said}`, {
    code: String(status),
    retryAfter: retryAfter((name) => answer.headers.get(name)),
    cure: CURES[status],
  });
}

/** Any other error thrown before a response was received. */
export function explainOpenstack(what: string, error: unknown): CloudFailure {
  if (error instanceof CloudFailure) return error;
  const { kind, cure }: TransportFailure = transportFailure(error) ?? { kind: "network" };
  return new CloudFailure(kind, `${what} on OpenStack: ${oneLine(messageOf(error))}`, { cure });
}

/** Keystone answers in JSON, Glance in a page of HTML (seen with Glance 25, 2026-11-30). */
function wordsOf(text: string): string {
  try {
    const { error, message } = JSON.parse(text) as { error?: { message?: string }; message?: string };
    return oneLine(error?.message ?? message ?? "");
  } catch {
    const body = /<h1>[^<]*<\/h1>([\s\S]*?)(<\/body>|$)/.exec(text)?.[1] ?? text;
    return oneLine(
      body
        .replace(/<[^>]*>/g, " ")
        .replaceAll("&#x27;", "'")
        .replaceAll("&quot;", '"'),
    );
  }
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, " ").trim().slice(0, 300);
}
