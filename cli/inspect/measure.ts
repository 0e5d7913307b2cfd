import { createHash } from "node:crypto";
import path from "node:path";
import type { Evidence } from "../../config/evidence";
import { measurePolicy, type PolicySubject } from "../../inspection/measure";
import { type PolicyReport, renderJunit, renderText } from "../../inspection/report";
import { EXIT, type ExitCode, type Io } from "../io";
import { measureBoot } from "../measure-boot";
import { fileListText } from "../file-list";
import { policyEvidence, policyJson, readExpectation } from "../policy";
import { writeFileAtomically } from "../write-file";
import type { ComparedContents } from "./archive";
import type { Described } from "./describe";
import type { Options } from "./options";

/** Runs the requested measurements. */
export async function measure(
  file: string,
  options: Options,
  { image, architecture }: Described,
  io: Io,
): Promise<{ verdict: ExitCode; evidence?: Evidence }> {
  const { policy, product, json } = options;
  const subject = { ...image, blockMapRoot: image.blockMap.root, path: file, architecture };
  const declared = readExpectation(options.expect);
  const compared = await compareIfAsked(subject, options, declared.ownFiles ?? [], io);
  const differs = compared?.report.outcome === "failed";
  // The other measurements come after the policy: their failure must not hide its findings.
  if (policy === undefined) {
    const { said, ...evidence } = await measureOthers(subject, options, compared);
    // Nothing else was requested or will follow, and a program expects JSON.
    if (product === undefined || differs)
      io.out(json ? `${JSON.stringify(said.json, null, 2)}\n` : said.text);
    else io.err(said.notes);
    return { verdict: differs ? EXIT.problem : EXIT.ok, evidence };
  }
  const report = measurePolicy(subject, declared);
  if (options.junit !== undefined) await writeFileAtomically(options.junit, renderJunit(report));
  // With --json stdout has a single result: the report, if it is all that was requested or will follow.
  const last = product === undefined || report.outcome === "failed" || differs;
  if (json && last) io.out(reportsJson(report, compared));
  else (last ? io.out : io.err)(`${renderText(report)}${compared?.text ?? WEAKER}`);
  const { said, ...evidence } = await measureOthers(subject, options, compared);
  io.err(said.others);
  return {
    verdict: report.outcome === "passed" && !differs ? EXIT.ok : EXIT.problem,
    evidence: { policy: policyEvidence(report, declared), ...evidence },
  };
}

/** Of a measurement without an archive: the policy's own comparison is with lists on the same disk (deb-md5sums(5), 2026-11). */
const WEAKER =
  "Files are compared with the image's own lists alone, which whoever changes a file can change too: --archive compares with signed packages.\n";

type Others = Pick<Evidence, "sbom" | "files" | "measuredBoot" | "contents"> & {
  /** For a person, or as data, where nothing else was requested; `notes` in any case, `others` without the comparison's. */
  said: { text: string; notes: string; others: string; json: object };
};

async function measureOthers(
  subject: PolicySubject,
  options: Options,
  compared: ComparedContents | undefined,
): Promise<Others> {
  const { sbom, files, measuredBoot, secureBootVariables } = options;
  const boot = measuredBoot ? measureBoot(subject, secureBootVariables) : undefined;
  const others = boot?.notes ?? "";
  const notes = `${compared?.text ?? ""}${others}`;
  const written = [sbom, files].filter((file) => file !== undefined);
  const text = `${written.map((file) => `${file}\n`).join("")}${boot?.text ?? ""}${notes}`;
  const json = {
    ...(sbom !== undefined && { sbom }),
    ...(files !== undefined && { files }),
    ...boot?.json,
    ...(compared && { contents: compared.report }),
  };
  const said = { text, notes, others, json };
  const list = files === undefined ? undefined : fileListText(subject);
  if (list) await writeFileAtomically(files!, list.packed);
  const found = {
    ...(list && { files: { file: path.basename(files!), sha256: list.sha256, entries: list.entries } }),
    ...(boot?.measuredBoot && { measuredBoot: boot.measuredBoot }),
    ...(compared?.evidence && { contents: compared.evidence }),
  };
  if (sbom === undefined) return { ...found, said };
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- its library takes as long to load as all the rest
  const { sbomText } = require("../sbom") as typeof import("../sbom");
  const bom = sbomText(subject, compared?.archived);
  await writeFileAtomically(sbom, bom);
  const sha256 = createHash("sha256").update(bom).digest("hex");
  return { sbom: { file: path.basename(sbom), sha256 }, ...found, said };
}

/** Those of the comparison with an archive. */
export const ARCHIVE_OPTIONS = ["archive", "suite", "archiveKeyring", "asOf"] as const;

/** Loaded when used: of what reads packages most inspections need nothing. */
export function archives(): typeof import("./archive") {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- see above
  return require("./archive") as typeof import("./archive");
}

async function compareIfAsked(
  subject: PolicySubject,
  { archive, ...options }: Options,
  ownFiles: readonly string[],
  io: Io,
): Promise<ComparedContents | undefined> {
  if (archive === undefined) return undefined;
  return archives().compareContents(subject, { ...options, archive }, ownFiles, io);
}

/** The policy's alone is what its digest in the image file is of. */
function reportsJson(policy: PolicyReport, compared: ComparedContents | undefined): string {
  if (compared === undefined) return policyJson(policy);
  return `${JSON.stringify({ policy, contents: compared.report }, null, 2)}\n`;
}
