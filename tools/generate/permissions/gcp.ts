import { GOOGLE_PERMISSIONS } from "../../../clouds/gcp/permissions";
import { permissionsFor } from "../../../clouds/permissions";
import { type CloudDocuments, type Document, PUBLISHER } from "./cloud";

export const gcp: CloudDocuments = {
  permissions: GOOGLE_PERMISSIONS,
  policy: role,
  documents: {
    publisher: { title: "`pulumi up` and `destroy`, with a bucket that is there", purposes: PUBLISHER },
    "bucket-maker": { title: "on top, with `bucket.exists: false`", purposes: ["place"] },
    signer: { title: "on top, with `record.signWith.kms: gcpkms:…`", purposes: ["sign"] },
    auditor: { title: "`imprimatur audit`", purposes: ["audit"] },
    sweeper: { title: "`imprimatur sweep`", purposes: ["sweep"] },
    verifier: { title: "`imprimatur verify`, of an image that not everybody may use", purposes: ["verify"] },
  },
  use: `\`\`\`sh
gcloud iam roles create imprimaturPublisher --project <project> --file docs/policies/gcp-publisher.json
gcloud projects add-iam-policy-binding <project> --member <publisher> --role projects/<project>/roles/imprimaturPublisher
\`\`\`

\`roles/compute.storageAdmin\` on the project and \`roles/storage.objectAdmin\` on the bucket do too, when the bucket is there. Editor does
not: it lacks \`compute.images.setIamPolicy\`, without which nothing is shared. Asking is
\`projects.testIamPermissions\` and \`buckets.testIamPermissions\`, which need no right, but the API
\`cloudresourcemanager.googleapis.com\`. The right to make a bucket is asked for before it is made;
rights on its objects that the project does not give are a warning, as a new bucket gives them to its project's owners and editors.`,
};

/** A custom role, for `gcloud iam roles create --file`. */
function role(name: string, { purposes, title }: Document): string {
  return JSON.stringify({
    title: `Imprimatur ${name}`,
    description: title.replaceAll("`", ""),
    stage: "GA",
    includedPermissions: permissionsFor(GOOGLE_PERMISSIONS, purposes)
      .map((permission) => permission.name)
      .sort(),
  });
}
