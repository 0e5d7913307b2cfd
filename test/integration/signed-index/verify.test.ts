import fs from "node:fs";
import path from "node:path";
import { runCli } from "../../unit/cli/run-cli";
import { addRecord, indexAtWork } from "./index-at-work";

// A stranger with a trust file and nothing else, against a web server that gives out an index, lies about it, or is not there.

const work = indexAtWork();
const { at, verify, update, index } = work;

/** The folder as it is now, to be given out again later. */
function copy(name: string): void {
  fs.rmSync(at(name), { recursive: true, force: true });
  fs.cpSync(at("index"), at(name), { recursive: true });
}
function restore(name: string): void {
  fs.rmSync(at("index"), { recursive: true, force: true });
  fs.cpSync(at(name), at("index"), { recursive: true });
}

beforeEach(() => {
  work.forget();
  if (fs.existsSync(at("kept"))) restore("kept");
  else copy("kept");
  for (const name of fs.readdirSync(at("records")))
    if (!name.startsWith("1.0.s")) fs.rmSync(at(`records/${name}`));
});

test("one file is enough: the record and whose signature it needs come from the index", async () => {
  const { code, out, err } = await verify();
  expect({ code, err }).toEqual({ code: 0, err: "" });
  expect(out).toMatch(/demo\.raw is genuine: demo 1\.0 \(x86_64\)/);
  expect(out).not.toContain("without --trust");
  const shown = JSON.parse((await verify("--json")).out) as { index: object };
  expect(shown.index).toMatchObject({ place: work.url, version: 1 });
  expect(Object.keys(shown.index)).not.toContain("fetchedOn");
});

test("the same from a folder, and with a root and a record instead of the trust file", async () => {
  const from = ["--index", at("index"), "--root", at("index/1.root.json")];
  const record = ["--record", at("records/1.0.sigstore.json"), "--key", at("publisher.pem")];
  expect(await verify(...from, ...record)).toMatchObject({ code: 0, err: "" });
  expect(await verify(...from)).toMatchObject({ code: 0, err: "" });
});

test("what else a cloud's image needs is asked for before the index is", async () => {
  const before = work.asked.length;
  const asked = ["verify", "aws", "ami-0123456789abcdef0", "--trust", at("trust.json")];
  const { code, err } = await runCli(asked);
  expect({ code, err }).toMatchObject({ code: 2, err: expect.stringContaining(" --region ") as string });
  const release = await runCli([...asked, "--region", "eu-west-1", "--release", "1.0"]);
  expect(release).toMatchObject({
    code: 2,
    err: expect.stringContaining("--release says nothing of aws") as string,
  });
  expect(work.asked).toHaveLength(before);
});

test("which release a disk is held against", async () => {
  const asked = ["verify", "disk", at("demo.raw"), "--trust", at("trust.json")];
  expect(await runCli([...asked, "--release", "1.0"])).toMatchObject({ code: 0 });
  const { code, err } = await runCli([...asked, "--release", "7.0"]);
  expect(code).toBe(1);
  expect(err).toMatch(/--release 7\.0: the index .* knows no such release of demo; it knows 1\.0/);
});

test("without an index the answer says what it cannot know", async () => {
  const record = ["--record", at("records/1.0.sigstore.json"), "--key", at("publisher.pem")];
  const { code, out } = await runCli(["verify", "disk", at("demo.raw"), ...record]);
  expect(code).toBe(0);
  expect(out).toContain("without --trust or --index nothing tells of a withdrawal");
});

