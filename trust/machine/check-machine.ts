import { ARCHITECTURES, type Architecture } from "../../config/release";
import type { BootChain } from "../../config/measured-boot";
import { type Bank, digestsOf } from "../../facts/pcr";
import { TrustProblem } from "../problem";
import { imageFileIn, newerReleases, type Records, type SignedRecord, versionOf } from "../records";
import { judge, type Verdict } from "../verdict";
import { compareChain } from "./compare-chain";
import type { EventLog } from "./event-log";
import { type Asked, attestedBy, type MachineEvidence } from "./evidence";

interface MachineQuestion extends Asked {
  subject: string;
  record: SignedRecord;
  records: Records;
  architecture?: Architecture;
  evidence: MachineEvidence;
  notes?: readonly string[];
}

/**
 * Compares what a machine measured of its boot with what the record expects.
 *
 * @throws {TrustProblem} when the evidence is not what it should be, or the record expects nothing
 */
export function checkMachine(question: MachineQuestion): Verdict {
  const { subject, record, records, evidence, notes = [] } = question;
  const chains = chainsOf(record, question.architecture);
  const { attested, said } = attestedBy(evidence, question);
  const states = secureBootStates(attested.log, attested.bank);
  const compared = chains.flatMap(({ architecture, chain }) =>
    states.map((secureBoot) => ({
      architecture,
      chain,
      secureBoot,
      ...compareChain(chain, attested, secureBoot),
    })),
  );
  const [best] = compared.sort((a, b) => a.wrong.length - b.wrong.length || b.fits - a.fits);
  const closest = compared.sort((a, b) => b.fits - a.fits || a.wrong.length - b.wrong.length)[0] ?? best;
  const found = best?.wrong.length === 0 ? best : closest;
  if (!found) throw new TrustProblem(`${record.file}: its disks have no boot entry that is predicted`);
  const { chain, wrong, open } = found;
  if (wrong.length === 0) assertProved(subject, found.proved, chain, open);
  const newer = newerReleases(records, record)[0];
  return judge(subject, record, found.architecture, {
    wrong,
    old: newer ? [`${versionOf(newer)} is out (${newer.file})`] : [],
    notes: [
      `${wrong.length === 0 ? "booted" : "compared with"} ${chain.entry}`,
      ...(found.proved.length > 0
        ? [`PCR ${found.proved.join(", ")} as the record says (${attested.bank})`]
        : []),
      ...open.map(({ pcr, why }) => `PCR ${pcr} not compared: ${why}`),
      ...said,
      ...notes,
      ...records.refused,
    ],
  });
}

function chainsOf(record: SignedRecord, wanted: Architecture | undefined) {
  const { images } = imageFileIn(record);
  const chains = ARCHITECTURES.filter((architecture) => (wanted ?? architecture) === architecture).flatMap(
    (architecture) =>
      (images[architecture]?.measuredBoot?.entries ?? []).map((chain) => ({ architecture, chain })),
  );
  if (chains.length > 0) return chains;
  throw new TrustProblem(
    `${record.file}: says nothing of what a TPM measures${wanted ? ` on ${wanted}` : ""}; ask the publisher for releases made with 'imprimatur inspect --measured-boot', or check a fresh volume with 'imprimatur verify disk'`,
  );
}

/** Parts of a boot that have to be in a register that was compared: one that is not could be anything. */
const NEEDED = ["kernel", "initrd", "command line"];

function assertProved(
  subject: string,
  proved: readonly number[],
  chain: BootChain,
  open: { pcr: number; why: string }[],
) {
  const covered = chain.measurements.filter(({ pcr }) => proved.includes(pcr)).map(({ part }) => part);
  const missing = NEEDED.filter((part) => !covered.includes(part)).filter(
    // An entry without one measures none.
    (part) =>
      part === "kernel" || chain.loader === "GRUB" || chain.measurements.some((each) => each.part === part),
  );
  if (missing.length === 0) return;
  const why = open.map(({ pcr, why }) => `PCR ${pcr}: ${why}`).join("; ");
  throw new TrustProblem(
    `${subject}: ${missing.join(", ")} not proved: what was compared is as ${chain.entry} should be, and the rest is not known beforehand (${why}); boot a unified kernel image, or check a fresh volume with 'imprimatur verify disk'`,
  );
}

const SECURE_BOOT = Buffer.from("61dfe48bca93d211aa0d00e098032b8c", "hex");

/** Whether Secure Boot was on, by the log; both where there is none. */
function secureBootStates(log: EventLog | undefined, bank: Bank): boolean[] {
  const digestWith = (value: number) => {
    const lengths = Buffer.alloc(16);
    lengths.writeUInt8(10, 0);
    lengths.writeUInt8(1, 8);
    return digestsOf(SECURE_BOOT, lengths, Buffer.from("SecureBoot", "utf16le"), Buffer.from([value]))[bank];
  };
  const states = [false, true].filter((on) =>
    log?.events.some(({ pcr, digests }) => pcr === 7 && digests[bank] === digestWith(on ? 1 : 0)),
  );
  return states.length === 1 ? states : [false, true];
}
