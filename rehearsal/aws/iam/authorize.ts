import { noteRight } from "../../asked-rights";
import type { Call } from "../call";
import { AwsError } from "../protocol/errors";
import type { RawRequest } from "../protocol/request";
import { demandsOf } from "./demands";
import { decide, type Decision, type Demand } from "./policy";
import { arnOf } from "./users";

/** @throws AwsError in the service's own form unless the caller's policies allow everything the request requires */
export function authorize(service: string, action: string, request: RawRequest, call: Call): void {
  if (action === "") return;
  const policies = call.world.users.policiesOf(call.user);
  for (const demand of demandsOf(service, action, request, call)) {
    const decision = decide(policies, demand);
    if (!noteRight(demand.action, decision === "allowed"))
      throw refusal(service, demand, decision, arnOf(call.user));
  }
}

/**
 * Code and status by service: "UnauthorizedOperation" in EC2's list of client error codes; AccessDeniedException in
 * the models of EBS (403), SSM, KMS and Service Quotas (400); AccessDenied of IAM's Query protocol (403). The
 * sentence is common to all: public logs of SSM and EC2 refusals, 2022 to 2025 ("because no identity-based policy
 * allows the … action"). EC2 adds a message that only sts:DecodeAuthorizationMessage reads.
 */
export function refusal(
  service: string,
  { action, resource }: Demand,
  decision: Decision,
  who: string,
): AwsError {
  const why =
    decision === "explicitDeny"
      ? "with an explicit deny in an identity-based policy"
      : `because no identity-based policy allows the ${action} action`;
  const on = resource === "*" ? "" : ` on resource: ${resource}`;
  const message = `User: ${who} is not authorized to perform: ${action}${on} ${why}`;
  if (service === "ec2") {
    return new AwsError(
      "UnauthorizedOperation",
      `You are not authorized to perform this operation. ${message}. Encoded authorization failure message: rehearsal0encoded0message`,
      403,
    );
  }
  if (service === "iam") return new AwsError("AccessDenied", message, 403);
  return new AwsError("AccessDeniedException", message, service === "ebs" ? 403 : 400);
}
