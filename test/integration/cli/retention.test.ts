import { execFileSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { CreateTagsCommand, RunInstancesCommand } from "@aws-sdk/client-ec2";
import { StandIn } from "../rehearsal/aws/stand-in";
import { imageFileText } from "./image-file-text";
import { runCli } from "../../unit/cli/run-cli";

const HOME = process.cwd();
const ENV = { ...process.env };
let folder: string;

beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "retention-"));
  fs.mkdirSync(path.join(folder, "stacks"));
  process.chdir(folder);
});
afterEach(() => {
  process.chdir(HOME);
  process.env = { ...ENV };
  fs.rmSync(folder, { recursive: true });
});

const RELEASES: [version: string, state: string, more?: string][] = [
  ["20261120.0", "published"],
  ["20261020.0", "published"],
  ["20250101.0", "deprecated", ', deprecateOn: "2025-06-01T00:00:00Z", endOfLife: "2026-01-01T00:00:00Z"'],
];

function stackFile(policy: string, aws = ""): string {
  const lines = RELEASES.map(([version, state, more = ""]) => {
    fs.writeFileSync(`${version}.json`, imageFileText(version));
    return `    - { version: "${version}", state: ${state}${more}, imageFile: ${version}.json } # a comment\n`;
  });
  const text = `config:
  imprimatur:product: { name: demo, publisher: Test, provenance: official }
  imprimatur:checks: { input: optional, policy: optional, record: optional }
  imprimatur:releases:
${lines.join("")}${policy}${aws}`;
  fs.writeFileSync("stacks/Pulumi.demo.yaml", text);
  return text;
}

const POLICY = "  imprimatur:policy: { keep: 1 }\n";
const AWS = "  imprimatur:aws: { homeRegion: eu-central-1, regions: { eu-central-1: {} } }\n";
const COMMAND = ["retention", "--stack", "demo", "--on", "2026-11-24"];
const written = () => fs.readFileSync("stacks/Pulumi.demo.yaml", "utf8");

test("proposes the edit as a diff with its reasons, and changes nothing", async () => {
  const text = stackFile(POLICY);
  const { code, out, err } = await runCli(COMMAND);
  expect(code).toBe(3);
  expect(out.split("\n").filter((line) => /^[-+] /.test(line))).toEqual([
    '-    - { version: "20261020.0", state: published, imageFile: 20261020.0.json } # a comment',
    expect.stringMatching(/^-.*20250101\.0", state: deprecated/),
    '+    - { version: "20261020.0", state: deprecated, deprecateOn: "2026-11-24T00:00:00Z", imageFile: 20261020.0.json } # a comment',
    expect.stringMatching(/^\+.*20250101\.0", state: withdrawn/),
  ]);
  fs.writeFileSync("retention.patch", out);
  execFileSync("git", ["apply", "--check", "retention.patch"]);
  expect(err).toContain(
    "20261020.0: published -> deprecated: 1 newer release is published, and the policy keeps 1\n",
  );
  expect(err).toContain("20250101.0: deprecated -> withdrawn: its support ended on 2026-01-01\n");
  expect(written()).toBe(text);
});

test("--write carries it out, and there is nothing left to do the same day", async () => {
  stackFile(POLICY);
  expect((await runCli([...COMMAND, "--write"])).code).toBe(0);
  expect(written()).toMatch(/20261020\.0", state: deprecated.*# a comment\n/);
  const again = await runCli(COMMAND);
  expect(again).toEqual({ code: 0, out: "", err: "Nothing to do by the policy.\n" });
});

test("an AMI that was launched lately keeps its release, and the guard can be overridden by name", async () => {
  stackFile(POLICY, AWS);
  const standIn = await StandIn.start();
  try {
    Object.assign(process.env, standIn.cloud.environment());
    const image = await standIn.image("demo-x86_64-20250101.0");
    const tags = { product: "demo", stack: "demo", release: "20250101.0" };
    const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key: `imprimatur:${Key}`, Value }));
    await standIn.ec2().send(new CreateTagsCommand({ Resources: [image], Tags }));
    await standIn
      .ec2()
      .send(new RunInstancesCommand({ ImageId: image, InstanceType: "t3.micro", MinCount: 1, MaxCount: 1 }));

    const today = [...COMMAND.slice(0, 3), "--on", new Date().toISOString().slice(0, 10)];
    const kept = JSON.parse((await runCli([...today, "--json"])).out) as { keptBack: object[] };
    expect(kept.keptBack).toEqual([
      expect.objectContaining({
        version: "20250101.0",
        guard: "launched",
        against: expect.stringContaining(`${image} in eu-central-1 was launched on`) as string,
      }),
    ]);
    const { out } = await runCli([...today, "--override", "launched:20250101.0"]);
    expect(out).toMatch(/^\+.*20250101\.0", state: withdrawn/m);
  } finally {
    await standIn.stop();
  }
});

test("without AWS nothing is withdrawn", async () => {
  stackFile(POLICY, AWS);
  const { err, out } = await runCli([...COMMAND, "--offline"]);
  expect(err).toContain("20250101.0: kept from being withdrawn");
  expect(out).not.toContain("withdrawn");
});

test.each([
  [["--on", "tomorrow"], 2, /--on: needs a date as 2026-11-24, or RFC 3339 .*, but has "tomorrow"/],
  [["--on", "2026-02-30"], 2, /--on: needs a date .*, but has "2026-02-30"/],
  [["--on", "2026-05-20T10:00"], 2, /--on: needs a date .*, but has "2026-05-20T10:00"/],
  [["--override", "all"], 2, /--override: needs one of last-good, launched/],
  [["--stack", "other"], 1, /stacks\/Pulumi\.other\.yaml: there is no such file here/],
])("%j is refused in one line", async (args, code, says) => {
  stackFile(POLICY);
  const ran = await runCli([...COMMAND, ...args]);
  expect(ran).toEqual({ code, out: "", err: expect.stringMatching(says) as string });
});

test("a stack without a policy is told so", async () => {
  stackFile("");
  expect((await runCli(COMMAND)).err).toMatch(/Pulumi\.demo\.yaml: imprimatur:policy is missing/);
});
