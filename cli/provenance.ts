import { createHash } from "node:crypto";
import path from "node:path";
import type { BuildProvenance } from "../config/evidence";
import type { Image } from "../config/image-file";
import { readText } from "../trust/read-text";
import { Refusal } from "./problem";

interface Statement {
  predicateType?: unknown;
  subject?: { digest?: { sha256?: unknown; sha512?: unknown } }[];
}

/**
 * The builder's own attestation of a disk, by its digest: an in-toto statement, alone, in a DSSE envelope, in a
 * sigstore bundle, or one of these in each line. Only its subject is checked against the disk; the signature is for
 * verifiers that trust the signer.
 *
 * @throws {Refusal} when it is not an attestation, or is for other disks
 * @throws {TrustProblem} when it cannot be read
 */
export function provenanceOf(file: string, disk: Pick<Image, "sha256" | "sha512">): BuildProvenance {
  const text = readText(file);
  const statements = [text, ...text.split("\n")].flatMap((part) => statementIn(part));
  if (statements.length === 0)
    throw new Refusal(
      `${file}: no in-toto statement in it; give the builder's attestation: a statement, a DSSE envelope or a sigstore bundle, JSON or JSON lines.`,
    );
  const meant = statements.find(({ subject = [] }) =>
    subject.some(
      ({ digest }) => isNamed(digest?.sha256, disk.sha256) || isNamed(digest?.sha512, disk.sha512),
    ),
  );
  if (!meant)
    throw new Refusal(
      `${file}: it is of other disks: no subject has ${sayDigests(disk)}; give the attestation of this build.`,
    );
  const sha256 = createHash("sha256").update(text).digest("hex");
  return { file: path.basename(file), sha256, predicateType: String(meant.predicateType).slice(0, 500) };
}

/** A digest that was not taken names nothing. */
function isNamed(said: unknown, digest: string | undefined): boolean {
  return digest !== undefined && said === digest;
}

function sayDigests({ sha256 }: Pick<Image, "sha256" | "sha512">): string {
  return sha256 === undefined
    ? "the disk's sha512, and its sha256 was not taken (--digests takes both)"
    : `sha256 ${sha256} or the disk's sha512`;
}

function statementIn(text: string): Statement[] {
  try {
    const said = JSON.parse(text) as Statement & { payload?: string; dsseEnvelope?: { payload?: string } };
    const payload = said.dsseEnvelope?.payload ?? said.payload;
    const statement = (
      payload === undefined ? said : JSON.parse(Buffer.from(payload, "base64").toString())
    ) as Statement;
    const isOne = typeof statement.predicateType === "string" && Array.isArray(statement.subject);
    return isOne ? [statement] : [];
  } catch {
    return [];
  }
}
