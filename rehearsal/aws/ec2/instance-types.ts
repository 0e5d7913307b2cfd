import type { DescribeInstanceTypesRequest, DescribeInstanceTypesResult } from "@aws-sdk/client-ec2";
import type { Actions } from "../call";
import { AwsError } from "../protocol/errors";

export interface InstanceType {
  readonly name: string;
  readonly architectures: readonly string[];
  readonly hypervisor: "nitro" | "xen";
  readonly ena: "required" | "supported" | "unsupported";
  readonly bootModes: readonly ("legacy-bios" | "uefi")[];
  readonly virtualization: readonly string[];
  /** MiB. */
  readonly memory: number;
  readonly processors: number;
}

const NITRO = {
  hypervisor: "nitro",
  ena: "required",
  bootModes: ["legacy-bios", "uefi"],
  virtualization: ["hvm"],
  architectures: ["x86_64"],
} as const;
const GRAVITON = { ...NITRO, bootModes: ["uefi"], architectures: ["arm64"] } as const;
const XEN = { ...NITRO, hypervisor: "xen", ena: "unsupported", bootModes: ["legacy-bios"] } as const;
const MIB_PER_GIB = 1024;

/**
 * A few of the hundreds, enough for invalid choices (EC2 User Guide, "Instance types built on the Nitro System" and
 * "Boot modes", 2026-11). `m1.small` is RunInstances's default.
 */
const TYPES: readonly InstanceType[] = [
  { ...NITRO, name: "t3.nano", memory: MIB_PER_GIB / 2, processors: 2 },
  { ...NITRO, name: "t3.micro", memory: MIB_PER_GIB, processors: 2 },
  { ...NITRO, name: "t3.small", memory: 2 * MIB_PER_GIB, processors: 2 },
  { ...NITRO, name: "t3a.micro", memory: MIB_PER_GIB, processors: 2 },
  { ...NITRO, name: "c5.large", memory: 4 * MIB_PER_GIB, processors: 2 },
  { ...NITRO, name: "m5.large", memory: 8 * MIB_PER_GIB, processors: 2 },
  { ...NITRO, name: "m7i.large", memory: 8 * MIB_PER_GIB, processors: 2 },
  { ...GRAVITON, name: "t4g.nano", memory: MIB_PER_GIB / 2, processors: 2 },
  { ...GRAVITON, name: "t4g.micro", memory: MIB_PER_GIB, processors: 2 },
  { ...GRAVITON, name: "t4g.small", memory: 2 * MIB_PER_GIB, processors: 2 },
  { ...GRAVITON, name: "m7g.medium", memory: 4 * MIB_PER_GIB, processors: 1 },
  { ...XEN, name: "t2.micro", memory: MIB_PER_GIB, processors: 1, architectures: ["i386", "x86_64"] },
  {
    ...XEN,
    name: "m1.small",
    memory: 1740,
    processors: 1,
    architectures: ["i386", "x86_64"],
    virtualization: ["paravirtual"],
  },
];

/** @throws AwsError InvalidParameterValue in RunInstances's words */
export function instanceType(name: string): InstanceType {
  const found = TYPES.find((type) => type.name === name);
  if (found) return found;
  throw new AwsError("InvalidParameterValue", `Invalid value '${name}' for InstanceType.`);
}

export const instanceTypeActions = {
  DescribeInstanceTypes(input: DescribeInstanceTypesRequest): DescribeInstanceTypesResult {
    if (input.Filters !== undefined || input.MaxResults !== undefined || input.NextToken !== undefined) {
      throw new AwsError("UnsupportedOperation", "The stand-in EC2 lists instance types by name only.");
    }
    const wanted = input.InstanceTypes as string[] | undefined;
    const unknown = wanted?.filter((name) => !TYPES.some((type) => type.name === name)) ?? [];
    if (unknown.length > 0) {
      throw new AwsError(
        "InvalidInstanceType",
        `The following supplied instance types do not exist: [${unknown.join(", ")}]`,
      );
    }
    return {
      InstanceTypes: TYPES.filter(({ name }) => wanted === undefined || wanted.includes(name)).map(
        (type) => ({
          InstanceType: type.name as "t3.micro",
          CurrentGeneration: type.hypervisor === "nitro",
          Hypervisor: type.hypervisor,
          SupportedBootModes: [...type.bootModes],
          SupportedVirtualizationTypes: [...type.virtualization] as "hvm"[],
          ProcessorInfo: { SupportedArchitectures: [...type.architectures] as "x86_64"[] },
          VCpuInfo: { DefaultVCpus: type.processors },
          MemoryInfo: { SizeInMiB: type.memory },
          NetworkInfo: { EnaSupport: type.ena },
        }),
      ),
    };
  },
} satisfies Actions;
