/**
 * Pages of a disk through its link (a shared access signature): the page blob protocol.
 * learn.microsoft.com/rest/api/storageservices/put-page, get-page-ranges: multiples of 512 bytes, at most 4 MiB a
 * write.
 */
import { createHash } from "node:crypto";
import { bytesIn } from "../../body";
import { CloudFailure } from "../../failure";
import { type AzureAnswer } from "../failure";
import { type AzureRequest, type AzureSession, callAzure } from "./session";

const PROTOCOL = { "x-ms-version": "2021-12-02" };

/** Bytes from `start` to `end`, exclusive. */
export interface PageRange {
  start: number;
  end: number;
}

/** Writes the parts of `data`, in total a multiple of 512 bytes, at `start`. Azure verifies their MD5. */
export async function putPages(
  session: AzureSession,
  what: string,
  link: string,
  start: number,
  data: readonly Buffer[],
  signal?: AbortSignal,
): Promise<void> {
  const md5 = createHash("md5");
  for (const part of data) md5.update(part);
  const headers = {
    ...PROTOCOL,
    "x-ms-page-write": "update",
    "x-ms-range": `bytes=${start}-${start + bytesIn(data) - 1}`,
    "content-md5": md5.digest("base64"),
  };
  await overLink(session, what, { method: "PUT", url: `${link}&comp=page`, headers, body: data }, signal);
}

/** Clears a range: it reads as zeros. */
export async function clearPages(
  session: AzureSession,
  what: string,
  link: string,
  { start, end }: PageRange,
): Promise<void> {
  const headers = {
    ...PROTOCOL,
    "x-ms-page-write": "clear",
    "x-ms-range": `bytes=${start}-${end - 1}`,
    "content-length": "0",
  };
  await overLink(session, what, { method: "PUT", url: `${link}&comp=page`, headers });
}

/** Size in bytes of the blob behind the link: the disk and the VHD footer. */
export async function lengthOf(session: AzureSession, what: string, link: string): Promise<number> {
  const answer = await overLink(session, what, { method: "HEAD", url: link, headers: PROTOCOL });
  return Number(answer.headers.get("content-length"));
}

/** The ranges that contain data, in order; everything in between reads as zeros. */
export async function pageRanges(session: AzureSession, what: string, link: string): Promise<PageRange[]> {
  const ranges: PageRange[] = [];
  let marker = "";
  do {
    const url = `${link}&comp=pagelist${marker && `&marker=${encodeURIComponent(marker)}`}`;
    const answer = await overLink(session, what, { method: "GET", url, headers: PROTOCOL });
    const text = answer.body.toString("utf8");
    for (const [, start, end] of text.matchAll(
      /<PageRange><Start>(\d+)<\/Start><End>(\d+)<\/End><\/PageRange>/g,
    )) {
      ranges.push({ start: Number(start), end: Number(end) + 1 });
    }
    marker = /<NextMarker>([^<]+)<\/NextMarker>/.exec(text)?.[1] ?? "";
  } while (marker);
  return ranges;
}

export async function readPages(
  session: AzureSession,
  what: string,
  link: string,
  { start, end }: PageRange,
  signal?: AbortSignal,
): Promise<Buffer> {
  const headers = { ...PROTOCOL, "x-ms-range": `bytes=${start}-${end - 1}` };
  const answer = await overLink(session, what, { method: "GET", url: link, headers }, signal);
  if (answer.body.length === end - start) return answer.body;
  throw new CloudFailure(
    "network",
    `${what} on Azure: ${answer.body.length} bytes came, ${end - start} were asked for`,
  );
}

function overLink(
  session: AzureSession,
  what: string,
  request: AzureRequest,
  signal?: AbortSignal,
): Promise<AzureAnswer> {
  return callAzure(session, what, { ...request, anonymous: true }, signal);
}
