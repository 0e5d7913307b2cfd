import { OPENSTACK_PERMISSIONS } from "../../../clouds/openstack/permissions";
import { permissionsFor } from "../../../clouds/permissions";
import { type CloudDocuments, type Document, PUBLISHER } from "./cloud";

export const openstack: CloudDocuments = {
  permissions: OPENSTACK_PERMISSIONS,
  policy: accessRules,
  documents: {
    publisher: { title: "`pulumi up` and `destroy`", purposes: PUBLISHER },
    auditor: { title: "`imprimatur audit`", purposes: ["audit"] },
    sweeper: { title: "`imprimatur sweep`", purposes: ["sweep"] },
    verifier: { title: "`imprimatur verify`", purposes: ["verify"] },
  },
  use: `\`\`\`sh
openstack application credential create imprimatur --access-rules docs/policies/openstack-publisher.json
\`\`\`

The credential acts for the project of who makes it, with that user's roles: \`member\` does for everything but \`visibility: public\`, which Glance
lets administrators do unless the operator gives \`publicize_image\` to another role. Roles and policies cannot be asked for beforehand:
what they forbid is refused by the call itself, with the policy's name. Which calls a policy governs is in the table.`,
};

/** For `--access-rules`. */
function accessRules(_name: string, { purposes }: Document): string {
  return JSON.stringify(
    permissionsFor(OPENSTACK_PERMISSIONS, purposes).map(({ method, path }) => ({
      service: "image",
      method,
      path,
    })),
  );
}
