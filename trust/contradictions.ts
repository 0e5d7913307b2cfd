/** Contradicting records: their signer made two different statements about one disk or one cloud object. */
import { diskIdentity, identityTag } from "../facts/disk-identity";
import { keyOf } from "./object-names";
import { TrustProblem } from "./problem";
import { imageFileIn, nameOf, type SignedRecord } from "./records";

/**
 * Otherwise the record found first would decide the answer.
 *
 * @throws {TrustProblem} when two of them give one release different disks or publishers, or one cloud object to
 * different releases or disks
 */
export function assertConsistent(records: readonly SignedRecord[]): void {
  const said = new Map<string, { record: SignedRecord; says: string }>();
  const problems = new Set<string>();
  for (const record of records) {
    for (const { subject, key = subject, says } of claimsOf(record)) {
      const before = said.get(key);
      if (before === undefined) said.set(key, { record, says });
      else if (before.says !== says)
        problems.add(
          `${before.record.file} and ${record.file} contradict each other: ${subject} is ${before.says}, or ${says}`,
        );
    }
  }
  if (problems.size === 0) return;
  const all = [...problems];
  const shown = all.length > SHOWN ? [...all.slice(0, SHOWN), `and ${all.length - SHOWN} more`] : all;
  throw new TrustProblem(
    [
      ...shown,
      "both are signed by whom you trust; ask the publisher which one counts, and leave the other out",
    ].join("\n"),
  );
}

const SHOWN = 5;

interface Claim {
  /** Subject of the statement. */
  readonly subject: string;
  /** The same for two names of it; default: {@link subject}. */
  readonly key?: string;
  readonly says: string;
}

function claimsOf(record: SignedRecord): Claim[] {
  const { product, version, publisher, provenance } = nameOf(record);
  const { images } = imageFileIn(record);
  const disks = Object.entries(images).map(([architecture, image]) => ({
    subject: `the ${architecture} disk of ${product} ${version}`,
    says: identityTag(diskIdentity(image)),
  }));
  const objects = record.statement.predicate.objects.flatMap(({ uri, annotations }) => {
    const { architecture, uid, publicId } = annotations;
    const image = images[architecture];
    const disk = image === undefined ? "no disk" : identityTag(diskIdentity(image));
    return [uri, ...(publicId === undefined ? [] : [publicId])].map((name) => ({
      // `uid` distinguishes another object of the same name.
      subject: uid === undefined ? name : `${name} (${uid})`,
      key: keyOf(name, annotations),
      says: `${product} ${version} ${architecture}, ${disk}`,
    }));
  });
  const origin = provenance === "official" ? "official" : `based on ${provenance.basedOn}`;
  return [{ subject: `${product} ${version}`, says: `${origin}, by ${publisher}` }, ...disks, ...objects];
}
