import { AZURE_KEY_PERMISSIONS, AZURE_PERMISSIONS } from "../../../clouds/azure/permissions";
import { permissionsFor } from "../../../clouds/permissions";
import type { CloudDocuments, Document } from "./cloud";

export const azure: CloudDocuments = {
  permissions: [...AZURE_PERMISSIONS, ...AZURE_KEY_PERMISSIONS],
  policy: role,
  documents: {
    publisher: {
      title: "`pulumi up` and `destroy`, on the resource group",
      purposes: ["publish", "share", "delete", "ask"],
    },
    "group-maker": {
      title: "on top, on the subscription, with `resourceGroup.exists: false`",
      purposes: ["place"],
    },
    signer: { title: "on top, with `record.signWith.kms: azurekms:…`", purposes: ["sign"] },
    auditor: { title: "`imprimatur audit`", purposes: ["audit"] },
    sweeper: { title: "`imprimatur sweep`", purposes: ["sweep"] },
    verifier: { title: "`imprimatur verify`, in any subscription", purposes: ["verify"] },
  },
  use: `\`\`\`sh
# Put your subscription into AssignableScopes first.
az role definition create --role-definition docs/policies/azure-publisher.json
az role assignment create --assignee <publisher> --role "Imprimatur publisher" --scope <id of the resource group>
az role assignment create --assignee <publisher> --role Reader --scope /subscriptions/<subscription>
\`\`\`

\`Contributor\` does not do: its \`NotActions\` hold \`Microsoft.Compute/galleries/share/action\`, and so do those of Compute Gallery
Artifacts Publisher. With \`Compute Gallery Sharing Admin\` besides, or as \`Owner\`, it does. A resource group that the program makes
(\`resourceGroup.exists: false\`) needs both roles on the subscription: nothing can be given on a group that is not there. Asking is
\`Microsoft.Authorization/permissions/read\`.`,
};

/** A role definition, for `az role definition create`. */
function role(name: string, { purposes, title }: Document): string {
  return JSON.stringify({
    Name: `Imprimatur ${name}`,
    Description: title.replaceAll("`", ""),
    IsCustom: true,
    Actions: permissionsFor(AZURE_PERMISSIONS, purposes).map((permission) => permission.name),
    NotActions: [],
    DataActions: permissionsFor(AZURE_KEY_PERMISSIONS, purposes).map((permission) => permission.name),
    NotDataActions: [],
    AssignableScopes: ["/subscriptions/00000000-0000-0000-0000-000000000000"],
  });
}
