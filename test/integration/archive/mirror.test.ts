import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { packagesIn } from "../../../archive/packages";
import { openPlace } from "../../../archive/place";
import { openSuite } from "../../../archive/release-file";
import { type Keys, makeKeys, makeSuite, NOW, paragraph } from "../../unit/archive/make-archive";

const folder = mkdtempSync(join(tmpdir(), "imprimatur-mirror-"));
const hasXz = spawnSync("xz", ["--version"]).status === 0;
if (!hasXz) console.warn("skipped: indices as xz; it needs xz-utils");
const packed = {
  ending: ".xz",
  pack: (input: Buffer) => execFileSync("xz", ["-c"], { input, maxBuffer: 2 ** 28 }),
};
/** More than one buffer of the decompressor. */
const NAMES = Array.from({ length: 20_000 }, (_, at) => `package-${at}`);

let keys: Keys;
let server: Server;
let answer: RequestListener;
beforeAll(async () => {
  keys = await makeKeys("Archive");
  const packages = NAMES.map((name) => paragraph(name, "1.0-1")).join("");
  await makeSuite(folder, { suite: "bookworm", packages, ...(hasXz && { packed }) }, keys);
  server = createServer((request, response) => answer(request, response));
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
  rmSync(folder, { recursive: true });
});

/** As a mirror does. */
const serve: RequestListener = ({ url = "" }, response) => {
  try {
    response.end(readFileSync(join(folder, url.replace(/^\/debian\//, ""))));
  } catch {
    response.writeHead(404).end();
  }
};

async function names(): Promise<string[]> {
  const place = openPlace(`http://127.0.0.1:${(server.address() as AddressInfo).port}/debian/`);
  const keyring = { file: "archive.gpg", parts: [Buffer.from(keys.keyring)] };
  const release = await openSuite("bookworm", [place], { keyring, now: NOW.getTime() });
  const found = [];
  for await (const { name } of packagesIn(release, { component: "main", architecture: "amd64" }))
    found.push(name);
  return found;
}

test("a mirror's index is read, unpacked without a program of the machine's", async () => {
  answer = serve;
  expect(await names()).toEqual(NAMES);
});

test.each<[string, RequestListener, RegExp]>([
  [
    "one that is overloaded",
    (_request, response) => void response.writeHead(503).end(),
    /InRelease: the mirror answered 503; run it again later, or name another mirror with --archive$/,
  ],
  [
    "one that hangs up in the midst of an index",
    (request, response) => {
      if (!request.url?.includes("Packages")) return serve(request, response);
      response.writeHead(200, { "content-length": "100000" });
      response.write("the beginning", () => response.destroy());
    },
    /Packages\.\w+: the download failed \(.+\); look whether the mirror is up, or name another one with --archive$/,
  ],
  [
    "one that goes on for ever",
    (request, response) => {
      if (!request.url?.includes("Packages")) return serve(request, response);
      const more = () => void (response.destroyed || response.write(Buffer.alloc(2 ** 20), more));
      more();
    },
    /Packages\.\w+: more than \d+ bytes, too many for what it should be/,
  ],
  [
    "a page of a proxy's",
    (_request, response) => void response.end("<html>log in first</html>"),
    /InRelease: not a text with an OpenPGP signature/,
  ],
])("%s is one line with a cure", async (_what, listener, message) => {
  answer = listener;
  await expect(names()).rejects.toMatchObject({
    name: "ArchiveProblem",
    message: expect.stringMatching(message) as unknown,
  });
});

test("one where nothing answers is one line with a cure", async () => {
  const closed = createServer();
  await new Promise<void>((done) => closed.listen(0, "127.0.0.1", done));
  const { port } = closed.address() as AddressInfo;
  await new Promise((done) => closed.close(done));
  const keyring = { file: "archive.gpg", parts: [Buffer.from(keys.keyring)] };
  await expect(
    openSuite("bookworm", [openPlace(`http://127.0.0.1:${port}`)], { keyring, now: NOW.getTime() }),
  ).rejects.toThrow(/InRelease: the download failed \(ECONNREFUSED\); look whether the mirror is up/);
});

test.each<[string, RequestListener, { silence: number; trial: number; slowest: number }, RegExp]>([
  [
    "that hangs",
    (_request, response) => void response.writeHead(200).write("the beginning"),
    { silence: 50, trial: 60_000, slowest: 1024 },
    /InRelease: nothing came for 0\.05 s; look whether the mirror is up/,
  ],
  [
    "that sends a byte now and then",
    (_request, response) => {
      const drip = setInterval(() => void response.write("x"), 5);
      response.on("close", () => clearInterval(drip));
    },
    { silence: 60_000, trial: 50, slowest: 100_000 },
    /InRelease: \d+ bytes in \d+ s, needed: 100000 a second; run it again later, or name another mirror with --archive$/,
  ],
])("a mirror %s is given up", async (_what, listener, patience, message) => {
  answer = listener;
  const place = openPlace(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, patience);
  await expect(place.read("dists/bookworm/InRelease", 1000_000)).rejects.toThrow(message);
});
