// What Azurite 3.35 leaves out: the blob service compares a page write with its Content-MD5
// (learn.microsoft.com/rest/api/storageservices/put-page, 2026-11). And what no client can do: a bit that turns on the way.
const { createHash } = require("node:crypto");
const http = require("node:http");

let flips = 0;

/** Page writes are read whole (4 MiB at most) and looked at before Azurite gets them; nothing else is touched. */
function watch() {
  process.on("message", ({ flip = 0 }) => (flips += flip));
  const { emit } = http.Server.prototype;
  http.Server.prototype.emit = function (event, request, response, ...rest) {
    if (event !== "request" || !isPageWrite(request))
      return emit.call(this, event, request, response, ...rest);
    const chunks = [];
    request.on("data", (chunk) => chunks.push(chunk));
    request.on("end", () => {
      const body = Buffer.concat(chunks);
      if (flips > 0) {
        flips -= 1;
        body[body.length >> 1] ^= 1;
      }
      const claimed = request.headers["content-md5"];
      const found = createHash("md5").update(body).digest("base64");
      if (claimed !== undefined && claimed !== found) return refuse(request, response, { claimed, found });
      emit.call(this, event, again(request, body), response, ...rest);
    });
    return true;
  };
}

function isPageWrite({ method, url, headers }) {
  return method === "PUT" && /[?&]comp=page(&|$)/.test(url) && headers["x-ms-page-write"] === "update";
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

function refuse({ url, headers }, response, { claimed, found }) {
  process.send({ refused: `PUT ${url.split("?")[0]} page ${headers["x-ms-range"]} 400 Md5Mismatch` });
  const said =
    "The MD5 value specified in the request did not match with the MD5 value calculated by the server.";
  const body =
    `<?xml version="1.0" encoding="utf-8"?><Error><Code>Md5Mismatch</Code><Message>${said}</Message>` +
    `<UserSpecifiedMd5>${claimed}</UserSpecifiedMd5><ServerCalculatedMd5>${found}</ServerCalculatedMd5></Error>`;
  response.writeHead(400, {
    "content-type": "application/xml",
    "content-length": Buffer.byteLength(body),
    "x-ms-error-code": "Md5Mismatch",
  });
  response.end(body);
}

module.exports = { watch };
