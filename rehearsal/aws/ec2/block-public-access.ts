import type {
  EnableImageBlockPublicAccessRequest,
  EnableSnapshotBlockPublicAccessRequest,
  ModifyEbsDefaultKmsKeyIdRequest,
} from "@aws-sdk/client-ec2";
import type { Actions, Call } from "../call";
import { AwsError } from "../protocol/errors";
import type { Switch } from "../state/records";
import type { World } from "../state/world";

/** The effective state; a change is neither visible nor effective before its time. */
export function currentState<S extends string>(value: Switch<S>, world: World): S {
  return world.now() >= value.changedAt ? value.state : value.before;
}

export const blockPublicAccessActions = {
  GetImageBlockPublicAccessState(_input: object, call: Call) {
    return { ImageBlockPublicAccessState: imageState(call), ManagedBy: "account" };
  },

  EnableImageBlockPublicAccess(input: EnableImageBlockPublicAccessRequest, call: Call) {
    const state = input.ImageBlockPublicAccessState;
    if (state !== "block-new-sharing") throw invalid(String(state), "imageBlockPublicAccessState");
    switchImages(call, state);
    return { ImageBlockPublicAccessState: state };
  },

  DisableImageBlockPublicAccess(_input: object, call: Call) {
    switchImages(call, "unblocked");
    return { ImageBlockPublicAccessState: "unblocked" };
  },

  GetSnapshotBlockPublicAccessState(_input: object, call: Call) {
    return { State: snapshotBlock(call), ManagedBy: "account" };
  },

  EnableSnapshotBlockPublicAccess(input: EnableSnapshotBlockPublicAccessRequest, call: Call) {
    const state: string | undefined = input.State;
    if (state !== "block-all-sharing" && state !== "block-new-sharing") throw invalid(String(state), "state");
    switchSnapshots(call, state);
    return { State: state };
  },

  DisableSnapshotBlockPublicAccess(_input: object, call: Call) {
    switchSnapshots(call, "unblocked");
    return { State: "unblocked" };
  },

  GetEbsEncryptionByDefault(_input: object, call: Call) {
    const { encryptByDefault } = call.world.regionSettings(call.account.id, call.region);
    return { EbsEncryptionByDefault: encryptByDefault };
  },

  EnableEbsEncryptionByDefault(_input: object, call: Call) {
    call.world.changeSettings(call.account.id, call.region, { encryptByDefault: true });
    return { EbsEncryptionByDefault: true };
  },

  DisableEbsEncryptionByDefault(_input: object, call: Call) {
    call.world.changeSettings(call.account.id, call.region, { encryptByDefault: false });
    return { EbsEncryptionByDefault: false };
  },

  /** The alias refers to the AWS managed key until another key is chosen. */
  GetEbsDefaultKmsKeyId(_input: object, call: Call) {
    return { KmsKeyId: chosenKey(call) ?? "alias/aws/ebs" };
  },

  ModifyEbsDefaultKmsKeyId(input: ModifyEbsDefaultKmsKeyIdRequest, call: Call) {
    call.world.changeSettings(call.account.id, call.region, { ebsKey: input.KmsKeyId! });
    return { KmsKeyId: input.KmsKeyId };
  },

  ResetEbsDefaultKmsKeyId(_input: object, call: Call) {
    call.world.changeSettings(call.account.id, call.region, { ebsKey: undefined });
    return { KmsKeyId: "alias/aws/ebs" };
  },
} satisfies Actions;

function chosenKey({ world, account, region }: Call): string | undefined {
  return world.regionSettings(account.id, region).ebsKey;
}

export function snapshotBlock(call: Call) {
  return currentState(call.world.regionSettings(call.account.id, call.region).snapshotBlock, call.world);
}

function imageState(call: Call) {
  return currentState(call.world.regionSettings(call.account.id, call.region).imageBlock, call.world);
}

function switchImages(call: Call, state: "unblocked" | "block-new-sharing"): void {
  call.world.changeSettings(call.account.id, call.region, {
    imageBlock: { state, before: imageState(call), changedAt: call.world.after("blockPublicAccess") },
  });
}

function switchSnapshots(call: Call, state: "unblocked" | "block-new-sharing" | "block-all-sharing"): void {
  call.world.changeSettings(call.account.id, call.region, {
    snapshotBlock: { state, before: snapshotBlock(call), changedAt: call.world.after("blockPublicAccess") },
  });
}

function invalid(value: string, name: string): AwsError {
  return new AwsError("InvalidParameterValue", `Value (${value}) for parameter ${name} is invalid.`);
}
