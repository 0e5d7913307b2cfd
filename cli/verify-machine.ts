// Starts fast, as verify.ts does.
import { randomBytes } from "node:crypto";
import { Command, Option } from "commander";
import type { Architecture } from "../config/release";
import type { NamedFile } from "../trust/machine/attestation-key";
import type { MachineEvidence } from "../trust/machine/evidence";
import type { Io } from "./io";
import { UsageProblem } from "./problem";
import { repeated } from "./repeated";
import { signerProblems, withSignerOptions } from "./signer-options";
import type { RecordOptions } from "./trusted-records";
import { sayVerdict } from "./verify-answer";

/* eslint-disable @typescript-eslint/no-require-imports -- loaded when used, not before */
const load = {
  records: () => require("./trusted-records") as typeof import("./trusted-records"),
  check: () => require("../trust/machine/check-machine") as typeof import("../trust/machine/check-machine"),
  tpm: () => require("./machine/tpm") as typeof import("./machine/tpm"),
  read: () => require("../trust/read-text") as typeof import("../trust/read-text"),
  current: () => require("../trust/signed-index/current") as typeof import("../trust/signed-index/current"),
  log: () => require("../trust/machine/event-log") as typeof import("../trust/machine/event-log"),
};
/* eslint-enable @typescript-eslint/no-require-imports */

interface Options extends RecordOptions {
  architecture?: Architecture;
  eventLog?: string;
  quote?: string;
  signature?: string;
  ak?: string;
  akHandle?: string;
  akCertificate?: string;
  intermediate: string[];
  root: string[];
  nitroDocument?: string;
  nonce?: string;
  save?: string;
  product?: string;
  official?: boolean;
  json?: boolean;
}

const HELP = `
On the machine itself, with tpm2-tools and the rights to use the TPM (root): reads the event log, has the TPM sign its registers with a
fresh nonce, and compares what was measured with the record. A machine that lies can lie here too; so let somebody else check:

  1. they say a nonce:           openssl rand -hex 20
  2. the machine answers:        imprimatur verify machine --record … --key … --nonce <hex> --save evidence/
  3. they check the files:       imprimatur verify machine --record … --key … --nonce <hex> --event-log evidence/event.log \\
                                   --quote evidence/quote --signature evidence/signature --ak evidence/ak.pem

With a cloud's certificate of a key in the TPM: add --ak-handle <its handle> in step 2, and in step 3 --ak-certificate <file> --root <file>
instead of --ak.

Who vouches for the TPM's key:
  AWS      --nitro-document: nitro-tpm-attest --nonce <file> writes it; AWS's root is known, --root replaces it
  Google   --ak-certificate: tpm2_nvread 0x01c10002 (of confidential instances), --root: Google's "EK/AK CA Root"
  Azure    --ak-handle 0x81000003, --ak-certificate: tpm2_nvread 0x01C101D0, --root: "Azure Virtual TPM Root Certificate Authority 2023"

Exit codes: 0 it booted what the record says, 1 it could not be checked, 2 wrong usage, 3 it booted something else (which part is named),
4 it booted that, and it is withdrawn or a newer release is out.`;

/** No index is asked here: its options are those of an image. */
const ALONE =
  "nothing here tells of a withdrawal, a newer release or a newer record that you were not given: ask `imprimatur verify` about the image with --trust";

/** `imprimatur verify machine`: whether a running machine booted what a record says, by its TPM. */
export function machineCommand(io: Io): Command {
  const asked = new Command("machine")
    .description(
      "Checks by its TPM what a running machine booted: this one, or one whose answer is in files.",
    )
    .option("--record <file>", "the record of the release")
    .option("--records <folder>", "with --record: says whether a newer one is out");
  return withSignerOptions(asked)
    .addOption(new Option("--architecture <name>", "which disk of the record").choices(["x86_64", "arm64"]))
    .option("--nonce <hex>", "what the answer has to contain; needed with files, else made up")
    .option("--event-log <file>", "the TPM's event log; default: this machine's")
    .option("--quote <file>", "what the TPM signed, of tpm2_quote -m; default: this machine's TPM is asked")
    .option("--signature <file>", "with --quote: its signature, of tpm2_quote -s")
    .option("--ak <file>", "with --quote: the TPM's key, PEM, if you know it to be one")
    .option("--ak-handle <handle>", "without --quote: the TPM's key to sign with; default: a new one")
    .option("--ak-certificate <file>", "certificate of the TPM's key, PEM or DER")
    .option("--intermediate <file>", "certificates between that and the root; may be repeated", repeated, [])
    .option("--root <file>", "certificates that count, PEM or DER; may be repeated", repeated, [])
    .option("--nitro-document <file>", "AWS: attestation document of the NitroTPM, instead of a quote")
    .option("--save <folder>", "without --quote: write event log, quote, signature and key for somebody else")
    .option("--product <name>", "which product it should be")
    .option("--official", "only the product's own image, none that is based on another product")
    .option("--json", "print the answer as JSON")
    .addHelpText("after", HELP)
    .action(async (options: Options) => {
      const nonce = nonceOf(options);
      const records = await load.records().trustedRecords(options, io);
      const [record] = records.trusted;
      if (!record) throw new UsageProblem("--record is missing");
      const evidence = await evidenceOf(options, nonce, io);
      const subject = evidence.subject;
      const verdict = load.check().checkMachine({
        ...{ subject, record, records, evidence, nonce, now: Date.now() },
        ...(options.architecture && { architecture: options.architecture }),
      });
      sayVerdict(load.current().withoutIndex(verdict, ALONE), options, io);
    });
}

