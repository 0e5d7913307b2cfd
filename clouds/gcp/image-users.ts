/**
 * Users of an image: members of one role in its IAM policy. A policy is read, changed and written completely, with
 * the etag that was read, so that concurrent changes by others are not lost
 * (cloud.google.com/compute/docs/reference/rest/v1/images/setIamPolicy, read 2026-11).
 */
import { CloudFailure, failedWith } from "../failure";
import { wait } from "../retry";
import { getImagePolicy, type Policy, setImagePolicy } from "./api/image-policy";
import { type ImagePlace, showImage } from "./api/images";
import type { GoogleSession } from "./api/session";

/** The role that permits creating disks from an image. */
export const IMAGE_USER = "roles/compute.imageUser";

type Bindings = NonNullable<Policy["bindings"]>;

/**
 * All members who may use the image, in Google's spelling, with and without a condition; `undefined`: there is no
 * such image.
 */
export async function imageUsers(session: GoogleSession, place: ImagePlace): Promise<string[] | undefined> {
  try {
    return usersIn((await getImagePolicy(session, place)).bindings ?? []);
  } catch (error) {
    if (failedWith(error, "absent")) return undefined;
    throw error;
  }
}

/** Adds a user of the image. An existing member keeps its spelling. */
export async function admitUser(
  session: GoogleSession,
  place: ImagePlace,
  member: string,
  isSame: (one: string, other: string) => boolean,
): Promise<void> {
  await changePolicy(session, place, (bindings) => {
    const mine = bindings.find(({ role, condition }) => role === IMAGE_USER && !condition);
    const members = mine?.members ?? [];
    if (members.some((held) => isSame(held, member))) return bindings;
    const others = bindings.filter((binding) => binding !== mine);
    return [...others, { role: IMAGE_USER, members: [...members, member] }];
  });
}

/**
 * Removes all users of the image who may not keep it, including those under a condition.
 *
 * @returns the removed members; none if the image does not exist
 */
export async function keepUsers(
  session: GoogleSession,
  place: ImagePlace,
  mayKeep: (member: string) => boolean,
): Promise<string[]> {
  let taken: string[] = [];
  try {
    await changePolicy(session, place, (bindings) => {
      taken = usersIn(bindings).filter((member) => !mayKeep(member));
      if (taken.length === 0) return bindings;
      return bindings
        .map((binding) =>
          binding.role === IMAGE_USER
            ? { ...binding, members: (binding.members ?? []).filter(mayKeep) }
            : binding,
        )
        .filter(({ members = [] }) => members.length > 0);
    });
  } catch (error) {
    if (!failedWith(error, "absent")) throw error;
    return [];
  }
  return taken;
}

function usersIn(bindings: Bindings): string[] {
  const all = bindings.flatMap(({ role, members = [] }) => (role === IMAGE_USER ? members : []));
  return [...new Set(all)];
}

/** Retries while others change the policy too: 31 s of waiting in total, the same as the native provider. */
const CONFLICT_WAITS = [1_000, 2_000, 4_000, 8_000, 16_000];

/**
 * Changes of one image's policy in this process, serialised to avoid etag conflicts among them. Keyed by
 * `project/name`.
 */
const turns = new Map<string, Promise<unknown>>();

async function changePolicy(
  session: GoogleSession,
  place: ImagePlace,
  change: (bindings: Bindings) => Bindings,
): Promise<void> {
  const key = showImage(place);
  const before = turns.get(key) ?? Promise.resolve();
  const own = before.catch(() => undefined).then(() => changeInTurn(session, place, change));
  turns.set(key, own);
  try {
    await own;
  } finally {
    if (turns.get(key) === own) turns.delete(key);
  }
}

async function changeInTurn(
  session: GoogleSession,
  place: ImagePlace,
  change: (bindings: Bindings) => Bindings,
): Promise<void> {
  const what = `images.setIamPolicy ${showImage(place)}`;
  for (let tries = 1; ; tries++) {
    const policy = await getImagePolicy(session, place);
    const bindings = policy.bindings ?? [];
    const changed = change(bindings);
    if (changed === bindings) return;
    try {
      return await setImagePolicy(session, place, { ...policy, bindings: changed });
    } catch (error) {
      if (!failedWith(error, "busy")) throw error;
      if (isForbidden(error)) throw error.curedBy(FORBIDDEN_CURE);
      const pause = CONFLICT_WAITS[tries - 1];
      if (pause === undefined) throw error.noting(`gave up after ${tries} tries`);
      session.failing?.(error);
      session.status(`${what}: somebody else changed it, trying again`);
      await wait(session.policy, pause, session.signal);
    }
  }
}

const FORBIDDEN_CURE =
  "have the organisation's policy on members changed for this project (Organization Policy Administrator), or name other members";

/**
 * An organisation policy on members is reported with 412, as a conflict can be (`IsConflictError` in
 * hashicorp/terraform-provider-google-beta 7.45; docs.cloud.google.com/organization-policy/restrict-domains; read
 * 2026-11): a retry does not help.
 */
function isForbidden(failure: CloudFailure): boolean {
  return /permitted customer|organi[sz]ation policy/i.test(failure.message);
}
