import type { CloudTrust } from "../cloud";

/* eslint-disable @typescript-eslint/no-require-imports -- the only synchronous way to load on first use */
export const gcp: CloudTrust<"gcp"> = {
  subject: {
    form: "projects/…",
    help: "projects/<project>/global/images/<image>, or …/images/family/<family>",
  },
  readsBytes: "is refused: Google shows nobody an image's bytes",
  // Google never shows the bytes: refused with advice.
  options: ["bytes"],
  parseId: (given) => (require("./id") as typeof import("./id")).parseId(given),
  check: (question) => (require("./check") as typeof import("./check")).checkGcp(question),
  openKey: (name, caller) =>
    (require("../../clouds/gcp/kms") as typeof import("../../clouds/gcp/kms")).openGcpKey(name, caller),
};
/* eslint-enable */
