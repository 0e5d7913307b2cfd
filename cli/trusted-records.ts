import { assertConsistent } from "../trust/contradictions";
import { checkPublicKey } from "../trust/public-key";
import { readText } from "../trust/read-text";
import { TrustProblem } from "../trust/problem";
import { assertInputs, readRecords, recordsIn, type Records, withWithdrawals } from "../trust/records";
import type { OpenedIndex } from "../trust/signed-index/client";
import type { ReleaseList } from "../trust/signed-index/release-list";
import { fetchTrustedRoot, readTrustedRoot } from "../trust/trusted-root";
import type { TrustedIdentity } from "../trust/verify-identity";
import type { Io } from "./io";
import { isSignerSaid, type SignerOptions } from "./signer-options";
import { whileWaiting } from "./waiting";

export type Speaking = Pick<Io, "err" | "saidAt">;

/** Which records, and whose word counts: options of the commands that read records. */
export interface RecordOptions extends SignerOptions {
  record?: string;
  records?: string;
}

/** Whose signature counts, where the user says nothing: by the publisher's index. */
type IndexSigners = ReleaseList["signers"];

/**
 * The records that the user's keys or identity signed, with the notices that withdraw them.
 *
 * @throws {TrustProblem} when none can be trusted, or two contradict each other
 */
export async function trustedRecords(
  { record, records, ...signers }: RecordOptions,
  io: Speaking,
  named: IndexSigners = [],
): Promise<Records> {
  const { keys, identity } = await whoCounts(signers, io, named);
  const read = [record, records].flatMap((path) =>
    path === undefined ? [] : [readRecords(path, keys, identity)],
  );
  const trusted = read.flatMap((folder) => folder.trusted);
  assertConsistent(trusted);
  await Promise.all(read.map(assertInputs));
  const notices = read.flatMap((folder) => folder.notices);
  return withWithdrawals({ trusted, notices, refused: read.flatMap((folder) => folder.refused) });
}

/**
 * Records that are fetched from a publisher's signed index.
 *
 * @param versions of the releases whose records are fetched; default: all
 * @throws {TrustProblem} when one is missing, or signed by another
 */
export async function recordsOfIndex(
  index: OpenedIndex,
  options: SignerOptions,
  versions: readonly string[] | undefined,
  io: Speaking,
): Promise<Records> {
  const { place, list } = index;
  const wanted = list.releases.filter(({ version }) => versions?.includes(version) ?? true);
  const fetched = await whileWaiting(io, `waiting for the records of ${list.product} at ${place}`, () =>
    index.fetch(wanted.map(({ record }) => record)),
  );
  const texts = new Map([...fetched].map(([name, bytes]) => [`${place}/${name}`, bytes.toString("utf8")]));
  const { keys, identity } = await whoCounts(options, io, list.signers);
  const read = recordsIn(place, texts, keys, identity);
  if (read.refused.length > 0) throw new TrustProblem(read.refused.join("\n"));
  assertConsistent(read.trusted);
  await assertInputs(read);
  return read;
}

/** The user's word comes first. */
async function whoCounts(
  { key, ...options }: SignerOptions,
  io: Speaking,
  named: IndexSigners,
): Promise<{ keys: string[]; identity: TrustedIdentity | undefined }> {
  if (isSignerSaid({ key, ...options })) {
    const keys = key.map((file) => checkPublicKey(readText(file), file));
    return { keys, identity: await identityFor(options, io) };
  }
  const keys = named.flatMap((signer) => ("publicKey" in signer ? [signer.publicKey] : []));
  const [known] = named.flatMap((signer) => ("identity" in signer ? [signer] : []));
  const certificate = known && {
    ...{ certificateIdentity: known.identity, certificateOidcIssuer: known.issuer },
    ...(options.trustedRoot !== undefined && { trustedRoot: options.trustedRoot }),
  };
  return { keys, identity: await identityFor(certificate ?? {}, io) };
}

async function identityFor(
  { certificateIdentity: identity, certificateOidcIssuer: issuer, trustedRoot }: Omit<SignerOptions, "key">,
  io: Speaking,
): Promise<TrustedIdentity | undefined> {
  if (identity === undefined || issuer === undefined) return undefined;
  const fetched = () =>
    whileWaiting(io, "waiting for the root of sigstore's public service", fetchTrustedRoot);
  const root = trustedRoot === undefined ? await fetched() : readTrustedRoot(trustedRoot);
  return { identity, issuer, root };
}
