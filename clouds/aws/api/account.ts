/** Calls that read an account's identity and its regional settings. */
import {
  DescribeInstanceTypesCommand,
  DescribeRegionsCommand,
  GetEbsDefaultKmsKeyIdCommand,
  GetEbsEncryptionByDefaultCommand,
  GetImageBlockPublicAccessStateCommand,
  GetSnapshotBlockPublicAccessStateCommand,
  type _InstanceType,
  type InstanceTypeInfo,
} from "@aws-sdk/client-ec2";
import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import { CloudFailure } from "../../failure";
import { call, type Session } from "./session";

/** @returns the 12-digit account id and the ARN of the user or session */
export async function getCallerIdentity(session: Session): Promise<{ account: string; arn: string }> {
  const { Account = "", Arn = "" } = await call(session, "GetCallerIdentity", (abortSignal) =>
    session.clients.sts.send(new GetCallerIdentityCommand({}), { abortSignal }),
  );
  // The SDK parses a page of HTML, or an empty body, as a response without members.
  if (Account === "")
    throw new CloudFailure("network", `GetCallerIdentity in ${session.region}: the answer names no account`, {
      cure: "something on the way may have answered in AWS's place, as a proxy: look at HTTPS_PROXY, then run the same command again",
    });
  return { account: Account, arn: Arn };
}

/** All regions by name, each with `opt-in-not-required`, `opted-in` or `not-opted-in`. */
export async function describeRegions(session: Session): Promise<Map<string, string>> {
  const { Regions = [] } = await call(session, "DescribeRegions", (abortSignal) =>
    session.clients.ec2.send(new DescribeRegionsCommand({ AllRegions: true }), { abortSignal }),
  );
  return new Map(Regions.map(({ RegionName = "", OptInStatus = "" }) => [RegionName, OptInStatus]));
}

/** `unblocked`, or the level of blocking. */
export async function imagePublicAccess(session: Session): Promise<string> {
  const answer = await call(session, "GetImageBlockPublicAccessState", (abortSignal) =>
    session.clients.ec2.send(new GetImageBlockPublicAccessStateCommand({}), { abortSignal }),
  );
  return answer.ImageBlockPublicAccessState ?? "unblocked";
}

/** `unblocked`, or the level of blocking. */
export async function snapshotPublicAccess(session: Session): Promise<string> {
  const answer = await call(session, "GetSnapshotBlockPublicAccessState", (abortSignal) =>
    session.clients.ec2.send(new GetSnapshotBlockPublicAccessStateCommand({}), { abortSignal }),
  );
  return answer.State ?? "unblocked";
}

export async function encryptsByDefault(session: Session): Promise<boolean> {
  const answer = await call(session, "GetEbsEncryptionByDefault", (abortSignal) =>
    session.clients.ec2.send(new GetEbsEncryptionByDefaultCommand({}), { abortSignal }),
  );
  return answer.EbsEncryptionByDefault ?? false;
}

/** The region's default key for EBS encryption: an ARN, an id or an alias. */
export async function defaultKey(session: Session): Promise<string> {
  const answer = await call(session, "GetEbsDefaultKmsKeyId", (abortSignal) =>
    session.clients.ec2.send(new GetEbsDefaultKmsKeyIdCommand({}), { abortSignal }),
  );
  return answer.KmsKeyId ?? "";
}

/** `undefined`: the region has no instance type of that name. */
export async function describeInstanceType(
  session: Session,
  name: string,
): Promise<InstanceTypeInfo | undefined> {
  const command = new DescribeInstanceTypesCommand({ InstanceTypes: [name as _InstanceType] });
  try {
    const answer = await call(session, `DescribeInstanceTypes ${name}`, (abortSignal) =>
      session.clients.ec2.send(command, { abortSignal }),
    );
    return answer.InstanceTypes?.[0];
  } catch (error) {
    if (error instanceof CloudFailure && error.code === "InvalidInstanceType") return undefined;
    throw error;
  }
}
