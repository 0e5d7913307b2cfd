import { openGoogleSession } from "../../clouds/gcp/api/session";
import { getImagePolicy } from "../../clouds/gcp/api/image-policy";
import { seenImage } from "../../clouds/gcp/api/images";
import type { Deployment } from "../deployment";
import { expectedOfGcp } from "./expectations";
import { GLANCE, type Place } from "../sight/place";

export function placesOnGcp(deployment: Deployment, version: string, env: NodeJS.ProcessEnv): Place[] {
  const token = env.STRANGER_GCP_TOKEN || undefined;
  return expectedOfGcp(deployment)
    .filter(({ release }) => release === version)
    .map(({ project, name }): Place => {
      const place = { project, image: name };
      const session = (signal: AbortSignal) => openGoogleSession(signal, { token, policy: GLANCE });
      return {
        cloud: "gcp",
        called: `gcp ${project} ${name}`,
        by: token ? "stranger" : "owner",
        async isOpen(signal) {
          if (token) return (await seenImage(session(signal), place)) !== undefined;
          const { bindings = [] } = await getImagePolicy(session(signal), place);
          return bindings.some(({ members = [] }) => members.length > 0);
        },
      };
    });
}
