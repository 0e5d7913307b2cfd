import { AWS_PERMISSIONS } from "../../../clouds/aws/permissions";
import { AZURE_KEY_PERMISSIONS, AZURE_PERMISSIONS } from "../../../clouds/azure/permissions";
import { GOOGLE_PERMISSIONS } from "../../../clouds/gcp/permissions";
import type { Permission } from "../../../clouds/permissions";
import { DOCUMENTS, type Document } from "./documents";

/** docs/permissions.md: the document for each task, and the purpose of each right. */
export function permissionsPage(): string {
  return `<!-- Written by tools/generate.ts from clouds/<cloud>/permissions.ts. Never edit it by hand. -->

# Permissions

One document for each thing that somebody may be let do; none of them gives more than it says. The rehearsal's publisher has exactly
these. None was tried on a real account yet. A preview needs no right at all.

The preflight asks each cloud which of the publisher's rights are missing and names all of them at once, before the first byte. When it
cannot ask, that is a warning, and a missing right shows when it is used.

## AWS

${documents("aws", DOCUMENTS.aws)}

\`\`\`sh
aws iam create-policy --policy-name imprimatur-publisher --policy-document file://docs/policies/aws-publisher.json
aws iam attach-role-policy --role-name <publisher> --policy-arn arn:aws:iam::<account>:policy/imprimatur-publisher
\`\`\`

Asking is \`iam:SimulatePrincipalPolicy\` on the publisher itself. It sees the policies and the boundary of the user or role, and not the
organisation's policies in every case; the path of a role is not in its session's name, so a role with a path cannot be asked about. Where
a policy has conditions that only the real call can meet, as the boot check's has, nothing is refused beforehand.

${rights(AWS_PERMISSIONS)}

## Google Cloud

${documents("gcp", DOCUMENTS.gcp)}

\`\`\`sh
gcloud iam roles create imprimaturPublisher --project <project> --file docs/policies/gcp-publisher.json
gcloud projects add-iam-policy-binding <project> --member <publisher> --role projects/<project>/roles/imprimaturPublisher
\`\`\`

\`roles/compute.storageAdmin\` on the project and \`roles/storage.objectAdmin\` on the bucket do too, when the bucket is there. Editor does
not: it lacks \`compute.images.setIamPolicy\`, without which nothing is shared. Asking is
\`projects.testIamPermissions\` and \`buckets.testIamPermissions\`, which need no right, but the API
\`cloudresourcemanager.googleapis.com\`. The right to make a bucket is asked for before it is made;
rights on its objects that the project does not give are a warning, as a new bucket gives them to its project's owners and editors.

${rights(GOOGLE_PERMISSIONS)}

## Azure

${documents("azure", DOCUMENTS.azure)}

\`\`\`sh
# Put your subscription into AssignableScopes first.
az role definition create --role-definition docs/policies/azure-publisher.json
az role assignment create --assignee <publisher> --role "Imprimatur publisher" --scope <id of the resource group>
az role assignment create --assignee <publisher> --role Reader --scope /subscriptions/<subscription>
\`\`\`

\`Contributor\` does not do: its \`NotActions\` hold \`Microsoft.Compute/galleries/share/action\`, and so do those of Compute Gallery
Artifacts Publisher. With \`Compute Gallery Sharing Admin\` besides, or as \`Owner\`, it does. A resource group that the program makes
(\`resourceGroup.exists: false\`) needs both roles on the subscription: nothing can be given on a group that is not there. Asking is
\`Microsoft.Authorization/permissions/read\`.

${rights([...AZURE_PERMISSIONS, ...AZURE_KEY_PERMISSIONS])}
`;
}

function documents(cloud: string, table: Readonly<Record<string, Document>>): string {
  const rows = Object.entries(table).map(([name, { title }]) => {
    const file = `${cloud}-${name}.json`;
    return `| ${title} | [${file}](policies/${file}) |`;
  });
  return ["| for | document |", "| --- | --- |", ...rows].join("\n");
}

function rights(table: readonly Permission[]): string {
  const rows = table.map(
    ({ name, calls, purposes, optional }) =>
      `| \`${name}\` | ${calls.join(", ")} | ${purposes.join(", ")}${optional === undefined ? "" : ` (optional: ${optional})`} |`,
  );
  return ["| right | needed by | for |", "| --- | --- | --- |", ...rows].join("\n");
}
