import type { NativeProvider } from "../cloud";

export const awsNativeProvider: NativeProvider = {
  package: "aws",
  elsewhere: {
    accessKey: "AWS_ACCESS_KEY_ID",
    secretKey: "AWS_SECRET_ACCESS_KEY",
    token: "AWS_SESSION_TOKEN",
    profile: "AWS_PROFILE",
    allowedAccountIds: "imprimatur:aws.accountId",
    region: "imprimatur:aws.homeRegion",
  },
  otherwise: "use a profile (AWS_PROFILE)",
  same: { region: "homeRegion" },
};
