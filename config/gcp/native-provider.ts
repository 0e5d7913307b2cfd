import type { NativeProvider } from "../cloud";

export const gcpNativeProvider: NativeProvider = {
  package: "gcp",
  elsewhere: {
    project: "imprimatur:gcp.project",
    credentials: "GOOGLE_CREDENTIALS",
    accessToken: "GOOGLE_OAUTH_ACCESS_TOKEN",
    impersonateServiceAccount: "GOOGLE_IMPERSONATE_SERVICE_ACCOUNT",
  },
  otherwise: "nothing here is made by it",
  same: { project: "project" },
};
