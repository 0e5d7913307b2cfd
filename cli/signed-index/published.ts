/** The index that users get now, which may be newer than this folder: another machine may have signed since. */
import { isSignedBy, parseMetadata, TIMESTAMP } from "../../trust/signed-index/metadata";
import type { Repository } from "../../trust/signed-index/repository";
import type { Io } from "../io";
import { Refusal } from "../problem";
import { whileWaiting } from "../waiting";

/** Milliseconds: a withdrawal does not wait long for a web server. */
const TIME = 10_000;
/** Bytes of a timestamp, at most. */
const MOST = 16_384;

/**
 * A server that does not answer is told, and stops nothing.
 *
 * @param url where the index is published; absent: not known
 * @throws {Refusal} when what is published is newer
 */
export async function assertNewest(url: string | undefined, repository: Repository, io: Io): Promise<void> {
  if (url === undefined) return;
  const text = await whileWaiting(io, `waiting for ${url}`, () => publishedTimestamp(url));
  if ("problem" in text) {
    io.err(`${text.problem}: whether what is published is newer than this folder is not known\n`);
    return;
  }
  if (text.found === undefined) return;
  const { root, current, folder } = repository;
  const here = current?.timestamp.signed.version ?? 0;
  try {
    const published = parseMetadata("timestamp", text.found, `${url}/${TIMESTAMP}`);
    if (!isSignedBy(root, "timestamp", published)) return;
    if (published.signed.version <= here) return;
    throw new Refusal(
      `${url}: version ${published.signed.version} of the index is published, and ${folder} has version ${here}: users would see an older one; fetch the published files into it first`,
    );
  } catch (error) {
    if (error instanceof Refusal) throw error;
    io.err(`${error instanceof Error ? error.message : String(error)}\n`);
  }
}

async function publishedTimestamp(url: string): Promise<{ found?: string } | { problem: string }> {
  try {
    const answer = await fetch(`${url.replace(/\/+$/, "")}/${TIMESTAMP}`, {
      signal: AbortSignal.timeout(TIME),
    });
    if (answer.status === 404 || answer.status === 403) {
      await answer.body?.cancel();
      return {};
    }
    if (!answer.ok) return { problem: `${url}: the server answered ${answer.status}` };
    const parts: Buffer[] = [];
    let total = 0;
    for await (const part of (answer.body ?? []) as AsyncIterable<Uint8Array>) {
      total += part.length;
      if (total > MOST) return { problem: `${url}/${TIMESTAMP}: far larger than a timestamp` };
      parts.push(Buffer.from(part));
    }
    return { found: Buffer.concat(parts).toString("utf8") };
  } catch (error) {
    const { name, cause, message } = error as Error & { cause?: { code?: string } };
    const reason = name === "TimeoutError" ? `no answer within ${TIME / 1000} s` : (cause?.code ?? message);
    return { problem: `${url}: ${reason}` };
  }
}
