import { describeSignIn, identityConflicts } from "../../clouds/azure/identity";
import { explainAzure } from "../../clouds/azure/failure";
import { whoPublishes } from "../../clouds/azure/principal";
import { MANAGEMENT, tokensOfEnvironment } from "../../clouds/azure/tokens";
import type { AzurePlan } from "../../components/azure/plan";
import type { AzureConfig } from "../../config/azure/schema";
import { examineAzure } from "../../provider/azure/preflight";
import { identityFor, subscriptionFor } from "../../provider/azure/subscription";
import type { CloudDoctor } from "../doctor/cloud";

export const azureDoctor: CloudDoctor<AzureConfig, AzurePlan> = {
  async login({ subscriptionId: named }) {
    const identity = identityFor(process.env);
    const subscriptionId = await subscriptionFor(named, identity);
    const problems = identityConflicts(process.env, identity, { subscriptionId });
    if (problems.length > 0) return { who: "", problems };
    await tokensOfEnvironment()
      .get(MANAGEMENT)
      .catch((error: unknown) => {
        throw explainAzure("sign in", error);
      });
    const { signIn } = identity;
    const by = "clientId" in signIn ? "ARM_CLIENT_ID" : describeSignIn(signIn);
    return { who: `${await whoPublishes()}, by ${by}, in subscription ${subscriptionId}`, problems };
  },
  async examine({ preflight }, asking) {
    // The raw disks are of this machine, and looked at beside it.
    return examineAzure({ ...preflight, rawDisks: {} }, asking, true);
  },
};
