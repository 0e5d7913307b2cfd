import type { Image } from "@aws-sdk/client-ec2";
import { readBack } from "../../clouds/aws/read-back";
import { ownAccount, seeImage, withOwnCopy } from "../../clouds/aws/seen-image";
import { openSession, type Session } from "../../clouds/aws/session";
import { tagRecord } from "../../clouds/aws/snapshot-api";
import { compareMaps, imageOf } from "../compare";
import { past, type Question } from "../question";
import { findObject, newerThan, type Recorded } from "../records";
import { judge, newerIs, unknownTo, type Verdict } from "../verdict";

export interface AwsQuestion extends Question {
  region: string;
}

/**
 * An AMI against the records.
 *
 * @throws {CloudFailure} AWS could not be asked
 */
export async function checkAws(question: AwsQuestion): Promise<Verdict> {
  const { id, region, records, signal, status } = question;
  const subject = `${id} in ${region}`;
  const session = openSession(region, signal, { status, warn: status });
  const recorded = findObject(records, (of) => of.cloud === "aws" && of.id === id && of.region === region);
  const image = await seeImage(session, id);
  if (!recorded) return unknownTo(subject, inNoRecord(id, question, image), records.refused);

  const { facts, record } = recorded;
  const now = Date.now();
  const old = await newerReasons(session, newerThan(records, recorded));
  if (!image) {
    old.unshift("it cannot be seen with these credentials: withdrawn, deleted, or never shared with you");
    return judge(subject, record, facts.architecture, { wrong: [], old, notes: records.refused.slice() });
  }
  const snapshot = snapshotOf(recorded);
  const wrong = differences(image, recorded, snapshot);
  const notes = [`proof at publication: ${facts.proof}`, ...records.refused];
  if (image.State !== "available") old.push(`its state is ${image.State}`);
  old.unshift(...past("deprecated since", image.DeprecationTime, now));
  if (question.bytes && wrong.length === 0 && snapshot !== undefined) {
    wrong.push(...(await readBytes(session, snapshot, recorded)));
    notes.push(`the bytes of ${snapshot} were read`);
  }
  return judge(subject, record, facts.architecture, { wrong, old, notes });
}

function inNoRecord(id: string, { records, region }: AwsQuestion, image: Image | undefined): string {
  const elsewhere = findObject(records, (of) => of.cloud === "aws" && of.id === id);
  if (elsewhere) return `the record has this id in ${elsewhere.facts.region}, not in ${region}`;
  const owner =
    image?.OwnerId === undefined
      ? ""
      : `; it belongs to account ${image.OwnerId} and calls itself "${image.Name}"`;
  return `no trusted record names it${owner}`;
}

/** The snapshot that the record names for the same region and architecture. */
function snapshotOf({ record, facts }: Recorded): string | undefined {
  return record.statement.predicate.runDetails.byproducts
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
  const root = image.BlockDeviceMappings?.find(({ DeviceName }) => DeviceName === image.RootDeviceName);
  if (snapshot !== undefined) expect("root snapshot", root?.Ebs?.SnapshotId, snapshot);
  // AWS shows tags to the owner alone.
  const digest = tagRecord(image.Tags)["imprimatur:digest"];
  if (digest !== undefined)
    expect("tag imprimatur:digest", digest, `sha256:${imageOf(record, facts.architecture).sha256}`);
  return wrong;
}

/** A newer one counts when the asker could use it. */
async function newerReasons(session: Session, newer: readonly Recorded[]): Promise<string[]> {
  for (const each of newer) if (await seeImage(session, each.facts.id)) return [newerIs(each)];
  return [];
}

async function readBytes(session: Session, snapshot: string, { record, facts }: Recorded): Promise<string[]> {
  const image = imageOf(record, facts.architecture);
  const read = (id: string) => readBack(session, id, image.size);
  const isOwn = (await ownAccount(session)) === facts.account;
  const { digests, beyond } = isOwn ? await read(snapshot) : await withOwnCopy(session, snapshot, read);
  const blocks = [...digests].sort(([a], [b]) => a - b).map(([index, sha256]) => ({ index, sha256 }));
  const { wrong } = compareMaps({ size: image.size, blocks }, image, undefined);
  return beyond.length > 0 ? [...wrong, "there is data after the end of the image"] : wrong;
}
