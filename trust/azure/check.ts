import { createHash } from "node:crypto";
import { diskIdentity, identityTag } from "../../facts/disk-identity";
import { TAG } from "../../facts/tags";
import { GIB } from "../../facts/units";
import { CloudFailure, failedWith } from "../../clouds/failure";
import { RIGHTS_CURE } from "../../clouds/azure/failure";
import { subscriptionOfAz } from "../../clouds/azure/az";
import { type AzureSession, namesNoSubscription, openAzureSession } from "../../clouds/azure/api/session";
import { readVersion } from "../../clouds/azure/read-disk";
import { isCommunityId, type SeenVersion, seeVersion } from "../../clouds/azure/seen-version";
import { BRISK, PATIENT } from "../../clouds/retry";
import { otherOnAzure } from "../../config/azure/object-identity";
import type { CloudQuestion } from "../cloud";
import { compareBlocks, type Comparison, imageOf } from "../compare";
import { TrustProblem } from "../problem";
import { datePassed, BYTES_NOT_READ } from "../question";
import { findObject, newerThan, type Recorded } from "../records";
import { signedMap } from "../signed-map";
import { ASK_WHICH, strangersCure } from "../strangers-cure";
import { judge, newerIs, unknownTo, type Verdict } from "../verdict";
import { parseId } from "./id";

const curing = strangersCure(
  RIGHTS_CURE,
  "let your own login read images, and make, read and delete disks in your resource group (docs/policies/azure-verifier.json); if it may, ask the publisher to share the gallery with you, or leave --bytes out",
);

/**
 * Checks a gallery version, by its community id or its ARM id, against the records.
 *
 * @throws {CloudFailure} when Azure cannot be queried
 * @throws {TrustProblem} when a subscription or resource group is needed and not given
 */
export async function checkAzure(question: CloudQuestion): Promise<Verdict> {
  const { records, signal, status, retrying } = question;
  const id = parseId(question.id);
  const recorded = findObject(
    records,
    (each) =>
      each.cloud === "azure" &&
      [each.id, each.publicId].some((known) => known !== undefined && same(known, id)),
  );
  if (!recorded) return unknownTo(id, "no trusted record names it", records.refused);

  const { facts, record } = recorded;
  const place = {
    subscription: await subscriptionFor(id, question),
    region: question.region ?? facts.region,
  };
  const session = { ...openAzureSession(signal, { status }), retrying, policy: BRISK, curing };
  const see = (seen: string) => seeQuietly(session, seen, place);
  const subject = `${id} in ${place.region}`;
  const version = await see(id);
  const old: string[] = [];
  for (const newer of newerThan(records, recorded)) {
    const other = (isCommunityId(id) ? newer.facts.publicId : undefined) ?? newer.facts.id;
    if (!(await see(other))) continue;
    old.push(newerIs(newer));
    break;
  }
  if (!version) {
    old.unshift(
      `it cannot be seen with these credentials in this region: withdrawn, deleted, or never there; ${ASK_WHICH}`,
    );
    const notes = [...(question.bytes ? [BYTES_NOT_READ] : []), ...records.refused];
    return judge(subject, record, facts.architecture, { compared: false, wrong: [], old, notes });
  }
  const notes = [`proof at publication: ${facts.proof}`, ...records.refused];
  if (version.excludeFromLatest) old.unshift("it is left out of latest: deprecated, or not published yet");
  old.unshift(...datePassed("its support ended", version.endOfLifeDate, Date.now()));
  const wrong = differences(version, recorded);
  const verdict = (seen: Comparison) => judge(subject, record, facts.architecture, { ...seen, old, notes });
  if (!question.bytes) return verdict({ wrong });
  if (wrong.length > 0) {
    notes.push(BYTES_NOT_READ);
    return verdict({ wrong });
  }
  const patient = { ...session, policy: PATIENT };
  const compared = await readBytes(patient, { ...question, id }, place, recorded);
  notes.push(`the bytes were read over a disk in ${place.region}`, ...compared.notes);
  return verdict(compared);
}

const FORBIDDEN: readonly (string | undefined)[] = ["AuthorizationFailed", "Forbidden"];

