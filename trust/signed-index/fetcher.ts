/** How the files of an index are read: from a web server, or from a folder. */
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import { Readable } from "node:stream";
import { fileURLToPath, pathToFileURL } from "node:url";
import { BaseFetcher } from "tuf-js";
import { DownloadHTTPError } from "tuf-js/dist/error";
import { TrustProblem } from "../problem";
import { TIMESTAMP } from "./metadata";

/** Milliseconds for one file, from the request to its last byte: they are small, and a person waits. */
const TIME = 15_000;
/** For all of them: a server that lets each wait as long as it may, or gives one root after the other, delays nobody for hours. */
const TIME_FOR_ALL = 120_000;
/** Tries of a server that refuses the connection, or answers 5xx; one that hangs is given up at once. */
const TRIES = 3;
/** Milliseconds between them. */
const PAUSE = 500;

/**
 * @param place `https://…`, `http://…`, or a folder
 * @returns the same as a URL without a slash at its end
 * @throws {TrustProblem} for another kind of URL
 */
export function indexUrl(place: string): string {
  if (/^https?:\/\//i.test(place) && URL.canParse(place)) return place.replace(/\/+$/, "");
  if (/^[a-z][a-z0-9+.-]+:\/\//i.test(place))
    throw new TrustProblem(
      `${place}: an index is read from an http or https URL, or from a folder; name one of these with --index`,
    );
  return pathToFileURL(resolve(place)).href.replace(/\/+$/, "");
}

/** Reads within limits of time and size; tells whether it was the server that failed, which is no answer. */
export class IndexFetcher extends BaseFetcher {
  /** Why no answer came from a server; absent: all of them answered. */
  unreachable: string | undefined;
  /** The last timestamp that came, as text: whether it is signed is not known. */
  timestamp: string | undefined;

  private readonly noAnswer: string;
  private readonly end: AbortSignal;

  /**
   * @param time milliseconds for one file
   * @param timeForAll for all of them
   */
  constructor(
    private readonly signal: AbortSignal,
    private readonly time = TIME,
    timeForAll = TIME_FOR_ALL,
  ) {
    super();
    this.noAnswer = `no whole answer within ${time / 1000} s, or ${timeForAll / 1000} s for all files`;
    this.end = AbortSignal.timeout(timeForAll);
  }

  override async fetch(url: string): Promise<NodeJS.ReadableStream> {
    if (url.startsWith("file:")) return openFile(fileURLToPath(url));
    for (let attempt = 1; ; attempt++) {
      const answer = await this.ask(url);
      if (answer instanceof Response && answer.status < 500) {
        if (!answer.ok || answer.body === null) {
          await answer.body?.cancel();
          throw new DownloadHTTPError(`${url}: the server answered ${answer.status}`, answer.status);
        }
        return this.bodyOf(url, answer.body as AsyncIterable<Uint8Array>);
      }
      if (attempt < TRIES && !this.signal.aborted && answer !== this.noAnswer) {
        await new Promise((done) => setTimeout(done, PAUSE));
        continue;
      }
      const reason = answer instanceof Response ? `the server answered ${answer.status}` : answer;
      throw this.failed(url, reason);
    }
  }

  override async downloadBytes(url: string, maxLength: number): Promise<Buffer> {
    const bytes = await super.downloadBytes(url, maxLength);
    if (url.endsWith(`/${TIMESTAMP}`)) this.timestamp = bytes.toString("utf8");
    return bytes;
  }

  private async ask(url: string): Promise<Response | string> {
    const limits = [this.signal, this.end, AbortSignal.timeout(this.time)];
    try {
      return await fetch(url, { signal: AbortSignal.any(limits) });
    } catch (error) {
      return this.reasonOf(error);
    }
  }

  /** A server may stop in the midst of a file. */
  private bodyOf(url: string, body: AsyncIterable<Uint8Array>): NodeJS.ReadableStream {
    const { signal } = this;
    const failed = (error: unknown) => this.failed(url, this.reasonOf(error));
    return Readable.from(
      (async function* () {
        try {
          // A delegating yield fails on streams that have no `throw`.
          for await (const part of body) yield part;
        } catch (error) {
          // The reader had enough: it is larger than it may be.
          if ((error as Error).name === "AbortError" && !signal.aborted) throw error;
          throw failed(error);
        }
      })(),
    );
  }

  private failed(url: string, reason: string): Error {
    this.unreachable = `${url}: ${reason}`;
    return new Error(this.unreachable);
  }

  /** The innermost cause: that of `fetch failed` is a cause of its own. */
  private reasonOf(error: unknown): string {
    const { name, cause, message } = error as Error & { cause?: { code?: string; message?: string } };
    if (name === "TimeoutError") return this.noAnswer;
    return cause?.code ?? cause?.message ?? message;
  }
}

async function openFile(file: string): Promise<NodeJS.ReadableStream> {
  const found = await stat(file).catch(() => undefined);
  if (!found?.isFile()) throw new DownloadHTTPError(`${file}: is not there`, 404);
  return createReadStream(file);
}
