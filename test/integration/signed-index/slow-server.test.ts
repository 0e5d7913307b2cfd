import http from "node:http";
import type { AddressInfo } from "node:net";
import { IndexFetcher } from "../../../trust/signed-index/fetcher";

// A mirror that wants to keep somebody from an answer: it takes the request and gives nothing, or a byte now and then.

let server: http.Server;
let url: string;
const ways: Record<string, (response: http.ServerResponse) => void> = {
  "/hangs": () => {},
  "/begins": (response) => response.write("{"),
  "/drips": (response) => {
    const timer = setInterval(() => response.write(" "), 20);
    response.on("close", () => clearInterval(timer));
  },
  "/whole": (response) => response.end("{}"),
};

beforeAll(async () => {
  server = http.createServer(({ url = "" }, response) => ways[url]!(response));
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const never = () => new AbortController().signal;

test.each(["/hangs", "/begins", "/drips"])("a server that %s is given up, and named", async (way) => {
  const fetcher = new IndexFetcher(never(), 200);
  await expect(fetcher.downloadBytes(`${url}${way}`, 1_000_000)).rejects.toThrow(
    `${url}${way}: no whole answer within 0.2 s`,
  );
  expect(fetcher.unreachable).toContain("no whole answer within 0.2 s");
});

test("one that answers each file just in time has no more than the time of all files", async () => {
  const fetcher = new IndexFetcher(never(), 60_000, 300);
  await expect(fetcher.downloadBytes(`${url}/whole`, 10)).resolves.toEqual(Buffer.from("{}"));
  await expect(fetcher.downloadBytes(`${url}/drips`, 1_000_000)).rejects.toThrow(
    "no whole answer within 60 s, or 0.3 s for all files",
  );
});