describe("what the publisher says since", () => {
  test("a withdrawal, with its reason, though the asker has the record alone", async () => {
    fs.copyFileSync(at("records/1.0.sigstore.json"), at("mine.sigstore.json"));
    fs.writeFileSync(
      at("records/1.0.withdrawn.sigstore.json"),
      await work.publication.noticeOf("1.0", "it eats disks"),
    );
    const { out: changes } = await update();
    expect(changes).toContain("1.0: recorded (x86_64) -> withdrawn (it eats disks, x86_64)");
    const mine = ["--record", at("mine.sigstore.json"), "--key", at("publisher.pem")];
    const { code, out } = await verify(...mine);
    expect(code).toBe(4);
    expect(out).toContain("not current: demo 1.0 (x86_64)");
    expect(out).toContain("withdrawn on 2026-11-21T10:00:00.000Z, because: it eats disks");
  });

  test("a withdrawal is final: a notice that is lost stops the next update", async () => {
    fs.writeFileSync(at("records/1.0.withdrawn.sigstore.json"), await work.publication.noticeOf("1.0"));
    expect(await update()).toMatchObject({ code: 0 });
    fs.rmSync(at("records/1.0.withdrawn.sigstore.json"));
    const { code, err } = await update();
    expect(code).toBe(1);
    expect(err).toMatch(
      /it would be recorded: a withdrawal is final; put 1\.0\.withdrawn\.sigstore\.json back/,
    );
  });

  test("a newer release", async () => {
    await addRecord(work, "1.1");
    expect((await update()).out).toContain("newest for x86_64: 1.1");
    const { code, out } = await verify("--release", "1.0");
    expect(code).toBe(4);
    expect(out).toContain("1.1 is out, by the publisher's index");
    expect(await verify()).toMatchObject({ code: 0 });
  });

  test("a record that was signed again", async () => {
    fs.copyFileSync(at("records/1.0.sigstore.json"), at("mine.sigstore.json"));
    const edit = (statement: { predicate: { finishedOn?: string } }) =>
      void (statement.predicate.finishedOn = "2026-11-22T00:00:00.000Z");
    const before = fs.readFileSync(at("records/1.0.sigstore.json"));
    const again = await work.publication.recordOf("1.0", [], undefined, edit);
    fs.writeFileSync(at("records/1.0.sigstore.json"), again);
    expect((await update()).out).toContain("1.0: its record was signed again");
    const mine = ["--record", at("mine.sigstore.json"), "--key", at("publisher.pem")];
    const { code, out } = await verify(...mine);
    expect(code).toBe(4);
    expect(out).toContain("its record was replaced by another");
    fs.writeFileSync(at("records/1.0.sigstore.json"), before);
  });

  test("a release that it does not know, signed by the release key all the same", async () => {
    fs.writeFileSync(at("stolen.sigstore.json"), await work.publication.recordOf("6.6"));
    const stolen = ["--record", at("stolen.sigstore.json"), "--key", at("publisher.pem")];
    const { code, out } = await verify(...stolen);
    expect(code).toBe(3);
    expect(out).toMatch(/NOT genuine: the publisher's index of .* knows no release 6\.6/);
  });

  test("an index of another product", async () => {
    const { code, err } = await verify("--product", "debian-13");
    expect(code).toBe(1);
    expect(err).toContain("this is the index of demo, and --product says debian-13");
  });
});

describe("somebody between the publisher and the asker", () => {
  test("rolls back to an index from before the withdrawal", async () => {
    copy("old");
    fs.writeFileSync(at("records/1.0.withdrawn.sigstore.json"), await work.publication.noticeOf("1.0"));
    await update();
    expect(await verify("--release", "1.0")).toMatchObject({ code: 4 });
    restore("old");
    const { code, out } = await verify("--release", "1.0");
    expect(code).toBe(4);
    expect(out).toContain("withdrawn on");
    expect(out).toMatch(/an older index than this machine saw before \(version 2\) is shown as the newest/);
  });

  test("rolls back to an index from before a newer release: nothing is current by it", async () => {
    copy("old");
    expect(await index("refresh", "--sign", at("stamp.pem"))).toMatchObject({ code: 0 });
    expect(await verify()).toMatchObject({ code: 0 });
    restore("old");
    const { code, err } = await verify();
    expect(code).toBe(1);
    expect(err).toContain("it matches its record (demo 1.0), and whether it is current is not known");
    expect(err).toContain("somebody rolled it back");
  });

  test("freezes it: the timestamp is over", async () => {
    jest.useFakeTimers({ now: Date.now() + 8 * 86_400_000, doNotFake: FAKE_DATE_ALONE });
    try {
      const { code, err } = await verify();
      expect(code).toBe(1);
      expect(err).toMatch(/the index is expired \(good until .*Z\), by this machine's clock/);
    } finally {
      jest.useRealTimers();
    }
  });

  test("mixes two versions", async () => {
    copy("old");
    await addRecord(work, "1.1");
    await update();
    fs.copyFileSync(at("old/1.targets.json"), at("index/2.targets.json"));
    const { code, err } = await verify();
    expect(code).toBe(1);
    expect(err).toContain("the files of the index do not belong together");
  });

  test("changes a record, or signs an index of their own", async () => {
    const [record] = fs.readdirSync(at("index/targets")).filter((name) => name.endsWith(".sigstore.json"));
    fs.appendFileSync(at(`index/targets/${record}`), " ");
    expect((await verify()).err).toMatch(/larger than one can be|do not belong together/);
    restore("kept");
    fs.writeFileSync(
      at("index/timestamp.json"),
      fs.readFileSync(at("index/timestamp.json"), "utf8").replace(/"sig": "../, '"sig": "00'),
    );
    expect((await verify()).err).toContain("is not signed by the keys that your root names");
  });

  test.each([
    [
      "garbage",
      "<html>sign in to the hotel's network</html>",
      /not JSON|no index that your root vouches for/,
    ],
    ["a file without end", Buffer.alloc(3_000_000), /far larger than one can be/],
  ])("answers everything with %s", async (_what, body, says) => {
    work.answer = (_request, response) => Boolean(response.end(body));
    const { code, out, err } = await verify();
    expect({ code, out }).toEqual({ code: 1, out: "" });
    expect(err).toMatch(says);
    expect(err.trim().split("\n")).toHaveLength(1);
  });

  test("stopped an upload half-way", async () => {
    await addRecord(work, "1.1");
    await update();
    fs.rmSync(at("index/2.snapshot.json"));
    const { code, err } = await verify();
    expect(code).toBe(1);
    expect(err).toMatch(/a file of the index is missing .*2\.snapshot\.json/);
  });
});

describe("without a network", () => {
  const down = (request: { socket: { destroy(): void } }) => {
    request.socket.destroy();
    return true;
  };

  test("what was seen before answers, with its age", async () => {
    expect(await verify()).toMatchObject({ code: 0 });
    work.answer = down;
    const { code, out } = await verify();
    expect(code).toBe(0);
    expect(out).toMatch(/the index is not reached \(.*\): this is as of .*Z, 0 h ago/);
  });

  test("what was never seen answers nothing", async () => {
    work.answer = down;
    const { code, err } = await verify();
    expect(code).toBe(1);
    expect(err).toContain("it was never read on this machine");
  });

  test("what was seen and is over says so, and a withdrawal in it counts all the same", async () => {
    expect(await verify()).toMatchObject({ code: 0 });
    fs.writeFileSync(at("records/1.0.withdrawn.sigstore.json"), await work.publication.noticeOf("1.0"));
    work.answer = down;
    jest.useFakeTimers({ now: Date.now() + 8 * 86_400_000, doNotFake: FAKE_DATE_ALONE });
    try {
      const { code, err } = await verify();
      expect(code).toBe(1);
      expect(err).toMatch(/and what was fetched before was good until/);
      jest.useRealTimers();
      work.answer = undefined;
      await update();
      expect(await verify("--release", "1.0")).toMatchObject({ code: 4 });
      work.answer = down;
      jest.useFakeTimers({ now: Date.now() + 8 * 86_400_000, doNotFake: FAKE_DATE_ALONE });
      expect(await verify("--release", "1.0")).toMatchObject({ code: 4 });
    } finally {
      jest.useRealTimers();
    }
  });
});

describe("the memory of what was seen", () => {
  const seen = () => {
    const [folder] = fs.readdirSync(`${process.env.XDG_CACHE_HOME}/imprimatur/index`);
    return `${process.env.XDG_CACHE_HOME}/imprimatur/index/${folder}/seen.json`;
  };

  test("is damaged: said, and begun again", async () => {
    expect(await verify()).toMatchObject({ code: 0 });
    fs.writeFileSync(seen(), fs.readFileSync(seen(), "utf8").slice(0, 100));
    const { code, out } = await verify();
    expect(code).toBe(0);
    expect(out).toContain("what this machine saw of the index before cannot be read");
    expect((await verify()).out).not.toContain("cannot be read");
  });

  test("cannot be written: said, and answered", async () => {
    fs.writeFileSync(process.env.XDG_CACHE_HOME!, "a file in the way");
    const { code, out, err } = await verify();
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out).toMatch(/cannot be written \(.*\): an older index that is shown later is not noticed/);
  });

  test("is of the future: the clock is behind", async () => {
    jest.useFakeTimers({ now: Date.now() + 3 * 86_400_000, doNotFake: FAKE_DATE_ALONE });
    expect(await verify()).toMatchObject({ code: 0 });
    jest.useRealTimers();
    const { code, out } = await verify();
    expect(code).toBe(0);
    expect(out).toContain("set the clock, or an expired index is taken for a good one");
  });

  test("four at once leave a whole one", async () => {
    const ran = await Promise.all([verify(), verify(), verify(), verify()]);
    expect(ran.map(({ code }) => code)).toEqual([0, 0, 0, 0]);
    expect(JSON.parse(fs.readFileSync(seen(), "utf8"))).toHaveProperty("whole");
    expect(fs.readdirSync(path.dirname(seen())).sort()).toEqual(["seen.json", "targets"]);
  });
});

/** The clock alone is moved: sockets and timers go on. */
const FAKE_DATE_ALONE = [
  ...(["hrtime", "nextTick", "performance", "queueMicrotask", "setImmediate", "clearImmediate"] as const),
  ...(["setInterval", "clearInterval", "setTimeout", "clearTimeout"] as const),
];
