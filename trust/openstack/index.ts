import { TrustProblem } from "../problem";
import type { CloudTrust } from "../cloud";

/* eslint-disable @typescript-eslint/no-require-imports -- the only synchronous way to load on first use */
export const openstack: CloudTrust<"openstack"> = {
  subject: { form: "id", help: "an image of Glance; --region: where, default: the record's" },
  readsBytes: "reads the image itself: nothing is made",
  options: ["region", "bytes", "blockMap"],
  parseId: (given) => (require("./id") as typeof import("./id")).parseId(given),
  check: (question) => (require("./check") as typeof import("./check")).checkOpenstack(question),
  openKey: () => Promise.reject(new TrustProblem("no key of OpenStack signs records")),
};
/* eslint-enable */
