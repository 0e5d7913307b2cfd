/** What `imprimatur doctor` asks of the clouds, with faults: each is named with its cure, and none hides another cloud. */
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import type { Check } from "../../../cli/doctor/check";
import { checkClouds } from "../../../cli/doctor/clouds";
import { planNextRelease } from "../../../cli/doctor/next-release";
import { parseStackConfig } from "../../../config/parse";
import type { StackConfig } from "../../../config/stack";
import { startRehearsal } from "../../../rehearsal/server";
import type { Rehearsal } from "../../../rehearsal/running";

let rehearsal: Rehearsal;
const before = { ...process.env };
const folder = fs.mkdtempSync(path.join(os.tmpdir(), "imprimatur-doctor-"));
beforeAll(async () => {
  rehearsal = await startRehearsal({ folder: path.join(folder, "clouds"), pace: 0 });
});
beforeEach(async () => {
  process.env = { ...before, ...rehearsal.environment() };
  // The stand-in's certificate is trusted by processes that are started with it; this process was not.
  const azure = `http://127.0.0.1:${rehearsal.clouds.azure?.port}`;
  Object.assign(process.env, { AZURE_RESOURCE_MANAGER_ENDPOINT: azure, AZURE_AUTHORITY_HOST: azure });
  for (const cloud of Object.values(rehearsal.clouds)) await cloud.fault?.({ kind: "clear" });
});
afterAll(async () => {
  process.env = before;
  await rehearsal.stop();
  fs.rmSync(folder, { recursive: true, force: true });
});

const VALUES = {
  product: { name: "demo", publisher: "MyCompany", provenance: { basedOn: "Debian 13" } },
  releases: [],
  aws: {
    homeRegion: "eu-central-1",
    regions: { "eu-central-1": {}, "us-east-1": {} },
    sharing: { public: true },
  },
  gcp: { project: "rehearsal-publisher", bucket: { name: "demo-archives" }, sharing: { public: true } },
  azure: {
    resourceGroup: { name: "demo" },
    location: "westeurope",
    gallery: { name: "demo" },
    regions: { westeurope: {} },
  },
};

async function ask(values: Record<string, unknown> = VALUES, limit?: number) {
  const { config, problems } = parseStackConfig(values);
  expect(problems).toBeUndefined();
  const file = { stack: "demo", file: "stacks/Pulumi.demo.yaml", text: "", imageFiles: new Map() };
  const plan = planNextRelease({ ...file, config: config as StackConfig }, "demo");
  const context = { project: "imprimatur", stack: "demo", signal: new AbortController().signal };
  return checkClouds(plan, { ...context, ...(limit !== undefined && { limit }) }, () => undefined);
}

/** `aws permissions: problem`, of what is not as it should be. */
const wrong = (checks: readonly Check[]) => [
  ...new Set(
    checks
      .filter(({ state }) => state !== "ok")
      .map(({ area, check, state }) => `${area} ${check}: ${state}`),
  ),
];
const said = (checks: readonly Check[]) => checks.map(({ message }) => message).join("\n");

test("with the published roles everything is asked of every cloud, and nothing is wrong", async () => {
  const checks = await ask();
  expect(wrong(checks)).toEqual([]);
  expect(checks.map(({ area, check }) => `${area} ${check}`)).toEqual(
    ["aws", "gcp", "azure"].flatMap((cloud) =>
      ["login", "permissions", "next release", "clock"].map((check) => `${cloud} ${check}`),
    ),
  );
  expect(said(checks)).toContain("arn:aws:iam::111111111111:user/publisher, by AWS_ACCESS_KEY_ID");
});

test("rights that are missing are named on each cloud, with the document that gives them", async () => {
  await rehearsal.clouds.gcp?.fault?.({
    kind: "roles",
    roles: ["imprimatur/publisher", "imprimatur/bucket-maker"],
    without: ["compute.images.create"],
  });
  const checks = await ask();
  await rehearsal.clouds.gcp?.fault?.({
    kind: "roles",
    roles: ["imprimatur/publisher", "imprimatur/bucket-maker"],
    without: [],
  });
  expect(wrong(checks)).toEqual(["gcp permissions: problem"]);
  expect(said(checks)).toMatch(/compute\.images\.create .*docs\/policies\/gcp-publisher\.json/);
});

test("a region that was not opted in to is found before anything is uploaded", async () => {
  const checks = await ask({
    ...VALUES,
    aws: { ...VALUES.aws, regions: { ...VALUES.aws.regions, "eu-south-1": {} } },
  });
  expect(wrong(checks)).toEqual(["aws next release: problem"]);
  expect(said(checks)).toContain("aws account enable-region --region-name eu-south-1");
});

test("one cloud that never answers, one that refuses, one whose login cannot be reached: each says its own", async () => {
  await rehearsal.clouds.aws?.fault?.({ kind: "hang" });
  process.env.GOOGLE_OAUTH_ACCESS_TOKEN = "wrong";
  process.env.AZURE_AUTHORITY_HOST = "http://127.0.0.1:2";
  const started = Date.now();
  const checks = await ask(VALUES, 3_000);
  expect(Date.now() - started).toBeLessThan(20_000);
  const skipped = ["permissions: skipped", "next release: skipped"];
  expect(wrong(checks)).toEqual([
    ...["login: problem", ...skipped].map((line) => `aws ${line}`),
    "gcp next release: problem",
    ...["login: problem", ...skipped].map((line) => `azure ${line}`),
  ]);
  const of = (cloud: string) =>
    said(checks.filter(({ area, state }) => area === cloud && state === "problem"));
  expect(of("aws")).toMatch(/^no answer within 3 s.*; look at the network/);
  expect(of("gcp")).toMatch(/Invalid Credentials; the token in GOOGLE_OAUTH_ACCESS_TOKEN is over or refused/);
  expect(of("azure")).toMatch(/sign in on Azure: .*127\.0\.0\.1:2/);
});

test("two identities for the two providers are a problem before anything is asked", async () => {
  delete process.env.AWS_ACCESS_KEY_ID;
  delete process.env.AWS_SECRET_ACCESS_KEY;
  Object.assign(process.env, { AWS_PROFILE: "release", AWS_WEB_IDENTITY_TOKEN_FILE: "/run/token" });
  process.env.AZURE_CLIENT_ID = "8d1c4f52-3b6e-4f0a-9c27-5e1b7a90d3f4";
  const checks = await ask();
  expect(wrong(checks).filter((line) => !line.endsWith("skipped"))).toEqual([
    "aws login: problem",
    "azure login: problem",
  ]);
  expect(said(checks)).toMatch(
    /AWS_PROFILE \(release\) and AWS_WEB_IDENTITY_TOKEN_FILE .* unset one of them/,
  );
});
