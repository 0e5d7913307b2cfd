import { diskIdentity, identityTag } from "../../facts/disk-identity";
import { LABEL } from "../../facts/tags";
import { findImage, type GlanceImage } from "../../clouds/openstack/api/images";
import { openOpenstackSession, type OpenstackSession } from "../../clouds/openstack/api/session";
import { RIGHTS_CURE } from "../../clouds/openstack/failure";
import { readBack } from "../../clouds/openstack/read-back";
import { BRISK, PATIENT } from "../../clouds/retry";
import { compareBlocks, type Comparison, imageOf } from "../compare";
import { type Question, BYTES_NOT_READ } from "../question";
import { findObject, newerThan, type Recorded } from "../records";
import { signedMap } from "../signed-map";
import { ASK_WHICH, strangersCure } from "../strangers-cure";
import { judge, newerIs, unknownTo, type Verdict } from "../verdict";
import { parseId } from "./id";

const curing = strangersCure(
  RIGHTS_CURE,
  "look whether your project may read images (`openstack image show`), or ask the publisher to share the image with it",
);

/**
 * Checks an image of Glance against the records. Its region is the record's, unless the question names one.
 *
 * @throws {CloudFailure} when the cloud cannot be queried
 */
export async function checkOpenstack(question: Question & { readonly region?: string }): Promise<Verdict> {
  const { records, signal, status, retrying } = question;
  const id = parseId(question.id);
  const recorded = findObject(records, (each) => each.cloud === "openstack" && each.id === id);
  if (!recorded) return unknownTo(id, "no trusted record names it", records.refused);
  const { facts, record } = recorded;
  const region = question.region ?? facts.region;
  const subject = `${id} in ${region}`;
  if (region !== facts.region)
    return unknownTo(subject, `the record has this id in ${facts.region}, not in ${region}`, records.refused);
  const session = {
    ...openOpenstackSession({ region }, signal, { status }),
    retrying,
    policy: BRISK,
    curing,
  };
  const image = await findImage(session, id);
  const old = await newerReasons(session, newerThan(records, recorded));
  if (!image) {
    old.unshift(
      `it cannot be seen with these credentials: withdrawn, deleted, or never shared with you; ${ASK_WHICH}`,
    );
    const notes = [...(question.bytes ? [BYTES_NOT_READ] : []), ...records.refused];
    return judge(subject, record, facts.architecture, { compared: false, wrong: [], old, notes });
  }
  const wrong = differences(image, recorded);
  const notes = [`proof at publication: ${facts.proof}`, ...records.refused];
  if (image.os_hidden) old.unshift("it is hidden: the publisher has deprecated or withdrawn it");
  if (image.status !== "active") old.push(`its status is ${image.status}`);
  const verdict = (seen: Comparison) => judge(subject, record, facts.architecture, { ...seen, old, notes });
  if (!question.bytes) return verdict({ wrong });
  // One that its cloud has deactivated gives its bytes to nobody.
  if (wrong.length > 0 || image.status !== "active") {
    notes.push(BYTES_NOT_READ);
    return verdict({ wrong });
  }
  const disk = imageOf(record, facts.architecture);
  const signed = signedMap(record, facts.architecture, disk, question.blockMap);
  const read = await readBack({ ...session, policy: PATIENT }, id, disk.size);
  notes.push("its bytes were read", ...signed.notes);
  const seen = compareBlocks(read, disk, signed.map);
  if (read.size !== disk.size)
    seen.wrong.push(`it gives out ${read.size} bytes, the record says ${disk.size}`);
  return verdict(seen);
}

/** Whoever owns an image can write any property: those that differ tell, and those that agree prove nothing. */
function differences(image: GlanceImage, { facts, record }: Recorded): string[] {
  const wrong: string[] = [];
  const expect = (what: string, have: unknown, want: unknown) => {
    if (have !== want) wrong.push(`its ${what} is ${String(have)}, the record says ${String(want)}`);
  };
  const disk = imageOf(record, facts.architecture);
  expect("owner", image.owner, facts.account);
  expect("name", image.name, facts.name);
  if (image.status === "active") expect("size", image.size, disk.size);
  expect("disk format", image.disk_format, "raw");
  if (facts.createdAt !== undefined) expect("time of creation", image.created_at, facts.createdAt);
  if (image.os_hash_algo === "sha512" && disk.sha512 !== undefined)
    expect("SHA-512", image.os_hash_value, disk.sha512);
  const digest = image[LABEL.digest];
  if (digest !== undefined) expect(`property ${LABEL.digest}`, digest, identityTag(diskIdentity(disk)));
  return wrong;
}

/** A newer release counts only if the asker can use it. */
async function newerReasons(session: OpenstackSession, newer: readonly Recorded[]): Promise<string[]> {
  for (const each of newer) {
    const { id, region } = each.facts;
    const image = await findImage({ ...session, region }, id);
    if (image && !image.os_hidden) return [newerIs(each)];
  }
  return [];
}
