import type { CloudTrust } from "../cloud";

/* eslint-disable @typescript-eslint/no-require-imports -- the only synchronous way to load on first use */
export const azure: CloudTrust<"azure"> = {
  subject: {
    form: "/CommunityGalleries/… or /subscriptions/…",
    help: "a gallery version; --region: where it is asked for",
  },
  readsBytes:
    "makes a disk from the version, reads it and deletes it; it costs what an hour of such a disk costs",
  options: ["region", "bytes", "blockMap", "subscription", "resourceGroup"],
  ownOptions: [
    ["--subscription <id>", "yours; default: ARM_SUBSCRIPTION_ID"],
    ["--resource-group <name>", "with --bytes: yours, for the temporary disk"],
  ],
  parseId: (given) => (require("./id") as typeof import("./id")).parseId(given),
  check: (question) => (require("./check") as typeof import("./check")).checkAzure(question),
  openKey: (name, caller) =>
    (require("../../clouds/azure/kms") as typeof import("../../clouds/azure/kms")).openAzureKey(name, caller),
};
/* eslint-enable */
