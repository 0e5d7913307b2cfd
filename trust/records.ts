/** The user's records, and lookups in them. */
import { createHash } from "node:crypto";
import { existsSync, readdirSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { isSameDisk } from "../config/disk-digests";
import { canonicalJson } from "../facts/canonical-json";
import { type ImageFile, readImageFile } from "../config/image-file";
import { compareVersions } from "../config/release";
import { verifyInput } from "./input";
import { type Notice, NOTICE_NAME } from "./notice";
import { TrustProblem } from "./problem";
import { readText } from "./read-text";
import type { ObjectFacts } from "./object-facts";
import { uriOf } from "./object-names";
import { type Statement, subjectsOf } from "./statement";
import { verifyRecord, verifySigned } from "./verify";
import type { TrustedIdentity } from "./verify-identity";

export interface SignedRecord {
  /** As named by the user. */
  file: string;
  statement: Statement;
  /** SHA-256 of the file, hex: what a signed index names it by. */
  sha256?: string;
  /** The publisher's notice that the release must no longer be used; see {@link withWithdrawals}. */
  withdrawal?: SignedNotice;
}

/** A verified notice, and its file as named by the user. */
type SignedNotice = Notice & { readonly file: string };

export interface Records {
  trusted: readonly SignedRecord[];
  /** Releases withdrawn by their publisher. */
  notices: readonly SignedNotice[];
  /** Reasons why other files of a folder are ignored, one line each. */
  refused: readonly string[];
}

/** A record's facts about one object. */
export interface Recorded {
  record: SignedRecord;
  facts: ObjectFacts;
}

const ENDING = ".sigstore.json";

/**
 * Reads a record, or all in a folder and its subfolders, and verifies their signatures.
 *
 * @param keys public keys in PEM
 * @param identity accepted signer without a key
 * @throws {TrustProblem} when the single record, or every one in the folder, cannot be trusted
 */
export function readRecords(path: string, keys: readonly string[], identity?: TrustedIdentity): Records {
  const trust = { keys, identity };
  if (!isFolder(path)) {
    const text = readText(path);
    const statement = verifyRecord(text, path, keys, identity);
    const record = { file: path, statement, sha256: sha256Of(text) };
    assertOneRelease(record);
    return { trusted: [record], ...noticeBeside(record, trust) };
  }
  return assertSome(path, readAll(filesOf(path).sort(), trust), trust);
}

/**
 * Like {@link readRecords}, for files that were fetched.
 *
 * @param where they are from
 * @param texts by name
 */
export function recordsIn(
  where: string,
  texts: ReadonlyMap<string, string>,
  keys: readonly string[],
  identity?: TrustedIdentity,
): Records {
  const trust = { keys, identity };
  return assertSome(
    where,
    readAll([...texts.keys()].sort(), trust, (name) => texts.get(name) ?? ""),
    trust,
  );
}

function assertSome(where: string, records: Records, { identity }: Trust): Records {
  if (records.trusted.length > 0) return records;
  throw new TrustProblem(
    [
      `${where}: no record (*${ENDING}) in it is signed by ${identity ? "an identity or key" : "a key"} that you trust`,
      ...records.refused,
    ].join("\n"),
  );
}

/** Folder links are not followed: they may be cyclic. */
function filesOf(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory() && !entry.name.endsWith(ENDING)) return filesOf(path);
    return entry.name.endsWith(ENDING) ? [path] : [];
  });
}

interface Trust {
  readonly keys: readonly string[];
  readonly identity: TrustedIdentity | undefined;
}

function readAll(
  files: readonly string[],
  { keys, identity }: Trust,
  read: (file: string) => string = readText,
): Records {
  const trusted: SignedRecord[] = [];
  const notices: SignedNotice[] = [];
  const refused: string[] = [];
  for (const file of files) {
    try {
      const text = read(file);
      const signed = verifySigned(text, file, keys, identity);
      if ("notice" in signed) {
        notices.push({ ...signed.notice, file });
        continue;
      }
      const record = { file, statement: signed.statement, sha256: sha256Of(text) };
      assertOneRelease(record);
      trusted.push(record);
    } catch (error) {
      if (!(error instanceof TrustProblem)) throw error;
      refused.push(error.message);
    }
  }
  return { trusted, notices, refused };
}

/** A withdrawn release has a notice in its record's folder. */
function noticeBeside(record: SignedRecord, trust: Trust): Pick<Records, "notices" | "refused"> {
  const beside = join(dirname(record.file), `${versionOf(record)}.${NOTICE_NAME}${ENDING}`);
  if (!existsSync(beside)) return { notices: [], refused: [] };
  const { trusted, notices, refused } = readAll([beside], trust);
  const others = notices.some((notice) => withdraws(notice, record)) || refused.length > 0 ? [] : [beside];
  const problems = [...trusted.map(({ file }) => file), ...others].slice(0, 1);
  return {
    notices,
    refused: [
      ...refused,
      ...problems.map((file) => `${file}: is no notice of this release; ${FETCH_NOTICE}`),
    ],
  };
}

