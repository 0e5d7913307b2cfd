import { CloudFailure } from "./failure";

const SHOWN = 60;

/**
 * The JSON of an answer that says it went well. What is none is not the cloud's: a proxy or a portal on the way answers in its place
 * with a page, or with nothing.
 *
 * @param what the call and its cloud, as `get gallery demo on Azure`
 * @throws {CloudFailure} `network`
 */
export function jsonAnswer<T>(what: string, text: string): T {
  try {
    return JSON.parse(text) as T;
  } catch {
    const line = text.replace(/\s+/g, " ").trim();
    const shown = line.length > SHOWN ? `${line.slice(0, SHOWN)}…` : line;
    throw new CloudFailure(
      "network",
      `${what}: the answer is ${line === "" ? "empty" : `no JSON: ${shown}`}`,
      {
        cure: "something on the way may have answered in its place, as a proxy: look at HTTPS_PROXY, then run the same command again",
      },
    );
  }
}
