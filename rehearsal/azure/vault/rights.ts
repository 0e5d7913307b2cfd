import { noteRight } from "../../asked-rights";
import type { ArmRequest } from "../arm/http";
import { type Cloud, contentsOf } from "../cloud";
import { rolesAt } from "../rights";
import { allowsData } from "../roles";
import { forbidden } from "./errors";

/**
 * A vault with Azure roles for keys: data actions, of which Owner has none. The refusal as quoted in
 * github.com/piyushsachdeva/Terraform_AKS/issues/2 (2024-01-30) and microsoft/AL-Go/issues/864 (2024-01-18).
 *
 * @param action `read`, `sign/action`
 * @throws VaultError in Key Vault's words
 */
export function demandOnKey(cloud: Cloud, { caller, params }: ArmRequest, action: string): void {
  const [publisher] = contentsOf(cloud).callers;
  const vault = `/subscriptions/${publisher?.subscription}/resourceGroups/keys/providers/Microsoft.KeyVault/vaults/rehearsal`;
  const wanted = `Microsoft.KeyVault/vaults/keys/${action}`;
  if (noteRight(wanted, allowsData(rolesAt(cloud, caller, vault), wanted))) return;
  throw forbidden(
    [
      "Caller is not authorized to perform action on resource.",
      "If role assignments, deny assignments or role definitions were changed recently, please observe propagation time.",
      `Caller: appid=${caller.clientId};oid=${caller.objectId};iss=https://sts.windows.net/${caller.tenant}/`,
      `Action: '${wanted}'`,
      `Resource: '${vault.toLowerCase()}/keys/${params.name}'`,
      "Assignment: (not found)",
      "DenyAssignmentId: null",
      "DecisionReason: 'DeniedWithNoValidRBAC' ",
      "Vault: rehearsal;location=westeurope",
      "",
    ].join("\r\n"),
    "ForbiddenByRbac",
  );
}
