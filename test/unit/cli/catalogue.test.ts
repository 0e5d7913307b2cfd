import { generateKeyPairSync } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { temporaryFolder } from "../disk/sparse-file";
import { objectIn } from "../catalogue/facts";
import { type Publication, publishIn } from "./publication";
import { runCli } from "./run-cli";

const folder = temporaryFolder();
const at = (name: string) => path.join(folder, name);
const read = (name: string) => fs.readFileSync(at(name), "utf8");
let publication: Publication;
beforeAll(async () => {
  publication = await publishIn(folder);
  fs.mkdirSync(at("records/demo"), { recursive: true });
  for (const version of ["1.0", "1.1"])
    fs.writeFileSync(
      at(`records/demo/${version}.sigstore.json`),
      await publication.recordOf(version, [objectIn({ id: `ami-${version}` })]),
    );
  fs.writeFileSync(
    at("records/demo/1.0.withdrawn.sigstore.json"),
    await publication.noticeOf("1.0", "its sshd"),
  );
  fs.copyFileSync(at("demo.raw.blockmap"), at("records/demo/1.1-x86_64.blockmap"));
  fs.writeFileSync(at("state.json"), JSON.stringify(state("1.1")));
  const other = generateKeyPairSync("ed25519").publicKey;
  fs.writeFileSync(at("other.pem"), other.export({ format: "pem", type: "spki" }));
});

/** What `pulumi stack export` says of one published release, shared with an account in Dublin. */
function state(version: string) {
  const urn = (type: string, name: string) => `urn:pulumi:demo::imprimatur::${type}::${name}`;
  const resource = (type: string, name: string, values: object) => ({
    ...{ urn: urn(type, name), type, custom: true, inputs: values, outputs: values },
  });
  const entry = {
    state: "published",
    protected: true,
    digests: {},
    audience: {},
    endOfLife: "2029-01-01T00:00:00Z",
  };
  const resources = [
    resource("imprimatur:index:Lifecycle", "demo", { releases: { [version]: entry } }),
    resource("imprimatur:component:Release", `demo-${version}`, {}),
    resource("imprimatur:aws:ImageSharing", `demo-${version}-x86_64-eu-west-1`, {
      accounts: ["210987654321"],
    }),
  ];
  return { version: 3, deployment: { resources } };
}

const signed = (...options: string[]) => [
  "--records",
  at("records"),
  "--key",
  at("publisher.pem"),
  ...options,
];
const build = (...options: string[]) => runCli(["catalogue", "build", ...signed(), ...options]);

test("makes a site of what is signed, with the records, notices, block maps and the key to download", async () => {
  const { code, out } = await build("--records-only", "--output", at("site"));
  expect({ code, out }).toEqual({
    code: 0,
    out: `2 releases of 1 product: file://${at("site/index.html")}\n`,
  });
  for (const [name, from] of [
    ["records/demo/1.1.sigstore.json", "records/demo/1.1.sigstore.json"],
    ["records/demo/1.0.withdrawn.sigstore.json", "records/demo/1.0.withdrawn.sigstore.json"],
    ["records/demo/1.1-x86_64.blockmap", "records/demo/1.1-x86_64.blockmap"],
    ["publisher.pem", "publisher.pem"],
  ])
    expect(fs.readFileSync(at(`site/${name}`)).equals(fs.readFileSync(at(from!)))).toBe(true);
  expect(read("site/releases/demo/1.0.html")).toContain("its sshd");
  expect(read("site/releases/demo/1.1.html")).toContain("ami-1.1");
});

test("the state of a stack says until when and for whom, without the accounts' names", async () => {
  expect((await build("--state", at("state.json"), "--output", at("site"))).code).toBe(0);
  expect(JSON.parse(read("site/v1/latest/demo.json"))).toMatchObject({
    ...{ version: "1.1", state: "published", stateFrom: "stack", endOfLife: "2029-01-01T00:00:00Z" },
    images: [{ places: [{ id: "ami-1.1", availability: "named" }] }],
  });
  expect(read("site/releases/demo/1.1.html")).not.toContain("210987654321");
});

test("a record that the publisher's key did not sign is an error by its name, and nothing is made", async () => {
  fs.mkdirSync(at("mixed"), { recursive: true });
  fs.copyFileSync(at("records/demo/1.0.sigstore.json"), at("mixed/1.0.sigstore.json"));
  const bundle = JSON.parse(read("records/demo/1.1.sigstore.json")) as { dsseEnvelope: { payload: string } };
  const payload = Buffer.from(bundle.dsseEnvelope.payload, "base64").toString().replace("ami-1.1", "ami-666");
  bundle.dsseEnvelope.payload = Buffer.from(payload).toString("base64");
  fs.writeFileSync(at("mixed/1.1.sigstore.json"), JSON.stringify(bundle));
  const asked = [
    "catalogue",
    "build",
    "--records",
    at("mixed"),
    "--key",
    at("publisher.pem"),
    "--records-only",
  ];
  const { code, err } = await runCli([...asked, "--output", at("never")]);
  expect(code).toBe(1);
  expect(err).toMatch(/^imprimatur: .*mixed\/1\.1\.sigstore\.json: the signature does not fit/);
  expect(err).toContain("nothing was made: a catalogue holds only what its publisher signed");
  expect(fs.existsSync(at("never"))).toBe(false);
});

