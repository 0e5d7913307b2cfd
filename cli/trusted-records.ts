import { assertConsistent } from "../trust/contradictions";
import { checkPublicKey } from "../trust/public-key";
import { readText } from "../trust/read-text";
import { assertInputs, readRecords, type Records, withWithdrawals } from "../trust/records";
import { fetchTrustedRoot, readTrustedRoot } from "../trust/trusted-root";
import type { TrustedIdentity } from "../trust/verify-identity";
import type { Io } from "./io";
import { whileWaiting } from "./waiting";

export type Speaking = Pick<Io, "err" | "saidAt">;

/** Which records, and whose word counts: options of the commands that read records. */
export interface RecordOptions {
  record?: string;
  records?: string;
  key: string[];
  certificateIdentity?: string;
  certificateOidcIssuer?: string;
  trustedRoot?: string;
}

/**
 * The records that the user's keys or identity signed, with the notices that withdraw them.
 *
 * @throws {TrustProblem} when none can be trusted, or two contradict each other
 */
export async function trustedRecords(
  { record, records, key, ...options }: RecordOptions,
  io: Speaking,
): Promise<Records> {
  const keys = key.map((file) => checkPublicKey(readText(file), file));
  const identity = await identityFor(options, io);
  const read = [record, records].flatMap((path) =>
    path === undefined ? [] : [readRecords(path, keys, identity)],
  );
  const trusted = read.flatMap((folder) => folder.trusted);
  assertConsistent(trusted);
  await Promise.all(read.map(assertInputs));
  const notices = read.flatMap((folder) => folder.notices);
  return withWithdrawals({ trusted, notices, refused: read.flatMap((folder) => folder.refused) });
}

async function identityFor(
  { certificateIdentity: identity, certificateOidcIssuer: issuer, trustedRoot }: Omit<RecordOptions, "key">,
  io: Speaking,
): Promise<TrustedIdentity | undefined> {
  if (identity === undefined || issuer === undefined) return undefined;
  const fetched = () =>
    whileWaiting(io, "waiting for the root of sigstore's public service", fetchTrustedRoot);
  const root = trustedRoot === undefined ? await fetched() : readTrustedRoot(trustedRoot);
  return { identity, issuer, root };
}
