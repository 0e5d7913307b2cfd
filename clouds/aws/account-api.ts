/** The calls that ask an account what it allows, over the official clients. */
import {
  DescribeImagesCommand,
  DescribeInstanceTypesCommand,
  DescribeRegionsCommand,
  type EC2Client,
  type Filter,
  GetEbsDefaultKmsKeyIdCommand,
  GetEbsEncryptionByDefaultCommand,
  GetImageBlockPublicAccessStateCommand,
  GetSnapshotBlockPublicAccessStateCommand,
  type _InstanceType,
  paginateDescribeImages,
  paginateDescribeSnapshots,
} from "@aws-sdk/client-ec2";
import type { SSMClient } from "@aws-sdk/client-ssm";
import { GetCallerIdentityCommand, type STSClient } from "@aws-sdk/client-sts";
import { TAG } from "../../facts/tags";
import { parameterTags } from "./parameter-tags";
import { type ServiceQuota, serviceQuota } from "./quota-api";
import { tagRecord } from "./snapshot-api";

/** Things in one answer, the most that AWS gives (EC2 API reference, MaxResults, read 2026-11). */
const PAGE = 1000;

export interface NamedImage {
  id: string;
  name: string;
  /** `x86_64` or `arm64`. */
  architecture: string;
  /** Usable by nobody until it is enabled again. */
  disabled?: boolean;
  tags: Record<string, string>;
}

/** What machines of one type are. */
export interface MachineType {
  architectures: string[];
  /** `uefi`, `legacy-bios`. */
  bootModes: string[];
  /** On the Nitro hypervisor: shows the latest of its console. */
  nitro: boolean;
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
  /** What the region encrypts with by default: an ARN, an id or an alias. */
  defaultKey(signal: AbortSignal): Promise<string>;
  /** The account's own images of these names. */
  imagesNamed(names: readonly string[], signal: AbortSignal): Promise<NamedImage[]>;
  /** The account's own images that have all of these tags. */
  imagesTagged(tags: Readonly<Record<string, string>>, signal: AbortSignal): Promise<NamedImage[]>;
  /** What the account may have in the region. */
  quota(of: ServiceQuota, signal: AbortSignal): Promise<number>;
  /** Names of all images of the account, disabled ones too. */
  imageNames(signal: AbortSignal): Promise<string[]>;
  /** Snapshots of the account. */
  snapshotCount(signal: AbortSignal): Promise<number>;
  /** The account's own images that everyone may use, those of this stack left out. */
  otherPublicImages(stack: string, signal: AbortSignal): Promise<NamedImage[]>;
  /** `undefined`: the region has no instance type of that name. */
  machineType(name: string, signal: AbortSignal): Promise<MachineType | undefined>;
  /** Tags of an SSM parameter; `undefined` when there is none of that name. */
  parameterTags(name: string, signal: AbortSignal): Promise<Record<string, string> | undefined>;
}

export function accountApi(ec2: EC2Client, sts: STSClient, ssm: SSMClient): AccountApi {
  const ownImages = async (Filters: Filter[], abortSignal: AbortSignal): Promise<NamedImage[]> => {
    // A disabled one keeps its name, and is left out unless it is asked for (EC2 API reference, DescribeImages, read 2026-11).
    const command = new DescribeImagesCommand({ Owners: ["self"], Filters, IncludeDisabled: true });
    const { Images } = await ec2.send(command, { abortSignal });
    return (Images ?? []).map(
      ({ ImageId: id = "", Name: name = "", Architecture: architecture = "", State, Tags }) => ({
        id,
        name,
        architecture,
        disabled: State === "disabled",
        tags: tagRecord(Tags),
      }),
    );
  };
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
    async defaultKey(abortSignal) {
      return (await ec2.send(new GetEbsDefaultKmsKeyIdCommand({}), { abortSignal })).KmsKeyId ?? "";
    },
    imagesNamed: (names, signal) => ownImages([{ Name: "name", Values: [...names] }], signal),
    imagesTagged: (tags, signal) =>
      ownImages(
        Object.entries(tags).map(([key, value]) => ({ Name: `tag:${key}`, Values: [value] })),
        signal,
      ),
    quota: async (of, signal) => serviceQuota(await ec2.config.region(), of, signal),
    async imageNames(abortSignal) {
      const names: string[] = [];
      const input = { Owners: ["self"], IncludeDisabled: true };
      for await (const { Images = [] } of paginateDescribeImages({ client: ec2, pageSize: PAGE }, input, {
        abortSignal,
      })) {
        names.push(...Images.map(({ Name = "" }) => Name));
      }
      return names;
    },
    async snapshotCount(abortSignal) {
      let count = 0;
      const input = { OwnerIds: ["self"] };
      for await (const { Snapshots = [] } of paginateDescribeSnapshots(
        { client: ec2, pageSize: PAGE },
        input,
        {
          abortSignal,
        },
      )) {
        count += Snapshots.length;
      }
      return count;
    },
    otherPublicImages: async (stack, signal) =>
      (await ownImages([{ Name: "is-public", Values: ["true"] }], signal)).filter(
        ({ tags }) => tags[TAG.stack] !== stack,
      ),
    async machineType(name, abortSignal) {
      const command = new DescribeInstanceTypesCommand({ InstanceTypes: [name as _InstanceType] });
      try {
        const [type] = (await ec2.send(command, { abortSignal })).InstanceTypes ?? [];
        return (
          type && {
            architectures: type.ProcessorInfo?.SupportedArchitectures ?? [],
            bootModes: type.SupportedBootModes ?? [],
            // A machine without a hypervisor is Nitro too.
            nitro: type.Hypervisor !== "xen",
          }
        );
      } catch (error) {
        if (error instanceof Error && error.name === "InvalidInstanceType") return undefined;
        throw error;
      }
    },
    parameterTags: (name, signal) => parameterTags(ssm, name, signal),
  };
}
