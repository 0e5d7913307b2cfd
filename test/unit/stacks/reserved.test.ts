/** The passphrase and the release key of a rehearsal, beside a stack that reaches a cloud. */
import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseStackConfig } from "../../../config/parse";
import type { StackConfig } from "../../../config/stack";
import { releaseKey } from "../../../rehearsal/command/release-key";
import { findReserved } from "../../../stacks/reserved";

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "imprimatur-reserved-"))));
afterEach(() => rmSync(folder, { recursive: true }));

const { config } = parseStackConfig({
  product: { name: "demo", publisher: "My Company", provenance: { basedOn: "Debian 13" } },
  releases: [],
  record: {},
  aws: { homeRegion: "eu-central-1", regions: { "eu-central-1": {} } },
});

const lines = (env: Record<string, string>) => findReserved(config as StackConfig, folder, env).lines;

test("the rehearsal's key is refused, also as a copy, and one of the user's own is not", () => {
  const { privateKey } = releaseKey(folder);
  expect(lines({ IMPRIMATUR_SIGNING_KEY: privateKey })).toEqual([
    expect.stringContaining("a rehearsal's release key, and requests go to AWS; name your own"),
  ]);
  expect(lines({ IMPRIMATUR_SIGNING_KEY: privateKey, AWS_ENDPOINT_URL: "http://127.0.0.1:1" })).toEqual([]);
  const own = generateKeyPairSync("ed25519").privateKey.export({ format: "pem", type: "pkcs8" });
  writeFileSync(join(folder, "own.pem"), own);
  expect(lines({ IMPRIMATUR_SIGNING_KEY: "own.pem" })).toEqual([]);
  expect(lines({ IMPRIMATUR_SIGNING_KEY: "none.pem" })).toEqual([]);
});

test.each([
  { env: { PULUMI_CONFIG_PASSPHRASE: "rehearsal" }, isRefused: true },
  { env: { PULUMI_CONFIG_PASSPHRASE_FILE: "passphrase" }, isRefused: true },
  { env: { PULUMI_CONFIG_PASSPHRASE: "my own" }, isRefused: false },
  {
    env: { PULUMI_CONFIG_PASSPHRASE: "rehearsal", AWS_ENDPOINT_URL: "http://127.0.0.1:1" },
    isRefused: false,
  },
])(
  "a state of a real account under the rehearsal's passphrase ($env): refused $isRefused",
  ({ env, isRefused }) => {
    writeFileSync(join(folder, "passphrase"), "rehearsal\n");
    const found = lines(env as unknown as Record<string, string>);
    expect(found.map((line) => /passphrase is the rehearsal's/.test(line))).toEqual(isRefused ? [true] : []);
  },
);
