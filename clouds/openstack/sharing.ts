/**
 * Who sees an image. Members are kept while it is private or public, and count again once it is shared (seen with Glance
 * 25, 2026-11-30): they are taken out while it is still shared, and a list that comes back is corrected at once.
 */
import { atMost } from "../parallel";
import { addMember, changeImage, findImage, type GlanceImage, listMembers, removeMember } from "./api/images";
import type { OpenstackSession } from "./api/session";
import type { Visibility } from "./visibility";

export interface ImageSharing {
  readonly visibility: Visibility;
  /** Ids of projects; of a shared image only. */
  readonly projects: readonly string[];
  /** In no list that does not ask for hidden images: it is out of date. */
  readonly hidden: boolean;
}

/** An image's present sharing; `undefined`: there is no such image. */
export async function readSharing(session: OpenstackSession, id: string): Promise<ImageSharing | undefined> {
  const image = await findImage(session, id);
  if (!image) return undefined;
  const { visibility, os_hidden: hidden = false } = image;
  return { visibility, hidden, projects: await projectsOf(session, image) };
}

async function projectsOf(session: OpenstackSession, { id, visibility }: GlanceImage): Promise<string[]> {
  if (visibility !== "shared") return [];
  return (await listMembers(session, id)).map(({ member_id: member }) => member).sort();
}

/** Takes away before it gives. @returns whether anything was changed */
export async function setSharing(
  session: OpenstackSession,
  id: string,
  wanted: ImageSharing,
): Promise<boolean> {
  const image = await findImage(session, id);
  if (!image)
    throw new Error(`image ${id} in ${session.region} is gone; \`pulumi up --refresh\` makes it again`);
  let changed = await keepMembers(session, image, wanted.visibility === "shared" ? wanted.projects : []);
  const { visibility, os_hidden: hidden = false } = image;
  if (visibility !== wanted.visibility || hidden !== wanted.hidden) {
    const now = await changeImage(session, id, { visibility: wanted.visibility, os_hidden: wanted.hidden });
    changed = true;
    await keepMembers(session, now, wanted.projects);
  }
  if (wanted.visibility !== "shared") return changed;
  const have = (await listMembers(session, id)).map(({ member_id: member }) => member);
  const missing = wanted.projects.filter((project) => !have.includes(project));
  for (const project of missing) await addMember(session, id, project);
  return changed || missing.length > 0;
}

/** Members that are taken out at a time: a shared image may have hundreds, and a closing has a minute. */
const AT_A_TIME = 4;

/**
 * @returns whether there were others
 * @throws the first failure, after taking out everyone else
 */
export async function keepMembers(
  session: OpenstackSession,
  image: GlanceImage,
  wanted: readonly string[],
): Promise<boolean> {
  const others = (await projectsOf(session, image)).filter((project) => !wanted.includes(project));
  const slot = atMost(AT_A_TIME);
  const done = await Promise.allSettled(
    others.map((project) => slot(() => removeMember(session, image.id, project))),
  );
  for (const each of done) if (each.status === "rejected") throw each.reason;
  return others.length > 0;
}
