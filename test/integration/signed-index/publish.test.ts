import fs from "node:fs";
import { judgeWith, PYTHON, runJudge } from "../../e2e/harness/judge";
import { runCli } from "../../unit/cli/run-cli";
import { addRecord, indexAtWork, makeKey } from "./index-at-work";

// A publisher's side: people with root keys apart from one another, keys that are lost or changed, updates that are killed; and
// python-tuf, the reference client, as the judge of what is written.

const work = indexAtWork();
const { at, index, update, verify } = work;
const python = judgeWith(
  "python-tuf",
  [PYTHON, "-c", "import tuf.ngclient"],
  "pip install -r test/requirements.txt",
);

async function judge(root = at("index/1.root.json"), cache = at("python")) {
  const program = `${__dirname}/../../judges/index_judge.py`;
  const { status, output, errors } = await runJudge(PYTHON, [program, root, work.url, cache], {});
  return { status, errors, said: status === 0 ? (JSON.parse(output) as object) : undefined };
}

python("python-tuf reads it from the first root on, through updates and rotations", async () => {
  expect((await judge()).said).toEqual({
    versions: { root: 1, timestamp: 1, snapshot: 1, targets: 1 },
    ...{ product: "demo", states: { "1.0": "recorded" } },
  });
  await addRecord(work, "1.1");
  await update();
  await index("refresh", "--sign", at("stamp.pem"));
  expect((await judge()).said).toEqual({
    versions: { root: 1, timestamp: 3, snapshot: 2, targets: 2 },
    ...{ product: "demo", states: { "1.1": "recorded", "1.0": "recorded" } },
  });
  fs.cpSync(at("index"), at("before"), { recursive: true });

  await index("rotate", "--sign", at("root.pem"), "--timestamp", at("newer.pem"));
  expect(await index("refresh", "--sign", at("newer.pem"))).toMatchObject({ code: 0 });
  expect((await judge()).said).toMatchObject({ versions: { root: 2, timestamp: 4 } });

  // The judge is awake: an older timestamp is refused by it as it is by verify.
  fs.copyFileSync(at("index/timestamp.json"), at("timestamp.kept"));
  fs.copyFileSync(at("before/timestamp.json"), at("index/timestamp.json"));
  expect(await judge()).toMatchObject({ status: 1, said: undefined });
  fs.copyFileSync(at("timestamp.kept"), at("index/timestamp.json"));
});

test("the private key of a timestamp that was stolen is worth nothing once it is rotated", async () => {
  makeKey(at("stolen"));
  await index("rotate", "--sign", at("root.pem"), "--timestamp", at("stolen.pem"));
  expect(await index("refresh", "--sign", at("stolen.pem"))).toMatchObject({ code: 0 });
  expect(await verify()).toMatchObject({ code: 0 });
  expect(await index("rotate", "--sign", at("root.pem"), "--timestamp", at("stamp.pem"))).toMatchObject({
    code: 0,
    out: expect.stringContaining("has all its signatures; the next `imprimatur index update`") as string,
  });
  const refused = await index("refresh", "--sign", at("stolen.pem"));
  expect(refused.code).toBe(1);
  expect(refused.err).toMatch(
    /the role timestamp needs 1 of its keys \(\w{16}\), and 0 of those with --sign/,
  );
  expect(await index("refresh", "--sign", at("stamp.pem"))).toMatchObject({ code: 0 });
  expect(await verify()).toMatchObject({ code: 0 });
});

test("a targets key that was lost or stolen is gone from the snapshot too, whose key it was by default", async () => {
  makeKey(at("other"));
  const rotated = await index("rotate", "--sign", at("root.pem"), "--targets", at("other.pem"));
  expect(rotated).toMatchObject({ code: 0 });
  const from = ["--records", at("records"), "--records-only", "--sign", at("stamp.pem")];
  expect(await index("update", ...from, "--sign", at("other.pem"))).toMatchObject({ code: 0 });
  expect(await verify()).toMatchObject({ code: 0 });
  const roots = fs.readdirSync(at("index")).filter((name) => /^\d+\.root\.json$/.test(name));
  const newest = JSON.parse(fs.readFileSync(at(`index/${roots.length}.root.json`), "utf8")) as {
    signed: { roles: Record<string, { keyids: string[] }> };
  };
  expect(newest.signed.roles.snapshot).toEqual(newest.signed.roles.targets);
  await index("rotate", "--sign", at("root.pem"), "--targets", at("targets.pem"));
  expect(await index("update", ...from, "--sign", at("targets.pem"))).toMatchObject({ code: 0 });
});

