import { spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { publishIn } from "../../unit/cli/publication";
import { runCli } from "../../unit/cli/run-cli";
import { temporaryFolder } from "../../unit/disk/sparse-file";
import { makeKey } from "../signed-index/index-at-work";

// The one-file verifier, as a stranger has it: in an empty folder, with Node and nothing else.

const ROOT = path.join(__dirname, "../../..");
const folder = temporaryFolder();
const at = (name: string) => path.join(folder, name);
const FILE = "imprimatur-verify.mjs";

function node(words: readonly string[], cwd: string) {
  const env = { PATH: process.env.PATH, HOME: at("home"), XDG_CACHE_HOME: at("cache") };
  const { status, stdout, stderr } = spawnSync(process.execPath, words, {
    cwd,
    env,
    encoding: "utf8",
    timeout: 60_000,
  });
  return { code: status, out: stdout, err: stderr };
}
const build = (root: string, to: string) =>
  node(
    ["-e", `require(${JSON.stringify(`${root}/tools/verifier/build`)}).buildVerifier(${JSON.stringify(to)})`],
    root,
  );
const ask = (...words: string[]) => node([at(`alone/${FILE}`), ...words], at("alone"));

beforeAll(async () => {
  const { err, code } = build(ROOT, at("alone"));
  expect({ code, err }).toMatchObject({ code: 0 });
  const { recordOf } = await publishIn(folder);
  fs.mkdirSync(at("records"));
  fs.writeFileSync(at("records/1.0.sigstore.json"), await recordOf("1.0"));
  for (const name of ["root", "online"]) makeKey(at(name));
  const index = (command: string, ...words: string[]) =>
    runCli(["index", command, "--index", at("index"), ...words]);
  const keys = ["--root", at("root.pem"), "--targets", at("online.pem"), "--timestamp", at("online.pem")];
  await index("init", "--product", "demo", ...keys);
  const from = ["--records", at("records"), "--records-only", "--key", at("publisher.pem")];
  expect(await index("update", ...from, "--sign", at("online.pem"))).toMatchObject({ code: 0 });
}, 120_000);

test("its help begins with what the asker has", () => {
  const { code, out, err } = ask("--help");
  expect({ code, err }).toEqual({ code: 0, err: "" });
  expect(out.trimStart().split("\n")[1]).toMatch(
    /an AMI id, as ami-0123 +node imprimatur-verify\.mjs aws ami-0123/,
  );
  expect(ask("--version").out).toMatch(/^\d+\.\d+\.\d+\n$/);
});

test("a disk is genuine, by the trust file and by record and key; one bit, and it is not", () => {
  const trust = ["--trust", at("index/trust.json"), "--index", at("index")];
  expect(ask("disk", at("demo.raw"), ...trust)).toMatchObject({
    code: 0,
    out: expect.stringContaining("is genuine: demo 1.0 (x86_64)") as string,
  });
  const record = ["--record", at("records/1.0.sigstore.json"), "--key", at("publisher.pem")];
  expect(ask("disk", at("demo.raw"), ...record)).toMatchObject({ code: 0, err: "" });
  const bytes = fs.readFileSync(at("demo.raw"));
  bytes[4_500_000]! ^= 1;
  fs.writeFileSync(at("changed.raw"), bytes);
  expect(ask("disk", at("changed.raw"), ...record)).toMatchObject({ code: 3 });
});

test.each([
  ["aws", "ami-0123456789abcdef0", ["--region", "eu-west-1"]],
  ["gcp", "projects/publisher/global/images/demo-1", []],
  [
    "azure",
    "/CommunityGalleries/demo-1/Images/demo/Versions/1.0.0",
    ["--region", "westeurope", "--subscription", "1"],
  ],
])("the clients of %s are in it", (cloud, id, more) => {
  const record = ["--records", at("records"), "--key", at("publisher.pem")];
  const { code, err, out } = ask(cloud, id, ...more, ...record, "--debug");
  // Without a login or a network the cloud cannot be asked; nothing of the program is missing.
  expect([1, 3]).toContain(code);
  expect(err + out).not.toMatch(
    /Cannot find|not defined|not a function|ERR_|Dynamic require|fault in imprimatur/,
  );
});

test("a running system is compared, and without its list that is asked for", () => {
  const record = ["--record", at("records/1.0.sigstore.json"), "--key", at("publisher.pem")];
  const { code, err } = ask("system", ...record);
  expect(code).toBe(1);
  expect(err).toContain(
    "names no list of files; ask the publisher for releases made with 'imprimatur inspect --files'",
  );
});

test("errors are a line, and wrong usage is 2", () => {
  expect(ask("disk", "missing.raw", "--trust", at("index/trust.json"))).toMatchObject({ code: 1, out: "" });
  const { code, err } = ask("disk", "missing.raw");
  expect(code).toBe(2);
  expect(err).toContain("--record (or --records) is missing; or --trust");
});

test("built again in another folder, it has the same bytes", () => {
  const other = at("another/place/checkout");
  fs.mkdirSync(other, { recursive: true });
  const { stdout } = spawnSync("git", ["ls-files"], { cwd: ROOT, encoding: "utf8" });
  const left = /^(test|docs|images|bench|rehearsal)\//;
  for (const name of stdout
    .split("\n")
    .filter((name) => name !== "" && !left.test(name) && fs.existsSync(path.join(ROOT, name)))) {
    fs.mkdirSync(path.dirname(path.join(other, name)), { recursive: true });
    fs.copyFileSync(path.join(ROOT, name), path.join(other, name));
  }
  fs.symlinkSync(path.join(ROOT, "node_modules"), path.join(other, "node_modules"));
  const { code, err } = build(other, at("again"));
  expect({ code, err }).toMatchObject({ code: 0 });
  const bytes = fs.readFileSync(at(`again/${FILE}`));
  expect(bytes.equals(fs.readFileSync(at(`alone/${FILE}`)))).toBe(true);
  expect(bytes.includes(ROOT)).toBe(false);
});
