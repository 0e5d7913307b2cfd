/** Reads an index as a user: TUF's client workflow by `tuf-js`, remembered from one run to the next. */
import { accessSync, constants, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type TargetFile, Updater } from "tuf-js";
import { eachOf } from "../../facts/each-of";
import { TrustProblem } from "../problem";
import { explain } from "./failure";
import { IndexFetcher, indexUrl } from "./fetcher";
import { isSignedBy, parseMetadata, parseRoot, sha256Of, TARGETS_FOLDER } from "./metadata";
import { parseReleaseList, RELEASE_LIST, type ReleaseList } from "./release-list";
import { readSeen, type SeenIndex, seenFolder, writeSeen } from "./seen";

interface IndexQuestion {
  /** URL or folder. */
  readonly place: string;
  /** A root that the user has from the publisher: JSON of any version. */
  readonly root: string;
  /** As the user knows that root. */
  readonly rootFile: string;
  readonly signal: AbortSignal;
  readonly now: Date;
}

/** An index, verified from the user's root on. */
export interface OpenedIndex {
  readonly place: string;
  readonly list: ReleaseList;
  /** Version of the timestamp, and until when it is good (RFC 3339). */
  readonly version: number;
  readonly expires: string;
  /** SHA-256 of each target: the signed records and notices. */
  readonly digests: ReadonlyMap<string, string>;
  /** When it was fetched (RFC 3339), if that was before. */
  readonly fetchedOn?: string;
  /** Why nothing says that it is still the newest: only what is bad news in it counts. Absent: it is. */
  readonly outdated?: string;
  readonly notes: readonly string[];
  /**
   * Targets by their paths, as they are signed; a second reading is from this machine's cache.
   *
   * @throws {TrustProblem} when one is missing or another than was signed
   */
  fetch(paths: readonly string[]): Promise<ReadonlyMap<string, Buffer>>;
}

/** Bytes. A list of 5,000 releases has some 2 MB. */
const LIMITS = { rootMaxLength: 512_000, timestampMaxLength: 16_384 };
const MORE_LIMITS = { snapshotMaxLength: 512_000, targetsMaxLength: 8_000_000, maxDelegations: 0 };
/** Records that are fetched at a time. */
const AT_A_TIME = 8;

/**
 * @throws {TrustProblem} when nothing that the root vouches for can be had: no server and nothing seen before, an index that was
 *   rolled back, is expired, or whose files do not belong together
 */
