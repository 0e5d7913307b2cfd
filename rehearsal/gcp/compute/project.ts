import { route, type Incoming, type Route } from "../http/route";
import type { SettingsStore } from "../settings";
import { COMPUTE_V1 } from "./links";
import type { Images } from "./images";

/**
 * Compute Engine's description of a project, with the one supported quota. The shape: the recording project.json in
 * github.com/jclouds/jclouds, providers/google-compute-engine/src/test/resources (read 2026-11).
 *
 * @param mayUse throws unless the caller may read the project
 */
export function projectRoute(
  images: Images,
  settings: SettingsStore,
  mayUse: (incoming: Incoming, permission: string) => string,
): Route {
  return route({
    method: "GET",
    path: "/compute/v1/projects/{project}",
    handle(incoming) {
      const project = mayUse(incoming, "compute.projects.get");
      const usage = [...images.all()].filter((image) => image.project === project).length;
      return {
        json: {
          kind: "compute#project",
          id: "1000",
          creationTimestamp: "2014-05-30T18:35:16.413-07:00",
          name: project,
          quotas: [{ metric: "IMAGES", limit: settings.current.imageQuota, usage }],
          selfLink: `${COMPUTE_V1}/projects/${project}`,
        },
      };
    },
  });
}
