/**
 * `imprimatur verify machine` with tpm2-tools and a TPM 2.0 in software, whose registers are extended as the event log of a machine that was
 * booted says (test/unit/trust/machine/recorded.test.ts).
 */
import { execFileSync, spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { type Image, type ImageFile, writeImageFile } from "../../../config/image-file";
import { measuredBoot } from "../../../config/measured-boot";
import { readEventLog } from "../../../trust/machine/event-log";
import { testWith } from "../../e2e/harness/needs";
import { type Publication, publishIn } from "../../unit/cli/publication";
import { temporaryFolder } from "../../unit/disk/sparse-file";

const folder = temporaryFolder();
const at = (name: string) => path.join(folder, name);
const LAYOUTS = path.join(__dirname, "../../fixtures/measured-boot");
const EVENT_LOG = path.join(LAYOUTS, "unified-image", "event.log");
const test = testWith(["swtpm", "swtpm_setup", "tpm2_quote"]);
const PROGRAM = path.join(__dirname, "../../../cli/imprimatur.js");
let publication: Publication;

beforeAll(async () => {
  publication = await publishIn(folder);
  for (const layout of ["unified-image", "systemd-boot"]) {
    const text = fs.readFileSync(path.join(LAYOUTS, layout, "measured-boot.json"), "utf8");
    const expected = measuredBoot.parse(JSON.parse(text));
    const record = await publication.recordOf("1.0", [], undefined, ({ predicate }) => {
      const { product, version, images } = predicate.imageFile as ImageFile;
      const x86_64 = { ...images.x86_64, measuredBoot: expected } as Image;
      predicate.imageFile = JSON.parse(writeImageFile({ product, version, images: { x86_64 } })) as unknown;
    });
    fs.writeFileSync(at(`${layout}.sigstore.json`), record);
  }
});

afterEach(() => {
  if (!fs.existsSync(at("pid"))) return;
  process.kill(Number(fs.readFileSync(at("pid"), "utf8")));
  fs.rmSync(at("pid"), { force: true });
});

/** Of this TPM; `none`: of one that is not there. */
const environment = (socket = "tpm.sock") => ({ ...process.env, TPM2TOOLS_TCTI: `swtpm:path=${at(socket)}` });

function run(program: string, ...args: string[]): void {
  execFileSync(program, args, { stdio: "pipe", env: environment() });
}

/** A TPM that has measured what the log says. Returns once it listens. */
function startTpm(): void {
  fs.rmSync(at("tpm"), { recursive: true, force: true });
  fs.mkdirSync(at("tpm"));
  run("swtpm_setup", "--tpm2", "--tpmstate", at("tpm"), "--pcr-banks", "sha256,sha384");
  const sockets = [
    "--server",
    `type=unixio,path=${at("tpm.sock")}`,
    "--ctrl",
    `type=unixio,path=${at("tpm.sock.ctrl")}`,
  ];
  const started = ["--flags", "startup-clear,not-need-init", "--daemon", "--pid", `file=${at("pid")}`];
  run("swtpm", "socket", "--tpm2", "--tpmstate", `dir=${at("tpm")}`, ...sockets, ...started);
  const { events } = readEventLog(fs.readFileSync(EVENT_LOG), EVENT_LOG);
  const extensions = events.map(
    ({ pcr, digests }) => `${pcr}:sha256=${digests.sha256},sha384=${digests.sha384}`,
  );
  run("tpm2_pcrextend", ...extensions);
}

function verify(record: string, more: string[] = [], env = environment()) {
  const args = ["verify", "machine", "--record", at(`${record}.sigstore.json`), "--key", at("publisher.pem")];
  const all = [PROGRAM, ...args, "--event-log", EVENT_LOG, ...more];
  const {
    status: code,
    stdout: out,
    stderr: err,
  } = spawnSync(process.execPath, all, { encoding: "utf8", env });
  return { code, out, err };
}

test("a machine is asked, answers with a fresh quote, and somebody else may read the answer", () => {
  startTpm();
  const { code, out } = verify("unified-image", ["--save", at("evidence")]);
  expect(out).toMatch(/is genuine: demo 1\.0.*PCR 4, 9, 11, 12, 13 as the record says/);
  expect(code).toBe(0);
  expect(fs.readdirSync(at("evidence")).sort()).toEqual(["ak.pem", "event.log", "quote", "signature"]);
});

test("another boot than the record's is refused, and what was booted instead is named", () => {
  startTpm();
  const { code, out } = verify("systemd-boot");
  expect(code).toBe(3);
  expect(out).toMatch(/NOT genuine: boot loader \(PCR 4\)/);
});

test("registers that went on after the log are told", () => {
  startTpm();
  run("tpm2_pcrextend", `4:sha256=${"1".repeat(64)}`);
  const { code, err } = verify("unified-image");
  expect(code).toBe(1);
  expect(err).toContain("the log does not give the registers that were quoted");
});

test("a TPM that is not there is an error with the reason", () => {
  const { code, err } = verify("unified-image", [], environment("none.sock"));
  expect(code).toBe(1);
  expect(err).toMatch(/^imprimatur: tpm2_createprimary failed: .*; nothing was compared\n$/m);
});
