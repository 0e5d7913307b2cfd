/** The pipelines that `imprimatur init --ci` writes: every script of theirs is run by bash, with stand-ins for the services around it. */
import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { parse } from "yaml";
import { runCli } from "../../unit/cli/run-cli";

const DISK = Buffer.from("a raw disk");
const SHA256 = createHash("sha256").update(DISK).digest("hex");
const HEAD = "1".repeat(40);

const before = process.cwd();
const environment = { ...process.env };
let project: string;
let bin: string;
beforeEach(() => {
  project = fs.mkdtempSync(path.join(os.tmpdir(), "imprimatur-pipelines-"));
  bin = path.join(project, ".bin");
  fs.mkdirSync(bin);
  process.env.XDG_CONFIG_HOME = path.join(project, ".config");
  process.chdir(project);
});
afterEach(() => {
  process.chdir(before);
  process.env = { ...environment };
  fs.rmSync(project, { recursive: true });
});

/** A program on PATH; each of its calls is written to `.calls`. */
function standIn(name: string, script: string): void {
  const text = `#!/bin/bash\necho "${name} $*" >> "${project}/.calls"\n${script}\n`;
  fs.writeFileSync(path.join(bin, name), text, { mode: 0o755 });
}
const calls = () => (fs.existsSync(".calls") ? fs.readFileSync(".calls", "utf8").trimEnd().split("\n") : []);

interface Step {
  readonly name?: string;
  readonly uses?: string;
  readonly run?: string;
}
interface Workflow {
  readonly permissions: object;
  readonly jobs: Readonly<Record<string, { readonly permissions: object; readonly steps: readonly Step[] }>>;
}
type Pipeline = Readonly<
  Record<string, { readonly script: readonly string[]; readonly before_script?: readonly string[] }>
>;

async function written<T>(ci: string, file: string): Promise<T> {
  const { code, err } = await runCli([
    ...["init", "--no-stack", "--product", "my-linux", "--publisher", "MyCompany", "--based-on", "Debian 13"],
    ...["--cloud", "aws", "--cloud", "gcp", "--gcp-project", "my-project", "--cloud", "azure"],
    ...["--backend", "s3://my-state", "--ci", ci],
  ]);
  expect({ code, err }).toMatchObject({ code: 0 });
  return parse(fs.readFileSync(file, "utf8")) as T;
}
const workflow = () => written<Workflow>("github", ".github/workflows/images.yml");
const pipeline = () => written<Pipeline>("gitlab", ".gitlab-ci.yml");

/** As GitHub runs `shell: bash`, and as GitLab's runner does. */
function bash(script: string, env: Record<string, string> = {}) {
  const { status, stdout, stderr } = spawnSync(
    "bash",
    ["--noprofile", "--norc", "-eo", "pipefail", "-c", script],
    {
      encoding: "utf8",
      env: {
        HOME: project,
        PATH: `${bin}:${process.env.PATH}`,
        STACK: "my-linux",
        RUNNER_TEMP: project,
        ...env,
      },
    },
  );
  return { status, said: stdout + stderr };
}
const step = ({ jobs }: Workflow, job: string, name: string) =>
  jobs[job]?.steps.find((one) => one.name === name)?.run ?? "";

function plan(exit: number): void {
  standIn("npx", `echo "### Stack my-linux"; [ ${exit} -ge 13 ] || echo '{}' > plan.json; exit ${exit}`);
}
/** A plan that uploads a release whose disk is not here. */
function uploads(): void {
  fs.mkdirSync("images/my-linux", { recursive: true });
  fs.writeFileSync(
    "images/my-linux/20261120.0.json",
    JSON.stringify({ images: { x86_64: { sha256: SHA256, file: "my.raw" } } }),
  );
  const statements = [
    { kind: "upload", release: "20261120.0" },
    { kind: "register", release: "20261121.0" },
  ];
  fs.writeFileSync("plan.json", JSON.stringify({ publication: { statements } }));
}
/** Answers with bytes for the file that `--output` names. */
const answersWith = (bytes: string) =>
  standIn(
    "curl",
    `while [ $# -gt 0 ]; do [ "$1" = --output ] && printf '${bytes}' > "$2"; shift; done; true`,
  );

