// What Azurite 3.35 leaves out of Put Page (learn.microsoft.com/rest/api/storageservices/put-page, 2026-11): it is compared
// with its Content-MD5, and takes 4 MiB at most. What a disk's link leaves out of the blob service: its blob is there, and
// pages are all that is written to it. And what no client can do: a bit that turns on the way.
const { createHash } = require("node:crypto");
const { subscribe } = require("node:diagnostics_channel");
const http = require("node:http");

/** The most that one page write takes, in bytes. */
const MAX_PAGES = 4 * 1024 * 1024;

let flips = 0;
let watched = false;
let asked = 0;
/** Requests that wait for what the parent says of them, by number. */
const waiting = new Map();

/** Bytes of connections that are closed, and the open connections. */
let closed = 0;
const open = new Set();
const received = () => [...open].reduce((sum, { bytesRead }) => sum + bytesRead, closed);

/** As rehearsal/traffic.ts counts in the parent. */
function count({ socket }) {
  open.add(socket);
  socket.once("close", () => {
    open.delete(socket);
    closed += socket.bytesRead;
  });
}

/** Page writes are read whole and looked at before Azurite gets them; whatever else a link does is looked at first. */
function watch() {
  subscribe("net.server.socket", count);
  process.on("message", ({ flip = 0, watch, answers, verdict, change }) => {
    flips += flip;
    if (watch !== undefined) watched = watch;
    waiting.get(answers)?.(verdict);
    waiting.delete(answers);
    if (change !== undefined) process.send({ inForce: change, received: received() });
  });
  const { emit } = http.Server.prototype;
  http.Server.prototype.emit = function (event, request, response, ...rest) {
    if (event === "request" && watched && isOverLink(request) && !request.judged) {
      request.judged = true;
      void judge(request, response, () => this.emit(event, request, response, ...rest));
      return true;
    }
    if (event === "request" && isForbidden(request)) {
      request.resume();
      return refuse(request, response, NOT_A_PAGE);
    }
    if (event !== "request" || !isPageWrite(request))
      return emit.call(this, event, request, response, ...rest);
    const chunks = [];
    let length = 0;
    request.on("data", (chunk) => {
      length += chunk.length;
      if (length <= MAX_PAGES) chunks.push(chunk);
    });
    request.on("end", () => {
      if (length > MAX_PAGES) return refuse(request, response, TOO_LARGE);
      const body = Buffer.concat(chunks);
      if (flips > 0) {
        flips -= 1;
        body[body.length >> 1] ^= 1;
      }
      const claimed = request.headers["content-md5"];
      const found = createHash("md5").update(body).digest("base64");
      if (claimed !== undefined && claimed !== found)
        return refuse(request, response, mismatch(claimed, found));
      emit.call(this, event, again(request, body), response, ...rest);
    });
    return true;
  };
}

const isOverLink = ({ url }) => /[?&]sig=/.test(url);

/** Asks the parent what is to go wrong with a request, and lets it on if nothing is. */
async function judge(request, response, goOn) {
  const number = ++asked;
  const {
    seconds = 0,
    refused,
    lost,
    cutAfterBytes,
  } = await new Promise((resolve) => {
    waiting.set(number, resolve);
    process.send({
      asks: number,
      method: request.method,
      path: decodeURIComponent(request.url.split("?")[0]),
    });
  });
  if (seconds > 0) await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
  if (lost === "hang") return;
  if (lost === "drop") return request.socket.destroy();
  if (refused) {
    request.resume();
    request.on("end", () => refuse(request, response, { ...refused, said: refused.message }));
    return;
  }
  if (cutAfterBytes === undefined) return goOn();
  let seen = 0;
  request.on("data", (chunk) => {
    seen += chunk.length;
    if (seen >= cutAfterBytes) request.socket.destroy();
  });
}

/**
 * Over a link (`sig=`) blobs can be read and pages be written and cleared: AzCopy creates no blob there, because accounts
 * of managed disks do not let it (azure-storage-azcopy, `isInManagedDiskImportExportAccount`). What Azure answers is not
 * known; this is its word for what a signature does not permit.
 */
function isForbidden({ method, url }) {
  return isOverLink({ url }) && !["GET", "HEAD", "OPTIONS"].includes(method) && !isOfPages({ method, url });
}

const isOfPages = ({ method, url }) => method === "PUT" && /[?&]comp=page(&|$)/.test(url);

function isPageWrite({ method, url, headers }) {
  return isOfPages({ method, url }) && headers["x-ms-page-write"] === "update";
}

/** The same request with its body still to be read. */
function again(request, body) {
  const { method, url, headers, rawHeaders, httpVersion, httpVersionMajor, httpVersionMinor, socket } =
    request;
  const copy = new http.IncomingMessage(socket);
  Object.assign(copy, {
    method,
    url,
    rawHeaders,
    httpVersion,
    httpVersionMajor,
    httpVersionMinor,
    complete: true,
  });
  copy.headers = headers;
  copy.push(body);
  copy.push(null);
  return copy;
}

// learn.microsoft.com/rest/api/storageservices/common-rest-api-error-codes
const NOT_A_PAGE = {
  status: 403,
  code: "AuthorizationPermissionMismatch",
  said: "This request is not authorized to perform this operation using this permission.",
};
const TOO_LARGE = {
  status: 413,
  code: "RequestBodyTooLarge",
  said: "The request body is too large and exceeds the maximum permissible limit.",
  more: `<MaxLimit>${MAX_PAGES}</MaxLimit>`,
};
const mismatch = (claimed, found) => ({
  status: 400,
  code: "Md5Mismatch",
  said: "The MD5 value specified in the request did not match with the MD5 value calculated by the server.",
  more: `<UserSpecifiedMd5>${claimed}</UserSpecifiedMd5><ServerCalculatedMd5>${found}</ServerCalculatedMd5>`,
});

function refuse({ method, url, headers }, response, { status, code, said, more = "" }) {
  const what = isOfPages({ method, url })
    ? `page ${headers["x-ms-range"]}`
    : (headers["x-ms-blob-type"] ?? "");
  process.send({ refused: `${method} ${url.split("?")[0]} ${what} ${status} ${code}` });
  const body = `<?xml version="1.0" encoding="utf-8"?><Error><Code>${code}</Code><Message>${said}</Message>${more}</Error>`;
  response.writeHead(status, {
    "content-type": "application/xml",
    "content-length": Buffer.byteLength(body),
    "x-ms-error-code": code,
  });
  response.end(body);
  return true;
}

module.exports = { watch };
