import type { Properties } from "../../../plugin/resource";
import type { Session } from "./session";

/** `aws:index/getCallerIdentity:getCallerIdentity`: the owner of the credentials. */
export async function getCallerIdentity(session: Session): Promise<Properties> {
  const identity = await session.identity();
  return { ...identity, id: identity.accountId };
}

/** `aws:index/getRegion:getRegion`: the provider's region, or the requested one. */
export async function getRegion(session: Session, args: Properties): Promise<Properties> {
  const region = [args.region, args.name].find((one) => typeof one === "string") ?? session.region;
  const suffix = String(region).startsWith("cn-") ? "amazonaws.com.cn" : "amazonaws.com";
  return { id: region, name: region, region, description: "", endpoint: `ec2.${String(region)}.${suffix}` };
}
