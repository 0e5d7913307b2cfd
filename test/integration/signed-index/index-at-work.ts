import { generateKeyPairSync } from "node:crypto";
import fs from "node:fs";
import http from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { type Publication, publishIn } from "../../unit/cli/publication";
import { type Ran, runCli } from "../../unit/cli/run-cli";
import { temporaryFolder } from "../../unit/disk/sparse-file";

/** A publisher's folder with three records and an index, a web server that gives it out, and a user's own cache. */
interface IndexAtWork {
  readonly at: (name: string) => string;
  readonly url: string;
  publication: Publication;
  /** Requests so far. */
  readonly asked: string[];
  /** Answers in place of the files. */
  answer: ((request: http.IncomingMessage, response: http.ServerResponse) => boolean) | undefined;
  readonly index: (...words: string[]) => Promise<Ran>;
  /** Signs what `records/` holds. */
  readonly update: (...words: string[]) => Promise<Ran>;
  readonly verify: (...words: string[]) => Promise<Ran>;
  /** Another user, who has seen nothing. */
  readonly forget: () => void;
}

export function indexAtWork(): IndexAtWork {
  const folder = temporaryFolder();
  const at = (name: string) => path.join(folder, name);
  const before = process.env.XDG_CACHE_HOME;
  const work = { at, asked: [] as string[], answer: undefined } as Partial<IndexAtWork> as {
    -readonly [name in keyof IndexAtWork]: IndexAtWork[name];
  };
  const server = http.createServer((request, response) => {
    work.asked.push(request.url ?? "");
    if (work.answer?.(request, response)) return;
    const file = at(`index${request.url}`);
    if (!fs.existsSync(file)) response.writeHead(404).end("no such file");
    else response.end(fs.readFileSync(file));
  });

  beforeAll(async () => {
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    work.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    work.forget();
    work.publication = await publishIn(folder);
    for (const name of ["root", "second", "targets", "stamp", "newer"]) makeKey(at(name));
    fs.mkdirSync(at("records"));
    await addRecord(work, "1.0");
    const keys = ["--root", at("root.pem"), "--targets", at("targets.pem"), "--timestamp", at("stamp.pem")];
    const begun = await work.index("init", "--product", "demo", "--url", work.url, ...keys);
    expect(begun).toMatchObject({ code: 0, err: "" });
    expect(await work.update("--key", at("publisher.pem"))).toMatchObject({ code: 0 });
    fs.copyFileSync(at("index/trust.json"), at("trust.json"));
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
    if (before === undefined) delete process.env.XDG_CACHE_HOME;
    else process.env.XDG_CACHE_HOME = before;
  });
  afterEach(() => {
    work.answer = undefined;
  });

  let users = 0;
  work.forget = () => {
    process.env.XDG_CACHE_HOME = at(`cache-${++users}`);
  };
  work.index = (...words) => {
    const [command, ...more] = words;
    return runCli(["index", command!, "--index", at("index"), ...more]);
  };
  work.update = (...words) =>
    work.index(
      ...["update", "--records", at("records"), "--records-only"],
      ...["--sign", at("targets.pem"), "--sign", at("stamp.pem"), ...words],
    );
  work.verify = (...words) => {
    const trust = words.includes("--root") ? [] : ["--trust", at("trust.json")];
    return runCli(["verify", "disk", at("demo.raw"), ...trust, ...words]);
  };
  return work;
}

export async function addRecord(
  work: Pick<IndexAtWork, "at" | "publication">,
  version: string,
): Promise<void> {
  fs.writeFileSync(work.at(`records/${version}.sigstore.json`), await work.publication.recordOf(version));
}

/** `<file>.pem` and `<file>.pub.pem`. */
export function makeKey(file: string): void {
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  fs.writeFileSync(`${file}.pem`, privateKey.export({ format: "pem", type: "pkcs8" }));
  fs.writeFileSync(`${file}.pub.pem`, publicKey.export({ format: "pem", type: "spki" }));
}