/** ARM ids are case-insensitive. */
function same(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

async function subscriptionFor(id: string, { subscription }: CloudQuestion): Promise<string> {
  const given = subscription ?? (process.env.ARM_SUBSCRIPTION_ID || process.env.AZURE_SUBSCRIPTION_ID);
  if (given) return given;
  if (!isCommunityId(id)) return id.split("/")[2] ?? "";
  const ofAz = await subscriptionOfAz();
  if (ofAz !== undefined) return ofAz;
  throw new TrustProblem(
    `${id}: Azure shows community galleries by way of a subscription of yours; add --subscription, or set ARM_SUBSCRIPTION_ID`,
  );
}

/**
 * Azure answers 403 for others' objects. A community gallery is queried through a subscription of the asker: a
 * refusal there concerns that subscription, not the gallery.
 */
async function seeQuietly(
  session: AzureSession,
  id: string,
  place: { subscription: string; region: string },
): Promise<SeenVersion | undefined> {
  try {
    return await seeVersion(session, id, place);
  } catch (error) {
    if (!(error instanceof CloudFailure)) throw error;
    const isOthers = FORBIDDEN.includes(error.code);
    if (!isCommunityId(id) && failedWith(error, "denied") && isOthers) return undefined;
    const isWrong = namesNoSubscription(error) || (isOthers && error.kind === "denied");
    throw isCommunityId(id) && isWrong
      ? error.curedBy(
          `give a subscription of yours with --subscription (now ${place.subscription}), or ARM_SUBSCRIPTION_ID`,
        )
      : error;
  }
}

function differences(version: SeenVersion, { facts, record }: Recorded): string[] {
  const wrong: string[] = [];
  const expect = (what: string, have: unknown, want: unknown) => {
    if (have !== want) wrong.push(`its ${what} is ${String(have)}, the record says ${String(want)}`);
  };
  const image = imageOf(record, facts.architecture);
  const { size } = image;
  if (version.diskSizeGb !== undefined && !sizesInGb(size).includes(version.diskSizeGb)) {
    const told = sizesInGb(size).join(" or ");
    wrong.push(`its size in GB is ${version.diskSizeGb}, the record's ${size} bytes are ${told}`);
  }
  const { uid, publishedDate: createdAt } = version;
  const other = otherOnAzure(facts, {
    uid,
    createdAt,
  });
  if (other !== undefined) wrong.push(other);
  const digest = version.tags[TAG.digest];
  if (digest !== undefined) expect(`tag ${TAG.digest}`, digest, identityTag(diskIdentity(image)));
  return wrong;
}

/**
 * Azure returns whole GB, rounded down or up: 30 GiB and 1 MiB as 30, 127 GiB and 2 MiB as 127 (recorded in
 * github.com/Azure/azure-cli, src/azure-cli/azure/cli/command_modules/vm/tests/latest/recordings, 2023), a small disk
 * as 1.
 */
export function sizesInGb(bytes: number): number[] {
  return [...new Set([Math.max(1, Math.floor(bytes / GIB)), Math.max(1, Math.ceil(bytes / GIB))])];
}

async function readBytes(
  session: AzureSession,
  { id, resourceGroup, blockMap }: CloudQuestion,
  { subscription, region }: { subscription: string; region: string },
  { record, facts }: Recorded,
): Promise<Comparison & { notes: string[] }> {
  if (resourceGroup === undefined) {
    throw new TrustProblem(
      `${id}: its bytes are read over a temporary disk in a resource group of yours; add --resource-group`,
    );
  }
  const image = imageOf(record, facts.architecture);
  const { map, notes } = signedMap(record, facts.architecture, image, blockMap);
  const name = `imprimatur-verify-${createHash("sha256").update(`${id} ${region}`.toLowerCase()).digest("hex").slice(0, 16)}`;
  const disk = `/subscriptions/${subscription}/resourceGroups/${resourceGroup}/providers/Microsoft.Compute/disks/${name}`;
  const seen = await readVersion(
    session,
    { id: disk, versionId: id, location: region, tags: { "imprimatur:verify": name } },
    image.size,
  );
  return { ...compareBlocks(seen, image, map), notes };
}
