/** Checks before an upload whatever OpenStack would refuse late. */
import { identityTag } from "../../facts/disk-identity";
import { LABEL } from "../../facts/tags";
import { MIB } from "../../facts/units";
import { formatBytes } from "../../facts/words";
import { failedWith } from "../failure";
import { describeDouble } from "../owner";
import { diskFormats, imageUsage } from "./api/images";
import { identify, type OpenstackSession } from "./api/session";
import { findOwnImages } from "./own-images";
import type { OpenstackPreflightPlan } from "./preflight-plan";

interface Findings {
  readonly problems: string[];
  readonly warnings: string[];
}

/**
 * @param stack owner in the properties
 * @param isFirst nothing of the release is in the state
 */
export async function preflightRegion(
  session: OpenstackSession,
  plan: OpenstackPreflightPlan,
  { stack, isFirst }: { readonly stack: string; readonly isFirst: boolean },
): Promise<Findings> {
  const { region } = session;
  const { roles, project } = await identify(session);
  const [formats, usage, there] = await Promise.all([
    diskFormats(session),
    // Unified limits came with Xena, and the call with API 2.14: where there is none nothing is known.
    imageUsage(session).catch((error: unknown) => {
      if (failedWith(error, "absent", "denied", "refused")) return {};
      throw error;
    }),
    isFirst ? findOwnImages(session, { product: plan.product, stack, release: plan.release }) : [],
  ]);
  const problems: string[] = [];
  const warnings: string[] = [];
  if (formats.length > 0 && !formats.includes("raw"))
    problems.push(
      `${region} takes no raw images (it takes ${formats.join(", ")}); ask the cloud's operator for raw`,
    );
  // An upload that was begun is gone on with.
  const doubles = there.filter(
    (image) =>
      image.status === "active" &&
      plan.images.every(({ sha256 }) => image[LABEL.digest] !== identityTag(sha256)),
  );
  for (const { id, name } of doubles)
    problems.push(`${region} has image ${name ?? ""} (${id}), ${describeDouble(stack)}`);
  const needed = isFirst ? plan.images.reduce((sum, { size }) => sum + size, 0) : 0;
  problems.push(...quotaProblems(region, usage, { bytes: needed, count: isFirst ? plan.images.length : 0 }));
  const isPublic = plan.regions.some((each) => each.region === region && each.public);
  if (isPublic && !roles.includes("admin")) {
    warnings.push(
      `${region}: images are to be public, which Glance lets administrators do unless the operator allows it to others ` +
        `(policy publicize_image), and ${project.name} has the roles ${roles.join(", ")}: if it is refused, say community, or ask the operator`,
    );
  }
  return { problems, warnings };
}

/** Unified limits (docs.openstack.org/glance/latest/admin/quotas.html, read 2026-11): -1 is none. */
function quotaProblems(
  region: string,
  usage: Awaited<ReturnType<typeof imageUsage>>,
  { bytes, count }: { readonly bytes: number; readonly count: number },
): string[] {
  const cure = "ask the cloud's operator for more, or remove older releases";
  const { image_size_total: size, image_count_total: images } = usage;
  const problems: string[] = [];
  if (size && size.limit >= 0 && size.usage * MIB + bytes > size.limit * MIB) {
    const left = Math.max(0, size.limit - size.usage) * MIB;
    problems.push(
      `${region} has ${formatBytes(left)} left of its quota of images, needed are ${formatBytes(bytes)}; ${cure}`,
    );
  }
  if (images && images.limit >= 0 && images.usage + count > images.limit)
    problems.push(
      `${region} has ${images.usage} images of a quota of ${images.limit}, and ${count} more are to come; ${cure}`,
    );
  return problems;
}
