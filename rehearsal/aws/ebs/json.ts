import type { Answer } from "../service";

/** A JSON answer of EBS direct. */
export function json(status: number, content: object, headers: Record<string, string> = {}): Answer {
  return {
    status,
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(content),
  };
}
