/** The answer to "is this the official one?": one line for people, the same as data for programs. */
import { type DiskDigests, digestsOf, isSameDisk } from "../config/disk-digests";
import { type ContentsEvidence, POLICY_VERSION, type PolicyEvidence } from "../config/evidence";
import { describeProvenance } from "../config/product";
import { sayNotice } from "./notice";
import { imageFileIn, nameOf, type Recorded, type SignedRecord, versionOf } from "./records";

export interface Verdict {
  /** Subject of the question. */
  subject: string;
  /**
   * `genuine`: matches its record, and nothing newer is known. `not-current`: genuine, but withdrawn, deprecated or
   * replaced. `not-genuine`: in no record, or different from its record.
   */
  answer: "genuine" | "not-current" | "not-genuine";
  /** `false`: a record names it, and nothing of it could be seen, so nothing was compared. Default: it was. */
  compared?: false;
  /** Reasons why it is not genuine, or not current; empty for `genuine`. */
  reasons: string[];
  /** The checks that were made, and those that could not be. */
  notes: string[];
  release?: {
    product: string;
    version: string;
    publisher: string;
    provenance: string;
    /** The product's own image; otherwise it is based on another product. */
    official: boolean;
    architecture: string;
    /** File of the record, and its SHA-256. */
    record: string;
    recordSha256?: string;
    /** Time of the signature, RFC 3339. */
    signedOn?: string;
  };
  /**
   * Differing byte ranges, `end` exclusive, with their partitions, and their files where the disk's file systems are
   * readable.
   */
  differences?: { start: number; end: number; partitions: string[]; files: string[] }[];
  /** Of a running system: every difference from the image's list, by kind, packages that changed since, and what was not read. */
  system?: {
    differences: readonly { kind: string; path: string; message: string }[];
    packages: readonly { name: string; before?: string; now?: string; files: readonly string[] }[];
    unread: readonly { path: string; why: string }[];
    counts: { same: number; data: number; own: number };
  };
  /** The publisher's signed index that was asked, if one was. */
  index?: {
    place: string;
    /** Version of its timestamp, and until when that is good (RFC 3339). */
    version: number;
    expires: string;
    /** When it was fetched, if it was not reached now. */
    fetchedOn?: string;
  };
}

/** Not named by any trusted record. */
export function unknownTo(subject: string, reason: string, notes: readonly string[] = []): Verdict {
  return { subject, answer: "not-genuine", reasons: [reason], notes: [...notes] };
}

export interface Found {
  /** `false`: it cannot be seen; `old` says why. */
  compared?: false;
  /** Differences from the record. */
  wrong: string[];
  /** Reasons why it should no longer be used. */
  old?: string[];
  notes?: string[];
  differences?: Verdict["differences"];
}

/** Found in a record: `wrong` makes it not genuine, `old` not current. */
export function judge(
  subject: string,
  record: SignedRecord,
  architecture: string,
  { wrong, old = [], notes = [], differences, compared }: Found,
): Verdict {
  const { product, version, publisher, provenance } = nameOf(record);
  const signedOn = record.statement.predicate.finishedOn;
  const outdated = [...(record.withdrawal ? [sayNotice(record.withdrawal)] : []), ...old];
  const answer = wrong.length > 0 ? "not-genuine" : outdated.length > 0 ? "not-current" : "genuine";
  return {
    subject,
    answer,
    reasons: wrong.length > 0 ? wrong : outdated,
    notes: [...inputNotes(record, architecture), ...timeNotes(record, Date.now()), ...notes],
    release: {
      product,
      version,
      publisher,
      provenance: describeProvenance({ provenance, publisher }),
      official: provenance === "official",
      architecture,
      record: record.file,
      ...(record.sha256 !== undefined && { recordSha256: record.sha256 }),
      ...(signedOn !== undefined && { signedOn }),
    },
    ...(differences && { differences }),
    ...(compared === false && { compared }),
  };
}

/** The asker's expectation; one key may sign several products. */
export interface Expected {
  readonly product?: string;
  /** Only the product's own images, not derived ones. */
  readonly official?: boolean;
}

/** A genuine image of another product than expected is not genuine for the asker. */
export function held(verdict: Verdict, { product, official = false }: Expected): Verdict {
  const { release } = verdict;
  if (release === undefined) return verdict;
  const wrong = [
    ...(product !== undefined && release.product !== product
      ? [`it is an image of ${release.product}, and --product says ${product}`]
      : []),
    ...(official && !release.official ? [`it is ${release.provenance}, and --official was asked for`] : []),
  ];
  if (wrong.length === 0) return verdict;
  const before = verdict.answer === "not-genuine" ? verdict.reasons : [];
  return { ...verdict, answer: "not-genuine", reasons: [...wrong, ...before] };
}

