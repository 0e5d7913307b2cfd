import { isReservedDomain, REHEARSAL_PROJECTS } from "../../facts/reserved";
import type { Reserved, ReservedValues } from "../cloud";
import type { GcpConfig } from "./schema";

const PROJECTS: readonly string[] = REHEARSAL_PROJECTS;

export const gcpReserved: ReservedValues<GcpConfig> = {
  endpoints: ["GOOGLE_COMPUTE_CUSTOM_ENDPOINT", "CLOUDSDK_API_ENDPOINT_OVERRIDES_COMPUTE"],
  // Private Service Connect too: compute-<name>.p.googleapis.com.
  hosts: /(^|\.)googleapis\.com$/,
  find: ({ project, sharing }): Reserved[] => [
    ...(PROJECTS.includes(project)
      ? [
          {
            path: ["project"],
            given: project,
            because: "the project of a rehearsal",
            needs: "the id of your project",
          },
        ]
      : []),
    ...sharing.principals.flatMap((given, index) =>
      isReservedDomain(given.split(":").at(-1) ?? "") ||
      PROJECTS.some((name) => given.includes(`@${name}.iam.`))
        ? [
            {
              path: ["sharing", "principals", index],
              given,
              because: "nobody's: a domain reserved for documentation (RFC 2606), or a rehearsal's",
              needs: "somebody you share with",
            },
          ]
        : [],
    ),
  ],
};