test("two of three people sign a root, each where their key is; a lost key is replaced by the others", async () => {
  for (const name of ["alice", "bob", "carol", "dave"]) makeKey(at(name));
  const apart = (...words: string[]) =>
    runCli(["index", words[0]!, "--index", at("people"), ...words.slice(1)]);
  const roots = ["--root", at("alice.pem"), "--root", at("bob.pub.pem"), "--root", at("carol.pub.pem")];
  const online = ["--targets", at("targets.pub.pem"), "--timestamp", at("stamp.pub.pem")];
  const begun = await apart("init", "--product", "demo", ...roots, "--root-threshold", "2", ...online);
  expect(begun.code).toBe(3);
  expect(begun.out).toMatch(
    /root 1 needs 1 more of the root keys: \w{16}, \w{16}: run `imprimatur index sign/,
  );
  const early = await apart("refresh", "--sign", at("stamp.pem"));
  expect(early.err).toContain("its first root waits for signatures");
  expect((await apart("sign", "--sign", at("dave.pem"))).err).toContain(
    "dave.pem: not a root key of this index",
  );
  expect(await apart("sign", "--sign", at("bob.pem"))).toMatchObject({ code: 0, err: "" });
  const signs = ["--sign", at("targets.pem"), "--sign", at("stamp.pem")];
  const records = ["--records", at("records"), "--records-only", "--key", at("publisher.pem")];
  expect(await apart("update", ...records, ...signs)).toMatchObject({ code: 0 });
  const asked = [
    "verify",
    "disk",
    at("demo.raw"),
    "--index",
    at("people"),
    "--root",
    at("people/1.root.json"),
  ];
  expect((await runCli(asked)).code).toBe(0);

  // Alice's key is lost: Bob and Carol put Dave in her place.
  const others = ["--root", at("dave.pub.pem"), "--root", at("bob.pub.pem"), "--root", at("carol.pub.pem")];
  const changed = await apart("rotate", ...others, "--sign", at("bob.pem"));
  expect(changed.code).toBe(3);
  expect(changed.out).toContain("1 more of the old root keys");
  expect((await apart("show")).out).toContain("a new root waits for 1 more of the old root keys");
  // What waits is no part of what users are given, and a scheduler goes on without it.
  expect(await apart("refresh", "--sign", at("stamp.pem"))).toMatchObject({ code: 0 });
  expect((await apart("show")).out).toContain("a new root waits for 1 more of the old root keys");
  expect((await runCli(asked)).code).toBe(0);
  expect(await apart("sign", "--sign", at("carol.pem"))).toMatchObject({ code: 0 });
  expect(await apart("refresh", "--sign", at("stamp.pem"))).toMatchObject({ code: 0 });
  expect((await runCli(asked)).code).toBe(0);
  const { out } = await apart("show", "--json");
  const { roles } = JSON.parse(out) as { roles: { role: string; threshold: number; keys: string[] }[] };
  expect(roles[0]).toMatchObject({ role: "root", threshold: 2 });
  expect(fs.existsSync(at("people/pending.root.json"))).toBe(false);

  // One alone can do nothing.
  const alone = await apart(
    "rotate",
    "--root",
    at("bob.pub.pem"),
    "--root-threshold",
    "1",
    "--sign",
    at("bob.pem"),
  );
  expect(alone.code).toBe(3);
  expect((await apart("refresh", "--sign", at("stamp.pem"))).code).toBe(0);
  expect(fs.existsSync(at("people/3.root.json"))).toBe(false);
});

test("a root that nobody signed but its maker leads no user anywhere", async () => {
  makeKey(at("mallory"));
  await runCli(
    ["index", "init", "--product", "demo", "--index", at("forged"), "--url", work.url].concat(
      ...["root", "targets", "timestamp"].map((role) => [`--${role}`, at("mallory.pem")]),
    ),
  );
  const next = 1 + fs.readdirSync(at("index")).filter((name) => /^\d+\.root/.test(name)).length;
  fs.copyFileSync(at("forged/1.root.json"), at(`index/${next}.root.json`));
  work.forget();
  const { code, err } = await verify();
  expect(code).toBe(1);
  expect(err).toContain("is not signed by the keys that your root names");
  fs.rmSync(at(`index/${next}.root.json`));
});

test("an update that is killed at any file leaves users the version before, and the next one goes on", async () => {
  await addRecord(work, "1.2");
  const before = new Set(fs.readdirSync(at("index"), { recursive: true, encoding: "utf8" }));
  fs.copyFileSync(at("index/timestamp.json"), at("timestamp.kept"));
  expect(await update()).toMatchObject({ code: 0 });
  const made = fs
    .readdirSync(at("index"), { recursive: true, encoding: "utf8" })
    .filter((name) => !before.has(name));
  expect(made.filter((name) => /^\d+\.(targets|snapshot)\.json$/.test(name))).toHaveLength(2);
  // All was written but the timestamp, which is the last.
  fs.copyFileSync(at("timestamp.kept"), at("index/timestamp.json"));
  work.forget();
  expect((await verify("--json")).out).not.toContain('"version": "1.2"');
  expect(await update()).toMatchObject({ code: 0 });
  expect((await verify("--json")).out).toContain('"version": "1.2"');
});

test("two updates at once: one of them is refused, and what is there is whole", async () => {
  await addRecord(work, "1.3");
  const both = await Promise.all([update("--json"), update("--json")]);
  const failed = both.filter(({ code }) => code !== 0);
  // By how far the first one is: it has written the same version, or published it already.
  for (const { err } of failed)
    expect(err).toMatch(/somebody else wrote this version just now|users would see an older one/);
  const versions = both.flatMap(({ code, out }) =>
    code === 0 ? [(JSON.parse(out) as { version: number }).version] : [],
  );
  // No version has two contents: where both succeed, one came after the other.
  expect(versions.length).toBeGreaterThan(0);
  expect(new Set(versions).size).toBe(versions.length);
  expect(await verify()).toMatchObject({ code: 0 });
});

test("a folder that is older than what is published is not signed", async () => {
  fs.cpSync(at("index"), at("stale"), { recursive: true });
  await index("refresh", "--sign", at("stamp.pem"));
  const { code, err } = await runCli(["index", "refresh", "--index", at("stale"), "--sign", at("stamp.pem")]);
  expect(code).toBe(1);
  expect(err).toMatch(
    /version \d+ of the index is published, and .*stale has version \d+: users would see an older/,
  );
});

test("where the server is down, a withdrawal is signed all the same", async () => {
  work.answer = (request) => Boolean(request.socket.destroy());
  const { code, err } = await index("refresh", "--sign", at("stamp.pem"));
  expect(code).toBe(0);
  expect(err).toContain("whether what is published is newer than this folder is not known");
});

describe("what is missing or wrong is one line", () => {
  test.each([
    { given: ["refresh"], code: 1, says: /the role timestamp needs 1 of its keys/ },
    {
      given: ["refresh", "--sign", "stamp.pub.pem"],
      code: 2,
      says: /stamp\.pub\.pem: a public key; --sign needs/,
    },
    { given: ["refresh", "--sign", "kms://x"], code: 2, says: /needs? a KMS key as cosign names it|awskms/ },
    {
      given: ["update", "--records-only", "--certificate-oidc-issuer", "https://accounts.google.com"],
      code: 2,
      says: /--certificate-identity is missing/,
    },
    { given: ["refresh", "--days", "0"], code: 2, says: /whole number from 1/ },
    {
      given: ["rotate", "--root-threshold", "2", "--sign", "root.pem"],
      code: 2,
      says: /2 of 1 key cannot sign/,
    },
    { given: ["sign", "--sign", "root.pem"], code: 1, says: /no root waits for signatures/ },
    { given: ["init", "--product", "demo"], code: 1, says: /an index was begun here already/ },
  ])("$given", async ({ given, code, says }) => {
    const words = given.map((word) => (word.endsWith(".pem") ? at(word) : word));
    const ran = await index(...words);
    expect(ran).toMatchObject({ code, out: "" });
    expect(ran.err).toMatch(says);
  });

  test("what expires soon is told, with the command", async () => {
    const { code, out } = await index("show", "--within", "30");
    expect(code).toBe(3);
    expect(out).toMatch(/problem: the timestamp expires on .*: run `imprimatur index refresh`/);
    expect(await index("show")).toMatchObject({ code: 0 });
  });
});
