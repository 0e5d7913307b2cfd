/** Judgements of a preflight: what AWS returned against what is planned. Pure. */
import type { Image, InstanceTypeInfo } from "@aws-sdk/client-ec2";
import { identityTag } from "../../facts/disk-identity";
import { TAG } from "../../facts/tags";
import { describeDouble, describeOwner } from "../owner";
import { tagRecord } from "./api/tags";
import type { PlannedLaunch, PlannedRegion, PreflightPlan } from "./preflight-plan";

/** At most one of them; each with its region and its cure. */
interface Finding {
  readonly problem?: string;
  readonly warning?: string;
}

/** @param known opt-in status by region */
export function regionProblem(region: string, known: ReadonlyMap<string, string>): string | undefined {
  const status = known.get(region);
  if (status === undefined) {
    return `${region}: the account's partition has no such region; correct its name or take it out of the config`;
  }
  if (status !== "not-opted-in") return undefined;
  return (
    `${region}: the account has not opted in; run \`aws account enable-region --region-name ${region}\` ` +
    "and wait until it is enabled (minutes to hours), or take the region out of the config"
  );
}

/**
 * A snapshot created under encryption by default stays encrypted: sharing it is refused as the last step, and only a
 * new copy under another key helps. Under the AWS managed key nothing can be shared at all
 * (github.com/hashicorp/packer/issues/7499 of 2019-04: "Encrypted snapshots with EBS default key cannot be shared";
 * EBS User Guide, "Share an Amazon EBS snapshot", read 2026-11).
 */
export function encryptionFinding(
  region: string,
  encryption: { key: string } | undefined,
  reach: readonly PlannedRegion[],
): Finding {
  if (encryption === undefined) return {};
  const fact = `${region}: EBS encryption by default is on, so snapshots made there are encrypted`;
  const cure = `run \`aws ec2 disable-ebs-encryption-by-default --region ${region}\``;
  if (reach.some((entry) => entry.public)) return { problem: `${fact} and can never be public; ${cure}` };
  const { key } = encryption;
  if (!reach.some((entry) => entry.shared))
    return { warning: `${fact}; what is shared later has to be made again unencrypted before: ${cure}` };
  if (isManagedKey(key))
    return { problem: `${fact} under the AWS managed key ${key} and can never be shared; ${cure}` };
  return {
    warning: `${fact} under the key ${key}: whoever they are shared with needs that key too (its key policy), or ${cure}`,
  };
}

/** `alias/aws/ebs`, or no key configured (GetEbsDefaultKmsKeyId, EC2 API reference, read 2026-11). */
function isManagedKey(key: string): boolean {
  return key === "" || /(^|[:/])alias\/aws\/ebs$/.test(key);
}

/** Checks that the instance type can boot the image and shows its console at once. */
export function launchFinding(
  region: string,
  { architecture, bootMode, instanceType }: PlannedLaunch,
  type: InstanceTypeInfo | undefined,
): Finding {
  const cure = `name another one in imprimatur:aws.bootCheck.instanceType.${architecture}`;
  if (type === undefined) return { problem: `${region}: there is no instance type ${instanceType}; ${cure}` };
  const architectures: string[] = type.ProcessorInfo?.SupportedArchitectures ?? [];
  const bootModes: string[] = type.SupportedBootModes ?? [];
  if (!architectures.includes(architecture)) {
    return {
      problem: `${region}: ${instanceType} is for ${architectures.join(" and ")}, not for ${architecture}; ${cure}`,
    };
  }
  if (bootMode !== "uefi-preferred" && !bootModes.includes(bootMode)) {
    return {
      problem: `${region}: ${instanceType} starts images with ${bootModes.join(" or ")}, and this one needs ${bootMode}; ${cure}`,
    };
  }
  // A bare-metal instance is on Nitro too.
  if (type.Hypervisor !== "xen") return {};
  return {
    warning: `${region}: ${instanceType} is not on Nitro, so its console is told only minutes later; ${cure}`,
  };
}

const NEW_VERSION =
  "give the new build a version of its own, or take the release's line out of the stack file and run `pulumi up` first";

/** The name is taken: by an image of another owner, by one of ours with other bytes, or by a disabled one. */
export function nameProblem(plan: PreflightPlan, region: string, image: Image): string[] {
  const { ImageId: id, Name: name } = image;
  const tags = tagRecord(image.Tags);
  if (image.State === "disabled" && tags[TAG.stack] === plan.stack) {
    return [
      `${region}: this stack's ${id} (${name}) is disabled, and holds the name; run ` +
        `\`aws ec2 enable-image --region ${region} --image-id ${id}\`, or deregister it, then run \`pulumi up --refresh\``,
    ];
  }
  if (tags[TAG.stack] !== plan.stack) {
    return [
      `${region}: the image name ${JSON.stringify(name)} is taken by ${id}, ${describeOwner(tags[TAG.stack])}; ` +
        "change `image.nameTemplate` in imprimatur:aws, or deregister it if it may go",
    ];
  }
  const wanted = plan.images.find((image) => image.name === name);
  const digest = tags[TAG.digest];
  if (wanted === undefined || digest === undefined || digest === identityTag(wanted.sha256))
    return plan.isFirst
      ? [`${region}: the image name ${JSON.stringify(name)} is taken by ${id}, ${describeDouble(plan.stack)}`]
      : [];
  return [
    `${region}: ${id} (${name}) holds other bytes, ${digest}, than the image file now says, ` +
      `${identityTag(wanted.sha256)}; ${NEW_VERSION}`,
  ];
}

/** An image under another name whose tags name this release, with other bytes. */
export function releaseProblem(plan: PreflightPlan, region: string, image: Image): string[] {
  const { ImageId: id, Name: name, Architecture: architecture } = image;
  const tags = tagRecord(image.Tags);
  const digest = tags[TAG.digest];
  const wanted = plan.images.find((planned) => planned.architecture === architecture);
  if (wanted === undefined || digest === undefined || digest === identityTag(wanted.sha256)) return [];
  if (plan.images.some((planned) => planned.name === name)) return []; // Its name is checked by `nameProblem`.
  return [
    `${region}: ${id} (${name}, stack ${tags[TAG.stack] ?? "unknown"}) is ${plan.product} ${plan.release} ` +
      `for ${architecture} too, with other bytes, ${digest}, than the image file says, ${identityTag(wanted.sha256)}; ` +
      "give this build a version of its own, or deregister that image",
  ];
}