test.each([
  {
    what: "no key",
    args: ["--records", "records"],
    says: /^imprimatur: --key is missing: whose word counts\?/,
  },
  {
    what: "an address that is none",
    args: ["--key", "k", "--url", "images.example.org"],
    says: /--url needs an address as https:/,
  },
  {
    what: "both a state and none",
    args: ["--key", "k", "--records-only", "--state", "s"],
    says: /--records-only leaves the stacks' state out/,
  },
])("$what is wrong usage", async ({ args, says }) => {
  const { code, err } = await runCli(["catalogue", "build", ...args]);
  expect(code).toBe(2);
  expect(err).toMatch(says);
});

test("another key than the publisher's makes no catalogue", async () => {
  const asked = [
    "catalogue",
    "build",
    "--records",
    at("records"),
    "--key",
    at("other.pem"),
    "--records-only",
  ];
  const { code, err } = await runCli([...asked, "--output", at("never")]);
  expect(code).toBe(1);
  expect(err).toMatch(/no record .* in it is signed by a key that you trust/);
});

test("somebody's own folder is not replaced", async () => {
  fs.mkdirSync(at("home"));
  fs.writeFileSync(at("home/thesis.txt"), "");
  const { code, err } = await build("--records-only", "--output", at("home"));
  expect({ code, left: fs.readdirSync(at("home")) }).toEqual({ code: 1, left: ["thesis.txt"] });
  expect(err).toMatch(/home: it holds something else than a catalogue/);
});

test("a block map that is not the signed one is refused by name", async () => {
  fs.cpSync(at("records"), at("spoiled"), { recursive: true });
  fs.appendFileSync(at("spoiled/demo/1.1-x86_64.blockmap"), "x");
  const asked = [
    "catalogue",
    "build",
    "--records",
    at("spoiled"),
    "--key",
    at("publisher.pem"),
    "--records-only",
  ];
  const { code, err } = await runCli([...asked, "--output", at("never")]);
  expect(code).toBe(1);
  expect(err).toMatch(/1\.1-x86_64\.blockmap: its SHA-256 is \w+, and the signed record says/);
});

test("announces the newest release, or the one that is named", async () => {
  const site = ["--url", "https://images.example.org/"];
  const newest = await runCli([
    "announce",
    ...signed("--state", at("state.json"), "--product", "demo", ...site),
  ]);
  expect(newest.out).toContain("<https://images.example.org/releases/demo/1.1.html>");
  expect(newest.out).toMatch(
    /^# demo 1\.1 is published\n\n\*\*Not official: based on Debian 13, by Example\.\*\*\n/,
  );
  const withdrawn = await runCli([
    "announce",
    ...signed("--records-only", "--release", "1.0", "--format", "plain"),
  ]);
  expect(withdrawn.out).toMatch(/^demo 1\.0 is withdrawn: do not use it\n[^]*Reason: its sshd\./);
  const wrong = await runCli(["announce", ...signed("--records-only", "--release", "1.9")]);
  expect({ code: wrong.code, err: wrong.err }).toEqual({
    code: 1,
    err: "imprimatur: --release: there is no record of demo 1.9; there are 1.1 and others\n",
  });
});

test("the signed index of a product and the one-file verifier go along, and a root that waits does not", async () => {
  const home = process.cwd();
  fs.mkdirSync(at("index/demo/targets"), { recursive: true });
  const site = ["1.root.json", "targets/a.releases.json", "timestamp.json", "trust.json"];
  for (const name of [...site, "pending.root.json"]) fs.writeFileSync(at(`index/demo/${name}`), name);
  fs.writeFileSync(at("verifier.mjs"), "verifier");
  process.chdir(folder);
  try {
    const asked = ["catalogue", "build", ...signed("--records-only"), "--output", at("with-index")];
    expect(await runCli([...asked, "--verifier", at("verifier.mjs")])).toMatchObject({ code: 0 });
  } finally {
    process.chdir(home);
  }
  const index = fs.readdirSync(at("with-index/index/demo"), { recursive: true, encoding: "utf8" });
  expect(index.filter((name) => name !== "targets").sort()).toEqual(site);
  expect(read("with-index/products/demo.html")).toContain('href="../index/demo/trust.json"');
  expect(read("site/products/demo.html")).not.toContain("trust.json");
  expect(read("with-index/imprimatur-verify.mjs")).toBe("verifier");
  expect(read("with-index/imprimatur-verify.mjs.sha256")).toMatch(
    /^[0-9a-f]{64} {2}imprimatur-verify\.mjs\n$/,
  );
});
