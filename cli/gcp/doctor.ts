import { accessToken, namedCredentials, whoPublishes } from "../../clouds/gcp/credentials";
import { explainGoogle } from "../../clouds/gcp/failure";
import type { GcpPlan } from "../../components/gcp/plan";
import type { GcpConfig } from "../../config/gcp/schema";
import { examineGoogle } from "../../provider/gcp/preflight";
import type { CloudDoctor } from "../doctor/cloud";

export const gcpDoctor: CloudDoctor<GcpConfig, GcpPlan> = {
  async login({ project }) {
    await accessToken().catch((error: unknown) => {
      throw explainGoogle("sign in", error);
    });
    return { who: `${whoPublishes()}, by ${namedCredentials().from}, in project ${project}`, problems: [] };
  },
  examine: ({ preflight }, asking) => examineGoogle(preflight, asking, true),
};
