/** Both packages in a project of a user's own, without a checkout. */
import { spawn } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { parse } from "yaml";
import { unpack } from "../../cli/try/demo-disk";
import { emptyFolder, install, installBesides, packBoth } from "./harness/installed";

const CLASSES = ["@pulumi/aws", "@pulumi/gcp", "@pulumi/azure-native"];

let project: string;
let packed: string;
let tarballs: ReturnType<typeof packBoth>;
/** The variables that `imprimatur rehearsal env` exports, once it runs. */
let clouds: Record<string, string> = {};

beforeAll(async () => {
  packed = emptyFolder();
  tarballs = packBoth(packed);
  project = emptyFolder();
  install(project, "imprimatur", tarballs.product);
  await unpack(path.join(project, "my.raw"));
});

afterAll(async () => {
  await imprimatur("rehearsal", "stop");
  for (const folder of [packed, project]) fs.rmSync(folder, { recursive: true, force: true });
});

interface Ran {
  readonly status: number | null;
  readonly out: string;
  readonly err: string;
}

function imprimatur(...args: string[]): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const command = path.join(project, "node_modules/imprimatur/cli/imprimatur.js");
    const child = spawn(process.execPath, [command, ...args], {
      cwd: project,
      env: { ...process.env, XDG_CONFIG_HOME: path.join(project, "config"), ...clouds },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const kept = { out: "", err: "" };
    child.stdout.on("data", (chunk: Buffer) => (kept.out += chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => (kept.err += chunk.toString()));
    child.on("error", reject);
    child.on("close", (status) => resolve({ status, ...kept }));
  });
}

test("the package holds what runs, and no sources, tests or stand-ins", () => {
  const files = fs.readdirSync(path.join(project, "node_modules/imprimatur"), {
    recursive: true,
    encoding: "utf8",
  });
  expect(files.filter((file) => /(?<!\.d)\.ts$|(^|\/)(test|rehearsal|bench)\//.test(file))).toEqual([]);
  expect(fs.existsSync(path.join(project, "node_modules/tsx"))).toBe(false);
});

test("the rehearsal is a package of its own, which is said where it is missing", async () => {
  const { status, err } = await imprimatur("rehearsal", "env");
  expect(status).toBe(1);
  expect(err).toContain("npm install --save-dev @imprimatur/rehearsal");
  install(project, "@imprimatur/rehearsal", tarballs.rehearsal);
  const begun = await imprimatur("rehearsal", "start", "--image", "my.raw", "--product", "my-linux");
  expect(begun.err).toContain(
    "has no Pulumi.yaml, nor has a folder above it; npx imprimatur init begins a project",
  );
  expect({ status: begun.status, wrote: fs.existsSync(path.join(project, "images")) }).toEqual({
    status: 1,
    wrote: false,
  });
});

test("init begins a project with the disk's image file, and keys outside of it", async () => {
  const named = ["--product", "my-linux", "--publisher", "My Company", "--based-on", "Debian 13"];
  const where = [
    "--cloud",
    "aws",
    "--cloud",
    "gcp",
    "--gcp-project",
    "rehearsal-publisher",
    "--disk",
    "my.raw",
  ];
  const { status, out, err } = await imprimatur(
    "init",
    ...named,
    ...where,
    "--no-stack",
    "--version",
    "20261120.0",
  );
  expect(`${status} ${err}`).toMatch(/^0 /);
  expect(out).toContain("npx imprimatur plan");
  expect(fs.existsSync(path.join(project, "images/my-linux/20261120.0.json"))).toBe(true);
});

test("a cloud whose resource classes are not installed is named with what installs them", async () => {
  clouds = JSON.parse((await imprimatur("rehearsal", "env", "--json", "--pace", "0")).out) as Record<
    string,
    string
  >;
  await imprimatur("pulumi", "stack", "select", "my-linux", "--create");
  const { status, out, err } = await imprimatur("pulumi", "preview", "--non-interactive");
  expect(status).not.toBe(0);
  expect(out + err).toContain("run: npm install @pulumi/aws");
  installBesides(project, ...CLASSES);
});

test("the project's own stack is planned, published staged, and found unchanged", async () => {
  clouds.IMPRIMATUR_SIGNING_KEY = path.join(project, "config/imprimatur/my-linux/release.pem");
  const plan = await imprimatur("plan");
  expect(plan.status).toBe(10);
  expect(plan.out).toContain("uploads 6 MiB for x86_64");
  const up = await imprimatur("up", "--yes");
  expect(`${up.status} ${up.err}`).toMatch(/^0 /);
  expect((await imprimatur("pulumi", "preview", "--expect-no-changes", "--non-interactive")).status).toBe(0);
});

test("a program of the user's own, which imports the package, registers what the ready one does", async () => {
  const { config } = parse(fs.readFileSync(path.join(project, "stacks/Pulumi.my-linux.yaml"), "utf8")) as {
    config: Record<string, unknown>;
  };
  const values = Object.fromEntries(
    Object.entries(config).map(([key, value]) => [key.replace("imprimatur:", ""), value]),
  );
  const program = path.join(project, "index.js");
  const ready = fs.readFileSync(program, "utf8");
  fs.writeFileSync(
    program,
    `const { publish, stackOf } = require("imprimatur");\nmodule.exports = publish(stackOf(${JSON.stringify(values)}));\n`,
  );
  const { status, out } = await imprimatur("pulumi", "preview", "--expect-no-changes", "--non-interactive");
  fs.writeFileSync(program, ready);
  expect(`${status} ${out}`).toMatch(/^0 /);
});

test("a try publishes a disk of one's own privately and takes it away again, without a project", async () => {
  const folder = emptyFolder();
  clouds.XDG_STATE_HOME = path.join(folder, "state");
  const asked = ["--disk", path.join(project, "my.raw"), "--project", "rehearsal-publisher", "--yes"];
  const tried = await imprimatur("try", "gcp", ...asked, "--transcript", path.join(folder, "try.jsonl"));
  expect(`${tried.status} ${tried.err}`).toMatch(/^0 [^]*is genuine: try-[^]*Nothing of try-\w+ is left/);
  expect(fs.readdirSync(path.join(folder, "state/imprimatur/try"))).toEqual([]);
  expect(fs.readdirSync(path.join(project, "stacks"))).toEqual(["Pulumi.my-linux.yaml"]);
  delete clouds.XDG_STATE_HOME;
  fs.rmSync(folder, { recursive: true });
});

test("a disk is published to the rehearsal's clouds and checked by a stranger with one command", async () => {
  const started = await imprimatur(
    "rehearsal",
    "start",
    "--image",
    "my.raw",
    "--product",
    "my-linux",
    "--stack",
    "shown",
    "--version",
    "20261121.0",
  );
  expect(`${started.status} ${started.err}`).toMatch(/^0 /);
  expect(started.out.match(/ is genuine: my-linux 20261121\.0/g)).toHaveLength(3);
});

test("destroy leaves nothing in any account", async () => {
  for (const stack of ["shown", "my-linux"]) {
    const file = path.join(project, "stacks", `Pulumi.${stack}.yaml`);
    fs.writeFileSync(
      file,
      fs.readFileSync(file, "utf8").replace("state: staged", "state: staged\n      protect: false"),
    );
    if (stack === "my-linux") await imprimatur("up", "--yes", "--stack", stack);
    const { status, err } = await imprimatur("destroy", "--yes", "--stack", stack);
    expect(`${stack} ${status} ${err}`).toMatch(/^[a-z-]+ 0 /);
  }
  expect(JSON.parse((await imprimatur("rehearsal", "inventory", "--json")).out)).toEqual([]);
});
