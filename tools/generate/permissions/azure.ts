import { AZURE_KEY_PERMISSIONS, AZURE_PERMISSIONS } from "../../../clouds/azure/permissions";
import { permissionsFor } from "../../../clouds/permissions";
import { DOCUMENTS } from "./documents";

/** The role definition of a document in {@link DOCUMENTS}, for `az role definition create`. */
export function azureRole(name: keyof typeof DOCUMENTS.azure): string {
  const { purposes, title } = DOCUMENTS.azure[name];
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
