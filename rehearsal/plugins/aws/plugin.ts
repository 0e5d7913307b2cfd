import type { Properties, ProviderPlugin } from "../../../plugin/resource";
import { bridged } from "../bridge/resource";
import { ami } from "./ami";
import { amiCopy } from "./ami-copy";
import { checkConfig } from "./config";
import { getCallerIdentity, getRegion } from "./functions";
import { parameter } from "./parameter";
import { AwsSession, type Session } from "./session";

/**
 * The stand-in for Pulumi's AWS provider: the few types needed to publish images, with the real provider's rules,
 * using the official SDK with any endpoint.
 */
export function awsPlugin(open: (config: Properties) => Promise<Session> = openSession): ProviderPlugin {
  let current: Session | undefined;
  const session = () => {
    if (!current) throw new Error("the aws provider was used before it was configured");
    return current;
  };
  return {
    name: "aws",
    version: "7.48.0",
    resources: {
      "aws:ec2/ami:Ami": bridged(ami(session)),
      "aws:ec2/amiCopy:AmiCopy": bridged(amiCopy(session)),
      "aws:ssm/parameter:Parameter": bridged(parameter(session)),
    },
    functions: {
      "aws:index/getCallerIdentity:getCallerIdentity": () => getCallerIdentity(session()),
      "aws:index/getRegion:getRegion": (args) => getRegion(session(), args),
    },
    checkConfig,
    configReplaces: ["region"],
    async configure(config) {
      current = await open(config);
    },
  };
}

async function openSession(config: Properties): Promise<Session> {
  const session = new AwsSession(config);
  await session.validate();
  return session;
}
