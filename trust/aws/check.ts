import type { Image } from "@aws-sdk/client-ec2";
import { diskIdentity, identityTag } from "../../facts/disk-identity";
import { TAG } from "../../facts/tags";
import { RIGHTS_CURE } from "../../clouds/aws/failure";
import { readBack } from "../../clouds/aws/read-back";
import { getCallerIdentity } from "../../clouds/aws/api/account";
import { describeImage } from "../../clouds/aws/api/images";
import { withOwnCopy } from "../../clouds/aws/own-copy";
import { openSession, type Session } from "../../clouds/aws/api/session";
import { tagRecord } from "../../clouds/aws/api/tags";
import { BRISK, PATIENT } from "../../clouds/retry";
import { compareBlocks, type Comparison, imageOf } from "../compare";
import { datePassed, type Question, BYTES_NOT_READ } from "../question";
import { findObject, newerThan, type Recorded } from "../records";
import { signedMap } from "../signed-map";
import { ASK_WHICH, strangersCure } from "../strangers-cure";
import { judge, newerIs, unknownTo, type Verdict } from "../verdict";
import { parseId } from "./id";

interface AwsQuestion extends Question {
  region: string;
}

const CURES = {
  seeing: strangersCure(
    RIGHTS_CURE,
    "let your own user or role do ec2:DescribeImages: docs/policies/aws-verifier.json has all that verify uses",
  ),
  reading: strangersCure(
    RIGHTS_CURE,
    "let your own user or role do it (docs/policies/aws-verifier.json); if it may, ask the publisher to share the snapshot with your account, or leave --bytes out",
  ),
};

/**
 * Checks an AMI against the records.
 *
 * @throws {CloudFailure} when AWS cannot be queried
 */
export async function checkAws(question: AwsQuestion): Promise<Verdict> {
  const { region, records, signal, status, retrying } = question;
  const id = parseId(question.id);
  const subject = `${id} in ${region}`;
  const session = {
    ...openSession(region, signal, { status, warn: status }),
    retrying,
    policy: BRISK,
    curing: CURES.seeing,
  };
  const recorded = findObject(
    records,
    (each) => each.cloud === "aws" && each.id === id && each.region === region,
  );
  const image = await describeImage(session, id);
  if (!recorded) return unknownTo(subject, inNoRecord(id, question, image), records.refused);

  const { facts, record } = recorded;
  const now = Date.now();
  const old = await newerReasons(session, newerThan(records, recorded));
  if (!image) {
    old.unshift(
      `it cannot be seen with these credentials: withdrawn, deleted, or never shared with you; ${ASK_WHICH}`,
    );
    const notes = [...(question.bytes ? [BYTES_NOT_READ] : []), ...records.refused];
    return judge(subject, record, facts.architecture, { compared: false, wrong: [], old, notes });
  }
  const snapshot = snapshotOf(recorded);
  const wrong = differences(image, recorded, snapshot);
  const notes = [`proof at publication: ${facts.proof}`, ...records.refused];
  if (image.State !== "available") old.push(`its state is ${image.State}`);
  old.unshift(...datePassed("deprecated since", image.DeprecationTime, now));
  const verdict = (seen: Comparison) => judge(subject, record, facts.architecture, { ...seen, old, notes });
  if (!question.bytes) return verdict({ wrong });
  const read = snapshot ?? rootOf(image)?.Ebs?.SnapshotId;
  if (wrong.length > 0 || read === undefined) {
    notes.push(BYTES_NOT_READ);
    return verdict({ wrong });
  }
  const compared = await readBytes(
    { ...session, policy: PATIENT, curing: CURES.reading },
    read,
    recorded,
    question.blockMap,
  );
  notes.push(`the bytes of ${read} were read`, ...compared.notes);
  return verdict(compared);
}

function inNoRecord(id: string, { records, region }: AwsQuestion, image: Image | undefined): string {
  const elsewhere = findObject(records, (each) => each.cloud === "aws" && each.id === id);
  if (elsewhere) return `the record has this id in ${elsewhere.facts.region}, not in ${region}`;
  const owner =
    image?.OwnerId === undefined
      ? ""
      : `; it belongs to account ${image.OwnerId} and calls itself "${image.Name}"`;
  return `no trusted record names it${owner}`;
}

/** The recorded snapshot of the same region and architecture. */
function snapshotOf({ record, facts }: Recorded): string | undefined {
  return record.statement.predicate.objects
    .map(({ annotations }) => annotations)
    .find(
      ({ cloud, kind, region, architecture }) =>
        cloud === "aws" &&
        kind === "snapshot" &&
        region === facts.region &&
        architecture === facts.architecture,
    )?.id;
}

function differences(image: Image, recorded: Recorded, snapshot: string | undefined): string[] {
  const { facts, record } = recorded;
  const wrong: string[] = [];
  const expect = (what: string, have: unknown, want: unknown) => {
    if (have !== want) wrong.push(`its ${what} is ${String(have)}, the record says ${String(want)}`);
  };
  expect("owner", image.OwnerId, facts.account);
  expect("name", image.Name, facts.name);
  expect("architecture", image.Architecture, facts.architecture);
  if (snapshot !== undefined) expect("root snapshot", rootOf(image)?.Ebs?.SnapshotId, snapshot);
  // AWS shows tags to the owner only.
  const digest = tagRecord(image.Tags)[TAG.digest];
  if (digest !== undefined)
    expect(`tag ${TAG.digest}`, digest, identityTag(diskIdentity(imageOf(record, facts.architecture))));
  return wrong;
}

function rootOf({ BlockDeviceMappings, RootDeviceName }: Image) {
  return BlockDeviceMappings?.find(({ DeviceName }) => DeviceName === RootDeviceName);
}

/** A newer release counts only if the asker can use it. */
async function newerReasons(session: Session, newer: readonly Recorded[]): Promise<string[]> {
  for (const each of newer) if (await describeImage(session, each.facts.id)) return [newerIs(each)];
  return [];
}

async function readBytes(
  session: Session,
  snapshot: string,
  { record, facts }: Recorded,
  blockMap: string | undefined,
): Promise<Comparison & { notes: string[] }> {
  const image = imageOf(record, facts.architecture);
  const { map, notes } = signedMap(record, facts.architecture, image, blockMap);
  const read = (id: string) => readBack(session, id, image.size);
  const isOwn = (await getCallerIdentity(session)).account === facts.account;
  const seen = isOwn ? await read(snapshot) : await withOwnCopy(session, snapshot, read);
  return { ...compareBlocks(seen, image, map), notes };
}
