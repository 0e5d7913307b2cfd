/** `imprimatur index update`, and the same after a withdrawal. */
import { parseMetadata, sha256Of, TIMESTAMP, isSignedBy } from "../../trust/signed-index/metadata";
import { LONG, refreshFiles, SHORT, updateFiles } from "../../trust/signed-index/build";
import { readRepository, type Repository } from "../../trust/signed-index/repository";
import type { ReleaseList } from "../../trust/signed-index/release-list";
import { nameOf } from "../../trust/records";
import { checkPublicKey } from "../../trust/public-key";
import { readText } from "../../trust/read-text";
import type { RecordSourceOptions } from "../catalogue/source-options";
import { assertDistinct, stackProblems } from "../catalogue/sources";
import { knownStacks } from "../catalogue/stacks";
import type { Io } from "../io";
import { Refusal, UsageProblem } from "../problem";
import { isSignerSaid, signerProblems } from "../signer-options";
import { trustedRecords } from "../trusted-records";
import { aboutIndex, dropPending, folderOf, type FolderOptions, writeFiles, writeTrust } from "./folder";
import { openSigners } from "./keys";
import { assertNewest } from "./published";
import { assertFinal, changesBetween, type ListContent, listContent } from "./release-list";

export interface UpdateOptions extends FolderOptions, RecordSourceOptions {
  readonly sign: readonly string[];
  /** Days until the timestamp expires. */
  readonly days?: number;
}

export interface Written {
  readonly folder: string;
  readonly product: string;
  /** Version of the timestamp, and until when it is good. */
  readonly version: number;
  readonly expires: string;
  readonly changes: readonly string[];
  readonly staged: readonly string[];
}

/** Signs anew what the index says, from records and state; without a change, its timestamp alone. */
export async function updateIndex(options: UpdateOptions, io: Io): Promise<Written> {
  const folder = folderOf(options);
  const repository = readRepository(folder);
  const about = aboutIndex(folder);
  await assertNewest(about.url, repository, io);
  const content = await contentOf(options, { product: about.product, repository }, io);
  const { current } = repository;
  assertFinal(current?.list, content);
  const digest = (path: string) => current?.targets.signed.targets[path]?.hashes.sha256;
  const changes = changesBetween(current?.list, content, (path, bytes) => digest(path) === sha256Of(bytes));
  const signing = {
    signers: await openSigners(options.sign, io),
    ...{ now: new Date(), days: options.days ?? SHORT },
  };
  const isRefresh = changes.length === 0 && isGood(repository, signing.now);
  const files = await (isRefresh
    ? refreshFiles(repository, signing)
    : updateFiles(repository, content, signing));
  return { ...finish(folder, files, about), changes, staged: content.staged };
}

/** Signs a new timestamp over what the index says. */
export async function refreshIndex(
  options: FolderOptions & Pick<UpdateOptions, "sign" | "days">,
  io: Io,
): Promise<Written> {
  const folder = folderOf(options);
  const repository = readRepository(folder);
  const about = aboutIndex(folder);
  await assertNewest(about.url, repository, io);
  const signers = await openSigners(options.sign, io);
  const files = await refreshFiles(repository, { signers, now: new Date(), days: options.days ?? SHORT });
  return { ...finish(folder, files, about), changes: [], staged: [] };
}

function finish(
  folder: string,
  files: Awaited<ReturnType<typeof updateFiles>>,
  about: { product: string; url?: string },
): Omit<Written, "changes" | "staged"> {
  writeFiles(folder, files);
  const { root, pending } = readRepository(folder);
  writeTrust(folder, root, about);
  // One that still waits for signatures is not among what was published.
  if (pending === undefined) dropPending(folder);
  const { signed } = parseMetadata("timestamp", files.at(-1)!.content, TIMESTAMP);
  return { folder, product: about.product, version: signed.version, expires: signed.expires };
}

/** Signed by the keys of now, and good for half of its time yet. */
function isGood({ root, pending, current }: Repository, now: Date): boolean {
  if (current === undefined || pending !== undefined) return false;
  return (["targets", "snapshot"] as const).every((role) => {
    const left = Date.parse(current[role].signed.expires) - now.getTime();
    return isSignedBy(root, role, current[role]) && left > (LONG / 2) * 86_400_000;
  });
}

async function contentOf(
  options: UpdateOptions,
  { product, repository }: { product: string; repository: Repository },
  io: Io,
): Promise<ListContent> {
  const known = repository.current?.list.signers ?? [];
  const isSaid = isSignerSaid(options) || known.length === 0;
  const problems = [...(isSaid ? signerProblems(options) : []), ...stackProblems(options)];
  if (problems.length > 0) throw new UsageProblem(problems.join("\n"));
  const read = await trustedRecords({ ...options, record: undefined }, io, known);
  if (read.refused.length > 0)
    throw new Refusal(
      [...read.refused, "nothing was signed: an index names only what its publisher signed"].join("\n"),
    );
  const records = read.trusted.filter((record) => nameOf(record).product === product);
  if (records.length === 0)
    throw new Refusal(
      `${options.records}: no record in it is of ${product}; name their folder with --records`,
    );
  assertDistinct(records);
  const stacks = await knownStacks(options, [product], io);
  const signers = isSaid ? signersOf(options) : known;
  return listContent({ product, records, stacks, signers, now: new Date() });
}

function signersOf({
  key,
  certificateIdentity,
  certificateOidcIssuer,
}: UpdateOptions): ReleaseList["signers"] {
  const keys = key.map((file) => ({ publicKey: checkPublicKey(readText(file), file) }));
  return certificateIdentity !== undefined && certificateOidcIssuer !== undefined
    ? [...keys, { identity: certificateIdentity, issuer: certificateOidcIssuer }]
    : keys;
}
