/** Checks the project's image quota: images.insert reports it only after the upload. */
import { ASKING } from "../ask-rights";
import { asking, type Findings } from "./asking";
import { getProject } from "./api/projects";
import type { GoogleSession } from "./api/session";

/**
 * The quota is the project's own, not a region's: metric `IMAGES` of projects.get
 * (cloud.google.com/compute/docs/reference/rest/v1/projects, read 2026-11).
 *
 * @param wanted number of images to create, in addition to the existing ones
 * @throws {CloudFailure} `cancelled`, and nothing else
 */
export function checkImageQuota(session: GoogleSession, project: string, wanted: number): Promise<Findings> {
  if (wanted === 0) return Promise.resolve({ problems: [], warnings: [] });
  const brisk = { ...session, policy: ASKING };
  return asking(
    async () => {
      const { quotas = [] } = await getProject(brisk, project);
      const { limit, usage } = quotas.find(({ metric }) => metric === "IMAGES") ?? {};
      if (limit === undefined || usage === undefined || usage + wanted <= limit) return [];
      return [
        `project ${project} has ${usage} images, its quota is ${limit}, and ${wanted} more ${wanted === 1 ? "is" : "are"} to be made; ` +
          "ask Google for more (Quotas in the console, metric IMAGES), or delete older images first",
      ];
    },
    (failure) => ({
      warning:
        `how many images project ${project} may have could not be asked; if there are too many, Google says so after the upload ` +
        `(${failure.message})`,
    }),
  );
}