export async function openIndex(question: IndexQuestion): Promise<OpenedIndex> {
  const { place, root, rootFile, signal, now } = question;
  parseRoot(root, rootFile);
  const url = indexUrl(place);
  const folder = seenFolder(root);
  const before = readSeen(folder);
  const seen = typeof before === "object" ? before : undefined;
  const notes = before === "damaged" ? [DAMAGED] : clockNotes(seen, now);

  const work = mkdtempSync(join(tmpdir(), "imprimatur-index-"));
  const fetcher = new IndexFetcher(signal);
  try {
    const kept = { root: seen?.root ?? root, timestamp: seen?.timestamp };
    const local = { ...kept, snapshot: seen?.whole?.snapshot, targets: seen?.whole?.targets };
    for (const [role, text] of Object.entries(local))
      if (text !== undefined) writeFileSync(join(work, `${role}.json`), text);
    const updater = new Updater({
      ...{ metadataDir: work, metadataBaseUrl: url, targetBaseUrl: `${url}/${TARGETS_FOLDER}`, fetcher },
      config: { ...LIMITS, ...MORE_LIMITS },
    });
    try {
      await updater.refresh();
      const list = await download(updater, RELEASE_LIST, folder);
      const whole = { ...textsIn(work), list: list.toString(), fetchedOn: now.toISOString() };
      const reading = (target: TargetFile) =>
        readTarget(updater, target, folder).catch((error: unknown) => {
          signal.throwIfAborted();
          throw new TrustProblem(fetcher.unreachable ?? explain(error, { place, now }));
        });
      const { root: newest, ...rest } = whole;
      notes.push(...keep(folder, { schemaVersion: 1, root: newest, timestamp: rest.timestamp, whole: rest }));
      return opened(question, { texts: rest, notes, read: reading });
    } catch (error) {
      signal.throwIfAborted();
      const { root: newest, timestamp } = textsIn(work);
      notes.push(...keep(folder, { ...seen, schemaVersion: 1, root: newest, timestamp }));
      const why =
        fetcher.unreachable ??
        explain(error, {
          ...{ place, now, seen: seen?.timestamp, timestamp: fetcher.timestamp },
        });
      return fromCache(question, { seen, newest, why, isDown: fetcher.unreachable !== undefined, notes });
    }
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

interface Texts {
  readonly timestamp: string;
  readonly targets: string;
  readonly list: string;
}

function opened(
  { place, signal }: IndexQuestion,
  from: { texts: Texts; notes: string[]; read: (target: TargetFile) => Promise<Buffer> },
): OpenedIndex {
  const { texts, notes, read } = from;
  const { version, expires } = parseMetadata("timestamp", texts.timestamp, place).signed;
  const { targets } = parseMetadata("targets", texts.targets, place).signed;
  const digests = Object.values(targets).map(({ path, hashes }) => {
    // They become names of files.
    if (!/^\w[\w.+~-]*$/.test(path) || !/^[0-9a-f]{64}$/.test(hashes.sha256 ?? ""))
      throw new TrustProblem(
        `${place}: signed, but it names a file ${JSON.stringify(path)} that no index has`,
      );
    return [path, hashes.sha256!] as const;
  });
  const list = parseReleaseList(texts.list, `${place}/${RELEASE_LIST}`);
  return {
    ...{ place, list, version, expires, notes },
    digests: new Map(digests),
    async fetch(paths) {
      const found = new Map<string, Buffer>();
      await eachOf(paths, AT_A_TIME, async (path) => {
        signal.throwIfAborted();
        const target = targets[path];
        if (target === undefined) throw new TrustProblem(`${place}: the index has no file ${path}`);
        found.set(path, await read(target));
      });
      return found;
    },
  };
}

async function download(updater: Updater, path: string, folder: string): Promise<Buffer> {
  const target = await updater.getTargetInfo(path);
  if (target === undefined) throw new TrustProblem(`the index has no file ${path}`);
  return readTarget(updater, target, folder);
}

const cachedTarget = (folder: string, { hashes, path }: TargetFile) =>
  join(folder, TARGETS_FOLDER, `${hashes.sha256}.${path}`);

/** The file is compared with its signed digest, also in the cache. */
async function readTarget(updater: Updater, target: TargetFile, folder: string): Promise<Buffer> {
  const file = cachedTarget(folder, target);
  try {
    mkdirSync(dirname(file), { recursive: true });
    accessSync(dirname(file), constants.W_OK);
  } catch {
    return readUncached(updater, target);
  }
  if ((await updater.findCachedTarget(target, file)) === undefined)
    await updater.downloadTarget(target, file);
  return readFileSync(file);
}

/** Where nothing can be kept. */
async function readUncached(updater: Updater, target: TargetFile): Promise<Buffer> {
  const folder = mkdtempSync(join(tmpdir(), "imprimatur-index-"));
  try {
    return readFileSync(await updater.downloadTarget(target, join(folder, "target")));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The last whole version, where it is signed by the newest root. */
function fromCache(
  question: IndexQuestion,
  cached: { seen: SeenIndex | undefined; newest: string; why: string; isDown: boolean; notes: string[] },
): OpenedIndex {
  const { seen, newest, why, isDown, notes } = cached;
  const { place, now, root } = question;
  const whole = seen?.whole;
  const isSigned =
    whole !== undefined &&
    (["timestamp", "snapshot", "targets"] as const).every((role) =>
      isSignedBy(parseMetadata("root", newest, place), role, parseMetadata(role, whole[role], place)),
    );
  if (!isSigned) throw new TrustProblem(isDown ? `${why}; ${NO_INDEX}` : why);
  const read = async (target: TargetFile) => {
    try {
      const bytes = readFileSync(cachedTarget(seenFolder(root), target));
      if (sha256Of(bytes) === target.hashes.sha256) return bytes;
    } catch {
      // Never fetched, or taken away.
    }
    throw new TrustProblem(
      `${why}; and ${target.path} is not in this machine's cache: give the record with --record`,
    );
  };
  const index = opened(question, { texts: whole, notes, read });
  const isOver = Date.parse(index.expires) <= now.getTime();
  const isWhole = isDown && !isOver;
  return {
    ...index,
    fetchedOn: whole.fetchedOn,
    ...(!isWhole && {
      outdated: isDown ? `${why}; and what was fetched before ${EXPIRED(index.expires)}` : why,
    }),
    notes: isWhole
      ? [...notes, `the index is not reached (${why}): this is as of ${ageOf(whole.fetchedOn, now)}`]
      : notes,
  };
}

const NO_INDEX =
  "it was never read on this machine, so nothing says whether the release is current: run it again with a network, or leave --index (or --trust) out";
const EXPIRED = (expires: string) => `was good until ${expires}`;
const DAMAGED =
  "what this machine saw of the index before cannot be read: whether an older one is shown as the newest is not known";

/** "2026-11-30T08:00:00.000Z, 3 h ago" */
function ageOf(fetchedOn: string, now: Date): string {
  const hours = Math.max(0, Math.round((now.getTime() - Date.parse(fetchedOn)) / 3_600_000));
  return `${fetchedOn}, ${hours < 48 ? `${hours} h` : `${Math.round(hours / 24)} days`} ago`;
}

/** With a clock that is behind, an expired index looks good. */
function clockNotes(seen: SeenIndex | undefined, now: Date): string[] {
  const fetchedOn = seen?.whole?.fetchedOn;
  if (fetchedOn === undefined || Date.parse(fetchedOn) <= now.getTime() + 60_000) return [];
  return [
    `this machine's clock says ${now.toISOString()}, and it read the index on ${fetchedOn}: set the clock, or an expired index is taken for a good one`,
  ];
}

function textsIn(folder: string): { root: string } & Record<"timestamp" | "snapshot" | "targets", string> {
  const read = (role: string) => {
    try {
      return readFileSync(join(folder, `${role}.json`), "utf8");
    } catch {
      return undefined;
    }
  };
  const roles = ["root", "timestamp", "snapshot", "targets"].map((role) => [role, read(role)] as const);
  return Object.fromEntries(roles.filter(([, text]) => text !== undefined)) as ReturnType<typeof textsIn>;
}

function keep(folder: string, seen: SeenIndex): string[] {
  const problem = writeSeen(folder, seen);
  return problem === undefined
    ? []
    : [`${problem}: an older index that is shown later is not noticed; free the folder for writing`];
}