test("GitHub: actions are pinned by commit, jobs have the least rights, and no script takes in an expression", async () => {
  const { permissions, jobs } = await workflow();
  expect(permissions).toEqual({});
  expect(Object.keys(jobs)).toEqual(["plan", "up", "night"]);
  expect(jobs.up?.permissions).toEqual({
    contents: "read",
    "id-token": "write",
    "pull-requests": "read",
    actions: "read",
  });
  const steps = Object.values(jobs).flatMap((job) => job.steps);
  for (const { uses } of steps) if (uses !== undefined) expect(uses).toMatch(/^[\w-]+\/[\w-]+@[0-9a-f]{40}$/);
  for (const { run } of steps) expect(run ?? "").not.toContain("${{");
});

test.each([
  { exit: 0, ends: 0 },
  { exit: 11, ends: 0 },
  { exit: 13, ends: 0 },
  { exit: 1, ends: 1 },
])(
  "GitHub: a plan that ends with $exit makes its step end with $ends, and is the comment",
  async ({ exit, ends }) => {
    const made = await workflow();
    plan(exit);
    expect(bash(step(made, "plan", "Plan")).status).toBe(ends);
    expect(calls()).toEqual(["npx imprimatur plan --stack my-linux --ci --markdown --save plan.json"]);
    standIn("gh", `cat plan.md > comment`);
    bash(step(made, "plan", "Comment"), { GH_TOKEN: "t", PULL_REQUEST: "7", GITHUB_REPOSITORY: "me/images" });
    expect(fs.readFileSync("comment", "utf8")).toBe("### Stack my-linux\n");
    expect(calls().at(-1)).toBe(
      "gh pr comment 7 --repo me/images --body-file plan.md --edit-last --create-if-none",
    );
  },
);

test("GitHub: main does the plan of the pull request's own last commit, and a push without one does nothing", async () => {
  const fetch = step(await workflow(), "up", "Fetch the plan that was reviewed");
  const env = { GH_TOKEN: "t", GITHUB_SHA: "2".repeat(40), GITHUB_REPOSITORY: "me/images" };
  standIn(
    "gh",
    `case "$1 $2" in "api "*) echo ${HEAD} ;; "run list") echo 42 ;; *) echo '{"saved": true}' > plan.json ;; esac`,
  );
  expect(bash(fetch, env).status).toBe(0);
  expect(calls()).toEqual([
    expect.stringContaining(`gh api repos/me/images/commits/${env.GITHUB_SHA}/pulls`),
    expect.stringContaining(`--event pull_request --commit ${HEAD} --status success`),
    "gh run download 42 --repo me/images --name plan",
  ]);
  standIn("gh", "true");
  const { status, said } = bash(fetch, env);
  expect({ status, said }).toEqual({
    status: 1,
    said: expect.stringContaining("without a pull request") as string,
  });
});

test("a raw disk is fetched by its digest, and refused where its bytes are others", async () => {
  const fetch = step(await workflow(), "up", "Fetch the raw disks");
  uploads();
  answersWith(DISK.toString());
  expect(bash(fetch, { DISKS_URL: "https://disks.my-linux.org" })).toMatchObject({ status: 0 });
  expect(calls()).toEqual([expect.stringMatching(`https://disks.my-linux.org/${SHA256}.raw$`)]);
  expect(fs.readFileSync("images/my-linux/my.raw")).toEqual(DISK);
  answersWith("other bytes");
  expect(bash(fetch, { DISKS_URL: "https://disks.my-linux.org" }).status).not.toBe(0);
});

test("GitHub: the release key is in a file of the job alone", async () => {
  const run = step(await workflow(), "up", "Release key");
  const env = path.join(project, "env");
  expect(bash(run, { RELEASE_KEY: "-----BEGIN", GITHUB_ENV: env })).toMatchObject({ status: 0, said: "" });
  expect(fs.statSync("release.pem").mode & 0o777).toBe(0o600);
  expect(fs.readFileSync(env, "utf8")).toBe(`IMPRIMATUR_SIGNING_KEY=${project}/release.pem\n`);
});

test("outdated packages are asked for with the records that are outputs of the stack", async () => {
  const run = step(await workflow(), "night", "Outdated packages");
  standIn("npx", `case "$2" in pulumi) echo '{"20261120.0": "{\\"mediaType\\": 1}"}' ;; *) exit 4 ;; esac`);
  expect(bash(run).status).toBe(4);
  expect(fs.readFileSync("records/20261120.0.sigstore.json", "utf8")).toBe('{"mediaType": 1}\n');
  expect(calls().at(-1)).toBe("npx imprimatur stale --records records --sboms images --key my-linux.pub.pem");
});

