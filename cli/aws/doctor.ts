import { getCallerIdentity } from "../../clouds/aws/api/account";
import { openSession } from "../../clouds/aws/api/session";
import { environmentKey, identityProblem } from "../../clouds/aws/identity";
import type { AwsPlan } from "../../components/aws/plan";
import type { AwsConfig } from "../../config/aws/schema";
import { examineAws } from "../../provider/aws/preflight";
import type { CloudDoctor } from "../doctor/cloud";

export const awsDoctor: CloudDoctor<AwsConfig, AwsPlan> = {
  async login({ homeRegion }, { signal, policy }) {
    const problem = identityProblem();
    if (problem !== undefined) return { who: "", problems: [problem] };
    const { arn } = await getCallerIdentity(openSession(homeRegion, signal, policy && { policy }));
    return { who: `${arn}, by ${source(process.env)}`, problems: [] };
  },
  examine: ({ preflight }, asking) => examineAws(preflight, asking, true),
};

/** The first that both providers take. */
function source(env: NodeJS.ProcessEnv): string {
  if (environmentKey(env)) return "AWS_ACCESS_KEY_ID";
  if (env.AWS_WEB_IDENTITY_TOKEN_FILE) return "AWS_WEB_IDENTITY_TOKEN_FILE";
  return env.AWS_PROFILE ? `AWS_PROFILE (${env.AWS_PROFILE})` : "the default profile or this machine's role";
}
