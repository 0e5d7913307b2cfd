/** Takes an image from its users, and nothing else. */
import { changeImage, type GlanceImage } from "./api/images";
import type { OpenstackSession } from "./api/session";
import { findOwnImages, type OwnImages } from "./own-images";
import { keepMembers } from "./sharing";
import type { Visibility } from "./visibility";

/** Who may keep it. */
interface Kept {
  readonly visibility: Visibility;
  readonly projects: readonly string[];
  /** It goes into no list any more. */
  readonly withdrawn: boolean;
}

/** How many see it: closing goes down this list only. */
const WIDTH: Readonly<Record<Visibility, number>> = { private: 0, shared: 1, community: 2, public: 3 };

/** One image of a release. Names can be changed, so the architecture says it as well, as in the properties of images. */
interface Place extends OwnImages {
  readonly name: string;
  readonly architecture?: string | undefined;
}

/** An image that is not there counts as closed. @returns whether anything was changed */
export async function closeImages(
  session: OpenstackSession,
  { name, architecture, ...release }: Place,
  kept: Kept,
): Promise<boolean> {
  const all = await findOwnImages(session, release);
  const images = all.filter(
    (image) => image.name === name || (architecture !== undefined && image.architecture === architecture),
  );
  const done = await Promise.allSettled(images.map((image) => close(session, image, kept)));
  for (const each of done) if (each.status === "rejected") throw each.reason;
  return done.some((each) => each.status === "fulfilled" && each.value);
}

/** Milliseconds for members of an image that is about to be private, which takes it from all of them anyway. */
const MEMBERS = 20_000;

async function close(session: OpenstackSession, image: GlanceImage, kept: Kept): Promise<boolean> {
  const narrower = WIDTH[kept.visibility] < WIDTH[image.visibility];
  const hide = kept.withdrawn && image.os_hidden !== true;
  const asking = narrower
    ? { ...session, signal: AbortSignal.any([session.signal, AbortSignal.timeout(MEMBERS)]) }
    : session;
  const wanted = kept.visibility === "shared" ? kept.projects : [];
  const [unshared] = await Promise.allSettled([keepMembers(asking, image, wanted)]);
  if (narrower || hide) await change(session, image, kept, { narrower, hide });
  // Who could not be taken out of a private image has no use of it, and is taken out before it is shared again.
  if (unshared.status === "rejected" && !narrower) throw unshared.reason;
  return narrower || hide || (unshared.status === "fulfilled" && unshared.value);
}

async function change(
  session: OpenstackSession,
  image: GlanceImage,
  kept: Kept,
  { narrower, hide }: { readonly narrower: boolean; readonly hide: boolean },
): Promise<void> {
  // Narrowing to projects is finished by what shares: until then it is nobody's.
  const visibility =
    kept.visibility === "shared" && image.visibility !== "shared" ? "private" : kept.visibility;
  await changeImage(session, image.id, {
    ...(narrower && { visibility }),
    ...(hide && { os_hidden: true }),
  });
}