test.each([{ policy: true }, { policy: false }])(
  "retention is a branch and a pull request where there is a policy ($policy) and something is due",
  async ({ policy }) => {
    const run = step(await workflow(), "night", "Retention as a pull request");
    const git = (...args: string[]) =>
      execFileSync("git", args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
    const stack = "stacks/Pulumi.my-linux.yaml";
    if (policy) fs.appendFileSync(stack, "  imprimatur:policy: {}\n");
    git("init", "--quiet", "--bare", "origin.git");
    git("init", "--quiet", "--initial-branch", "main");
    git("add", "stacks");
    git("-c", "user.name=me", "-c", "user.email=me@my-linux.org", "commit", "--quiet", "--message", "first");
    git("remote", "add", "origin", path.join(project, "origin.git"));
    standIn("npx", `echo "# deprecated" >> ${stack}`);
    standIn("gh", "true");
    expect(bash(run, { GITHUB_REPOSITORY: "me/images" })).toMatchObject({ status: 0 });
    const branches = git("--git-dir", "origin.git", "branch", "--list");
    expect(branches.trim()).toMatch(policy ? /^retention-\d{4}-\d\d-\d\d$/ : /^$/);
    expect(calls()).toEqual(
      policy
        ? [
            "npx imprimatur retention --stack my-linux --write",
            "gh pr create --repo me/images --base main --fill",
          ]
        : [],
    );
  },
);

test("GitLab: each cloud's login is a file of the job's own token, and the plan is the comment", async () => {
  const made = await pipeline();
  for (const name of ["apt-get", "npm"]) standIn(name, "true");
  const tokens = { AWS_TOKEN: "a", GCP_TOKEN: "g", AZURE_TOKEN: "z" };
  const env = {
    ...tokens,
    GCP_PROVIDER: "projects/1/locations/global/p",
    GCP_SERVICE_ACCOUNT: "ci@my-project",
  };
  const login = (made[".images"]?.before_script ?? []).join("\n");
  const shown = bash(`${login}\nenv`, env);
  expect(shown.status).toBe(0);
  expect(shown.said).toMatch(/^AWS_WEB_IDENTITY_TOKEN_FILE=/m);
  expect(shown.said).toMatch(/^ARM_OIDC_TOKEN_FILE_PATH=/m);
  expect(fs.readFileSync(".aws-token", "utf8")).toBe("a");
  expect(JSON.parse(fs.readFileSync(".gcp-credentials.json", "utf8"))).toMatchObject({
    type: "external_account",
    audience: "//iam.googleapis.com/projects/1/locations/global/p",
    credential_source: { file: `${project}/.gcp-token` },
  });
  plan(11);
  answersWith("");
  const job = {
    CI_API_V4_URL: "https://gitlab/api/v4",
    CI_PROJECT_ID: "5",
    CI_MERGE_REQUEST_IID: "9",
    IMPRIMATUR_TOKEN: "t",
  };
  expect(bash((made.plan?.script ?? []).join("\n"), job).status).toBe(0);
  expect(calls().at(-1)).toMatch(
    /body@plan\.md https:\/\/gitlab\/api\/v4\/projects\/5\/merge_requests\/9\/notes$/,
  );
});

test("GitLab: the default branch does the merge request's plan; without one it does nothing", async () => {
  const { up } = await pipeline();
  const job = {
    CI_API_V4_URL: "https://gitlab/api/v4",
    CI_PROJECT_ID: "5",
    CI_COMMIT_SHA: HEAD,
    CI_COMMIT_BRANCH: "main",
    IMPRIMATUR_TOKEN: "t",
  };
  standIn("npx", "cat plan.json");
  const saved = '{"publication": {"statements": []}}';
  standIn(
    "curl",
    `case "$*" in *merge-requests*head*) echo '${saved}' > plan.json ;; *) echo '[{"iid": 9}]' ;; esac`,
  );
  const script = (up?.script ?? []).join("\n");
  expect(bash(script, job)).toEqual({ status: 0, said: `${saved}\n` });
  expect(calls().at(-1)).toBe("npx imprimatur up --plan plan.json --ci --yes");
  standIn("curl", "echo '[]'");
  expect(bash(script, job)).toMatchObject({
    status: 1,
    said: expect.stringContaining("without a merge request") as string,
  });
});

test("a pipeline needs a backend that its runner reaches", async () => {
  const { code, err } = await runCli([
    ...[
      "init",
      "--no-stack",
      "--product",
      "my-linux",
      "--publisher",
      "My",
      "--official",
      "--cloud",
      "aws",
      "--ci",
      "github",
    ],
  ]);
  expect(code).toBe(2);
  expect(err).toMatch(/--ci needs a --backend that a runner reaches too/);
});
