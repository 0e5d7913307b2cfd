import { diskIdentity, identityAtEnd, identityTag } from "../../facts/disk-identity";
import { GIB } from "../../facts/units";
import { failedWith } from "../../clouds/failure";
import { RIGHTS_CURE } from "../../clouds/gcp/failure";
import { type GoogleSession, openGoogleSession } from "../../clouds/gcp/api/session";
import { findImage, findNewestOf, type GoogleImage, identityOf, linkPath } from "../../clouds/gcp/api/images";
import { BRISK } from "../../clouds/retry";
import { otherObject } from "../../config/object-identity";
import { imageOf } from "../compare";
import { TrustProblem } from "../problem";
import { datePassed, type Question } from "../question";
import { findObject, newerThan, type Recorded, type Records } from "../records";
import { ASK_WHICH, strangersCure } from "../strangers-cure";
import { judge, newerIs, unknownTo, type Verdict } from "../verdict";
import { parseId } from "./id";

const ARCHITECTURES = { x86_64: "X86_64", arm64: "ARM64" } as const;

const curing = strangersCure(
  RIGHTS_CURE,
  "look whether your login may ask for images of other projects (docs/policies/gcp-verifier.json; a rule of your organisation may forbid it), or ask the publisher to share the image with you",
);

/**
 * Checks a Compute Engine image, or the one a family resolves to, against the records.
 *
 * @throws {CloudFailure} when Google cannot be queried
 * @throws {TrustProblem} for `bytes`, which Google never shows
 */
export async function checkGcp(question: Question): Promise<Verdict> {
  const { records, signal, status, retrying } = question;
  const asked = parseId(question.id);
  if (question.bytes) {
    throw new TrustProblem(
      `${asked}: Google has no call that reads an image's bytes; start a machine from it, attach a fresh disk of it as a second disk, and use \`imprimatur verify disk\``,
    );
  }
  const session = { ...openGoogleSession(signal, { status }), retrying, policy: BRISK, curing };
  const image = await see(session, asked);
  if (!image && asked.includes("/family/")) return emptyFamily(asked, records);
  // A family's response is its current image.
  const path = image ? linkPath(image.selfLink) : asked;
  const recorded = findObject(
    records,
    (each) => each.cloud === "gcp" && each.kind === "image" && each.id === path,
  );
  const subject = path === asked ? path : `${asked}, now ${path},`;
  if (!recorded) return unknownTo(subject, "no trusted record names it", records.refused);

  const { facts, record } = recorded;
  const old = await newerReasons(session, newerThan(records, recorded));
  if (!image) {
    old.unshift(
      `it cannot be seen with these credentials: withdrawn, deleted, or never shared with you; ${ASK_WHICH}`,
    );
    const notes = [...records.refused];
    return judge(subject, record, facts.architecture, { compared: false, wrong: [], old, notes });
  }
  const { state = "ACTIVE", deprecated, obsolete } = image.deprecated ?? {};
  const now = Date.now();
  if (state !== "ACTIVE" && state !== "") old.unshift(`Google says ${state}`);
  old.unshift(
    ...datePassed("deprecated since", deprecated, now),
    ...datePassed("obsolete since", obsolete, now),
  );
  const notes = [`proof at publication: ${facts.proof}`, ...records.refused];
  return judge(subject, record, facts.architecture, { wrong: differences(image, recorded), old, notes });
}

/**
 * A family gives out no image once all of its images are deprecated, deleted or not shared. Records name images and not
 * families, so only its project tells whose it is.
 */
function emptyFamily(family: string, records: Records): Verdict {
  const project = (path: string) => path.split("/global/")[0];
  const isPublishers = findObject(
    records,
    ({ cloud, kind, id }) => cloud === "gcp" && kind === "image" && project(id) === project(family),
  );
  const none = "the family gives out no image that these credentials see";
  if (!isPublishers)
    return unknownTo(family, `${none}, and no trusted record names one of its project`, records.refused);
  return {
    subject: family,
    answer: "not-current",
    compared: false,
    reasons: [`${none}: its releases are withdrawn, deleted, or not shared with you; ${ASK_WHICH}`],
    notes: [...records.refused],
  };
}

/** Google's codes for missing read access; other refusals imply nothing about the image. */
const FORBIDDEN: readonly (string | undefined)[] = ["forbidden", "PERMISSION_DENIED"];

/**
 * `undefined`: missing, or not visible to these credentials. Google answers 404 for the former, 403 for the latter.
 */
async function see(session: GoogleSession, path: string): Promise<GoogleImage | undefined> {
  const [, project = "", name = ""] =
    /^projects\/([^/]+)\/global\/images\/((?:family\/)?[^/]+)$/.exec(path) ?? [];
  const family = /^family\/(.+)$/.exec(name)?.[1];
  try {
    return await (family === undefined
      ? findImage(session, { project, image: name })
      : findNewestOf(session, { project, family }));
  } catch (error) {
    if (failedWith(error, "denied") && FORBIDDEN.includes(error.code)) return undefined;
    throw error;
  }
}

function differences(image: GoogleImage, { facts, record }: Recorded): string[] {
  const wrong: string[] = [];
  const expect = (what: string, have: unknown, want: unknown) => {
    if (have !== want) wrong.push(`its ${what} is ${String(have)}, the record says ${String(want)}`);
  };
  const disk = imageOf(record, facts.architecture);
  expect("name", image.name, facts.name);
  expect("status", image.status, "READY");
  expect("architecture", image.architecture ?? "X86_64", ARCHITECTURES[facts.architecture]);
  expect("size in GB", Number(image.diskSizeGb), Math.ceil(disk.size / GIB));
  const other = otherObject(facts, identityOf(image));
  if (other !== undefined) wrong.push(other);
  const named = identityAtEnd(image.description ?? "");
  if (named !== undefined) expect("description's digest", named, identityTag(diskIdentity(disk)));
  return wrong;
}

async function newerReasons(session: GoogleSession, newer: readonly Recorded[]): Promise<string[]> {
  for (const each of newer) if (await see(session, each.facts.id)) return [newerIs(each)];
  return [];
}
