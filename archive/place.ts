import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { readBytes, UnreadableFile } from "../facts/read-file";
import { KIB } from "../facts/units";
import { ArchiveProblem } from "./problem";

/** Where an archive is read: a mirror by its URL, or a folder with its `dists`. */
export interface Place {
  /** URL or path, without a slash at its end. */
  readonly name: string;
  /**
   * A file of the archive.
   *
   * @param path relative to the archive: `dists/bookworm/InRelease`
   * @returns `undefined`: it has no such file
   * @throws {ArchiveProblem} when it does not answer, stops in the midst, or has more than `mostBytes`
   */
  read(path: string, mostBytes: number): Promise<Buffer | undefined>;
}

/** When a mirror is given up. */
interface Patience {
  /** Milliseconds without a byte. */
  readonly silence: number;
  /** Milliseconds after which less than {@link slowest} is too slow: a byte now and then would go on for ever. */
  readonly trial: number;
  /** Bytes per second. */
  readonly slowest: number;
}

const PATIENCE: Patience = { silence: 30_000, trial: 60_000, slowest: KIB };

/** @throws {ArchiveProblem} for a URL of another kind than http, https and file */
export function openPlace(given: string, patience = PATIENCE): Place {
  const name = given.replace(/(.)\/+$/, "$1");
  if (/^https?:\/\//i.test(name))
    return { name, read: (path, most) => download(`${name}/${path}`, most, patience) };
  if (/^[a-z][a-z0-9+.-]*:/i.test(name) && !name.toLowerCase().startsWith("file:"))
    throw new ArchiveProblem(
      `${given}: an archive is read from an http, https or file URL, or from a folder; name one of these with --archive`,
    );
  const folder = name.toLowerCase().startsWith("file:") ? fileURLToPath(name) : name;
  return { name, read: async (path, most) => readFrom(folder, path, most) };
}

function readFrom(folder: string, path: string, mostBytes: number): Buffer | undefined {
  try {
    return readBytes(join(folder, path), { mostBytes, cure: "copy the archive's indices again" });
  } catch (error) {
    if (!(error instanceof UnreadableFile)) throw error;
    if (error.code === "ENOENT" || error.code === "ENOTDIR") return undefined;
    throw new ArchiveProblem(error.message);
  }
}

async function download(url: string, mostBytes: number, patience: Patience): Promise<Buffer | undefined> {
  const { silence, trial, slowest } = patience;
  const silent = new AbortController();
  const begin = Date.now();
  let timer = setTimeout(() => silent.abort(), silence);
  try {
    const answer = await fetch(url, { signal: silent.signal });
    // 403: buckets answer so for objects that are not there.
    if (answer.status === 404 || answer.status === 403 || answer.status === 410) {
      await answer.body?.cancel();
      return undefined;
    }
    if (!answer.ok)
      throw new ArchiveProblem(
        `${url}: the mirror answered ${answer.status}; run it again later, or name another mirror with --archive`,
      );
    const parts: Uint8Array[] = [];
    let total = 0;
    for await (const part of (answer.body ?? []) as AsyncIterable<Uint8Array>) {
      clearTimeout(timer);
      timer = setTimeout(() => silent.abort(), silence);
      total += part.length;
      const time = Date.now() - begin;
      if (time > trial && total < (slowest * time) / 1000)
        throw new ArchiveProblem(
          `${url}: ${total} bytes in ${Math.round(time / 1000)} s, needed: ${slowest} a second; run it again later, or name another mirror with --archive`,
        );
      if (total > mostBytes)
        throw new ArchiveProblem(
          `${url}: more than ${mostBytes} bytes, too many for what it should be; name another mirror with --archive`,
        );
      parts.push(part);
    }
    return Buffer.concat(parts);
  } catch (error) {
    if (error instanceof ArchiveProblem) throw error;
    throw new ArchiveProblem(
      `${url}: ${reasonOf(error, silent.signal, silence)}; look whether the mirror is up, or name another one with --archive`,
    );
  } finally {
    clearTimeout(timer);
  }
}

/** The innermost cause: that of `fetch failed` is a cause of its own. */
function reasonOf(error: unknown, { aborted }: AbortSignal, silence: number): string {
  if (aborted) return `nothing came for ${silence / 1000} s`;
  const { cause, message } = error as { cause?: { code?: string; message?: string }; message?: string };
  return `the download failed (${cause?.code ?? cause?.message ?? message ?? String(error)})`;
}