/** A TPM takes at most as many bytes as its largest digest. All that is missing or does not belong together, before anything is read. */
function nonceOf(options: Options): Buffer {
  const { quote, nitroDocument, nonce, record } = options;
  const isOffline = quote !== undefined || nitroDocument !== undefined;
  const needed = (["signature", "eventLog"] as const).filter((name) => options[name] === undefined);
  const withQuote = (["signature", "ak"] as const).filter((name) => options[name] !== undefined);
  const forQuote = [
    ...(options.akCertificate === undefined ? [] : ["akCertificate"]),
    ...(options.intermediate.length === 0 ? [] : ["intermediate"]),
  ];
  const live = (["akHandle", "save"] as const).filter((name) => options[name] !== undefined);
  const flag = (name: string) => `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
  const problems = [
    ...signerProblems(options),
    ...(record === undefined ? ["--record is missing: a machine is held against one release"] : []),
    ...(quote !== undefined && nitroDocument !== undefined
      ? ["--quote and --nitro-document: one of them; the document has the registers itself"]
      : []),
    ...(quote === undefined
      ? withQuote.map((name) => `${flag(name)} is for --quote: add that, or leave it out`)
      : []),
    ...(quote !== undefined ? needed.map((name) => `${flag(name)} is missing: it goes with --quote`) : []),
    ...(quote !== undefined && options.ak === undefined && options.akCertificate === undefined
      ? ["--ak-certificate (with --root) or --ak is missing: whose quote is it?"]
      : []),
    ...(options.ak !== undefined && options.akCertificate !== undefined
      ? ["--ak and --ak-certificate: the certificate has the key; leave --ak out"]
      : []),
    ...(nitroDocument !== undefined
      ? forQuote.map((name) => `${flag(name)} is for a quote: leave it out`)
      : []),
    ...(nitroDocument === undefined && options.akCertificate !== undefined && options.root.length === 0
      ? ["--root is missing: which authority vouches for --ak-certificate?"]
      : []),
    ...(!isOffline && options.akCertificate !== undefined && options.akHandle === undefined
      ? ["--ak-handle is missing: the key in the TPM that --ak-certificate is of"]
      : []),
    ...(isOffline ? live.map((name) => `${flag(name)} is for this machine's TPM: leave it out`) : []),
    ...(isOffline && nonce === undefined
      ? ["--nonce is missing: without it an old answer could be shown again"]
      : []),
    ...(nonce !== undefined && !/^([0-9a-f]{2}){8,32}$/i.test(nonce)
      ? [`--nonce needs 8 to 32 bytes in hex, but has "${nonce}"`]
      : []),
  ];
  if (problems.length > 0) throw new UsageProblem(problems.join("\n"));
  return nonce === undefined ? randomBytes(20) : Buffer.from(nonce, "hex");
}

/** Evidence is some KiB, but for the log. */
function fileAt(file: string): NamedFile {
  return { file, data: load.read().readBytes(file, { mostBytes: load.log().LARGEST_LOG }) };
}

async function evidenceOf(
  options: Options,
  nonce: Buffer,
  io: Io,
): Promise<MachineEvidence & { subject: string }> {
  const { quote, signature, ak, akCertificate, nitroDocument, eventLog } = options;
  const given = (file: string | undefined) => (file === undefined ? undefined : fileAt(file));
  const shared = {
    intermediates: options.intermediate.map(fileAt),
    roots: options.root.map(fileAt),
    certificate: given(akCertificate),
  };
  if (nitroDocument !== undefined)
    return { ...shared, subject: nitroDocument, nitro: fileAt(nitroDocument), eventLog: given(eventLog) };
  if (quote !== undefined) {
    const files = { quote: fileAt(quote), signature: given(signature), eventLog: given(eventLog) };
    return { ...shared, ...files, subject: quote, key: given(ak) };
  }
  const { akHandle, save } = options;
  const asked = { nonce, eventLog, akHandle, save };
  return { ...shared, ...(await load.tpm().askTpm(asked, io)), subject: "this machine" };
}