const FETCH_NOTICE = "fetch it again from the publisher, to see whether the release was withdrawn";

/** For exactly these disks, under this name. */
function withdraws({ predicate, subject }: Notice, record: SignedRecord): boolean {
  const { product, version } = nameOf(record);
  return (
    predicate.product === product &&
    predicate.version === version &&
    subject.some((gone) => record.statement.subject.some(({ digest }) => isSameDisk(digest, gone.digest)))
  );
}

/** Each record with the notice that withdraws it, if any. */
export function withWithdrawals({ trusted, notices, refused }: Records): Records {
  const all = trusted.map((record) => {
    const withdrawal = notices.find((notice) => withdraws(notice, record));
    return withdrawal === undefined ? record : { ...record, withdrawal };
  });
  return { trusted: all, notices, refused };
}

/** The object accepted by `isMeant`; newer versions first. */
export function findObject(
  { trusted }: Records,
  isMeant: (facts: ObjectFacts) => boolean,
): Recorded | undefined {
  const newestFirst = [...trusted].sort((a, b) => compareVersions(versionOf(b), versionOf(a)));
  for (const record of newestFirst) {
    const object = record.statement.predicate.objects.find((object) => isMeant(object.annotations));
    if (object) return { record, facts: object.annotations };
  }
  return undefined;
}

/** Newer releases of the product and variant that are not withdrawn, newest first. */
export function newerReleases({ trusted }: Records, record: SignedRecord): SignedRecord[] {
  const { product, variant } = nameOf(record);
  return trusted
    .filter((other) => other.withdrawal === undefined)
    .filter((other) => nameOf(other).product === product && nameOf(other).variant === variant)
    .filter((other) => compareVersions(versionOf(other), versionOf(record)) > 0)
    .sort((a, b) => compareVersions(versionOf(b), versionOf(a)));
}

/** The same image of newer releases of the product, newest first. */
export function newerThan(records: Records, { record, facts }: Recorded): Recorded[] {
  return newerReleases(records, record).flatMap((other) => {
    const same = other.statement.predicate.objects
      .map(({ annotations }) => annotations)
      .find((candidate) =>
        (["cloud", "region", "kind", "architecture"] as const).every((key) => candidate[key] === facts[key]),
      );
    return same ? [{ record: other, facts: same }] : [];
  });
}

export function nameOf({ statement }: SignedRecord) {
  return statement.predicate;
}

export function versionOf(record: SignedRecord): string {
  return nameOf(record).version;
}

/** A tool that reads a part of the record only, e.g. the subjects, must see the same release. */
function assertOneRelease(record: SignedRecord): void {
  const { file, statement } = record;
  const { product, version } = nameOf(record);
  const { images, ...named } = imageFileIn(record);
  const described = subjectsOf(images, statement.predicate.objects).map(canonicalJson);
  const subjects = statement.subject.map(canonicalJson);
  const problems = [
    ...(named.product === product
      ? []
      : [`the product is ${product}, and in its image file ${named.product}`]),
    ...(named.version === version
      ? []
      : [`the version is ${version}, and in its image file ${named.version}`]),
    ...(described.sort().join() === subjects.sort().join()
      ? []
      : ["its subjects are others than the disks of its image file and what holds them"]),
    ...statement.predicate.objects
      .filter(({ uri, annotations }) => uri !== uriOf(annotations))
      .map(({ uri, annotations }) => `it names ${uri}, and says what is so of ${uriOf(annotations)}`)
      .slice(0, 1),
  ];
  if (problems.length > 0) {
    throw new TrustProblem(
      `${file}: signed, and it contradicts itself: ${problems.join("; ")}; ask the publisher what they signed`,
    );
  }
}

/** @throws {TrustProblem} when this version does not understand the record's image file */
export function imageFileIn({ file, statement }: SignedRecord): ImageFile {
  const inside = statement.predicate.imageFile;
  const { imageFile, message } = readImageFile(JSON.stringify(inside) ?? "", `${file}, imageFile`);
  if (imageFile === undefined) throw new TrustProblem(message);
  return imageFile;
}

/** Verifies the signed inputs of the records' image files again: see {@link verifyInput}. */
export async function assertInputs({ trusted }: Records): Promise<void> {
  for (const record of trusted) {
    for (const [architecture, image] of Object.entries(imageFileIn(record).images))
      await verifyInput(image, `${record.file}, image file, ${architecture}`);
  }
}

function sha256Of(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
