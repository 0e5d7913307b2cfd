import { GOOGLE_PERMISSIONS } from "../../../clouds/gcp/permissions";
import { permissionsFor } from "../../../clouds/permissions";
import { DOCUMENTS } from "./documents";

/** The custom role of a document in {@link DOCUMENTS}, for `gcloud iam roles create --file`. */
export function googleRole(name: keyof typeof DOCUMENTS.gcp): string {
  const { purposes, title } = DOCUMENTS.gcp[name];
  return JSON.stringify({
    title: `Imprimatur ${name}`,
    description: title.replaceAll("`", ""),
    stage: "GA",
    includedPermissions: permissionsFor(GOOGLE_PERMISSIONS, purposes)
      .map((permission) => permission.name)
      .sort(),
  });
}
