import { CloudFailure } from "./failure";

const SHOWN = 60;

/**
 * Parses the JSON of a successful response. Any other body is not the cloud's: it is from a proxy or a captive portal in between,
 * which returns a page or nothing.
 *
 * @param what the call and its cloud, e.g. `get gallery demo on Azure`
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