/** The disk has no signature from before its publication: an image file without `input` means the same. */
function inputNotes(record: SignedRecord, architecture: string): string[] {
  const { images } = imageFileIn(record);
  const meant = Object.entries(images).filter(([name]) => architecture.split(" or ").includes(name));
  const inputs = meant.map(([, { input = "unsigned" }]) => {
    if (input === "unsigned") return "unsigned input";
    const { fingerprint, user } = input.signer;
    const who = `input signed by key ${fingerprint}, which calls itself "${user}"`;
    return input.proof === undefined ? `${who}, as the publisher's image file says: it holds no proof` : who;
  });
  const policies = meant.flatMap(([, image]) =>
    image.policy === undefined ? [] : [policyNote(record, image.policy, digestsOf(image))],
  );
  const contents = meant.flatMap(([, { contents, policy }]) => {
    if (contents !== undefined) return [contentsNote(contents)];
    return policy === undefined
      ? []
      : ["files compared with the image's own lists alone, not with a signed archive"];
  });
  return [...new Set([...inputs, ...policies, ...contents])];
}

/** Of every file, as the publisher's image file says: only who has the disk and the archive can compare again. */
function contentsNote({ suites, counts }: ContentsEvidence): string {
  const packages = suites.reduce((sum, each) => sum + Object.keys(each.packages).length, 0);
  const [newest = ""] = suites
    .map(({ date }) => date.slice(0, 10))
    .sort()
    .reverse();
  const own = counts.declared > 0 ? `, ${counts.declared} files of its own` : "";
  return `files compared with ${packages} packages of the signed archive of ${newest}${own}, as the publisher's image file says`;
}

/**
 * The source of the image policy's result: the signer, who measured, or an image file in the publisher's repository.
 */
function policyNote({ statement }: SignedRecord, policy: PolicyEvidence, disk: DiskDigests): string {
  const summary = statement.predicate.verificationSummaries?.find(({ subject }) =>
    subject.some(({ digest }) => isSameDisk(digest, disk)),
  );
  const without = policy.declared.without.length;
  const less = without > 0 ? `, ${without} of its rules left out` : "";
  if (summary === undefined)
    return `image policy ${policy.outcome}${rulesOf(policy.version)}${less}, as the publisher's image file says`;
  const result = summary.predicate.verificationResult.toLowerCase();
  const [, version] = /\/v(\d+)$/.exec(summary.predicate.policy.uri) ?? [];
  return `image policy ${result}${rulesOf(Number(version ?? policy.version))}${less}, measured at publication`;
}

/** An image that passed an older policy may fail today's. */
function rulesOf(version: number): string {
  return version === POLICY_VERSION
    ? ""
    : ` (version ${version} of its rules; this program has ${POLICY_VERSION})`;
}

/** Tolerated clock difference. */
const CLOCK = 10 * 60_000;

/** The time in a record is claimed by its signer; an impossible one is reported. */
function timeNotes(record: SignedRecord, now: number): string[] {
  const { finishedOn } = record.statement.predicate;
  if (finishedOn === undefined) return [];
  const signed = Date.parse(finishedOn);
  const inputs = Object.values(imageFileIn(record).images).flatMap(({ input }) =>
    input === undefined || input === "unsigned" ? [] : [input.signer.signedOn],
  );
  const [before] = inputs.filter((time) => Date.parse(time) > signed + CLOCK);
  return [
    ...(signed > now + CLOCK
      ? [`its record says that it was signed on ${finishedOn}, which is to come`]
      : []),
    ...(before !== undefined
      ? [`its record says that it was signed on ${finishedOn}, before its disk was (${before})`]
      : []),
  ];
}

/** How it is newer, in words. */
export function newerIs({ record, facts }: Recorded): string {
  return `${versionOf(record)} is out: ${facts.publicId ?? facts.id}`;
}

/**
 * One line, whatever a record, a cloud or a file name on the disk contains: none of it may imitate another answer.
 */
export function renderVerdict(verdict: Verdict): string {
  return lineOf(verdict).replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, "\ufffd");
}

function lineOf({ subject, answer, reasons, notes, release, compared }: Verdict): string {
  const what = release
    ? `${release.product} ${release.version} (${release.architecture}), ${release.provenance}`
    : "";
  const more = [...reasons, ...notes].join("; ");
  switch (answer) {
    case "genuine":
      return `${subject} is genuine: ${[what, more].filter(Boolean).join("; ")}`;
    case "not-current":
      if (compared === false)
        return `${subject} is not current, and was not compared with a record${what && `, which names it as ${what}`}: ${more}`;
      return `${subject} is genuine, but not current: ${what}; ${more}`;
    case "not-genuine":
      return `${subject} is NOT genuine: ${more}${what && `; it claims to be ${what}`}`;
  }
}
