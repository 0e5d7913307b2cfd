/** The calls that ask an account what it allows, over the official clients. */
import {
  DescribeImagesCommand,
  DescribeRegionsCommand,
  type EC2Client,
  GetEbsEncryptionByDefaultCommand,
  GetImageBlockPublicAccessStateCommand,
  GetSnapshotBlockPublicAccessStateCommand,
} from "@aws-sdk/client-ec2";
import { GetCallerIdentityCommand, type STSClient } from "@aws-sdk/client-sts";
import { tagRecord } from "./snapshot-api";

export interface NamedImage {
  id: string;
  name: string;
  tags: Record<string, string>;
}

export interface AccountApi {
  /** 12 digits. */
  account(signal: AbortSignal): Promise<string>;
  /** Every region there is, with `opt-in-not-required`, `opted-in` or `not-opted-in`. */
  regions(signal: AbortSignal): Promise<Map<string, string>>;
  /** `unblocked`, or what is blocked. */
  imagePublicAccess(signal: AbortSignal): Promise<string>;
  snapshotPublicAccess(signal: AbortSignal): Promise<string>;
  encryptsByDefault(signal: AbortSignal): Promise<boolean>;
  /** The account's own images of these names. */
  imagesNamed(names: readonly string[], signal: AbortSignal): Promise<NamedImage[]>;
}

export function accountApi(ec2: EC2Client, sts: STSClient): AccountApi {
  return {
    async account(abortSignal) {
      return (await sts.send(new GetCallerIdentityCommand({}), { abortSignal })).Account ?? "";
    },
    async regions(abortSignal) {
      const { Regions } = await ec2.send(new DescribeRegionsCommand({ AllRegions: true }), { abortSignal });
      return new Map(
        (Regions ?? []).map(({ RegionName = "", OptInStatus = "" }) => [RegionName, OptInStatus]),
      );
    },
    async imagePublicAccess(abortSignal) {
      const answer = await ec2.send(new GetImageBlockPublicAccessStateCommand({}), { abortSignal });
      return answer.ImageBlockPublicAccessState ?? "unblocked";
    },
    async snapshotPublicAccess(abortSignal) {
      return (
        (await ec2.send(new GetSnapshotBlockPublicAccessStateCommand({}), { abortSignal })).State ??
        "unblocked"
      );
    },
    async encryptsByDefault(abortSignal) {
      const answer = await ec2.send(new GetEbsEncryptionByDefaultCommand({}), { abortSignal });
      return answer.EbsEncryptionByDefault ?? false;
    },
    async imagesNamed(names, abortSignal) {
      const filter = { Name: "name", Values: [...names] };
      const { Images } = await ec2.send(new DescribeImagesCommand({ Owners: ["self"], Filters: [filter] }), {
        abortSignal,
      });
      return (Images ?? []).map(({ ImageId: id = "", Name: name = "", Tags }) => ({
        id,
        name,
        tags: tagRecord(Tags),
      }));
    },
  };
}
