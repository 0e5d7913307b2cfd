import type { CloudPipeline } from "../init/ci/pipeline";

const AUTH_URL = "address of Keystone, as https://keystone.example.org/v3";
const ID = "id of an application credential (docs/permissions.md)";
const SECRET = "its secret";

/**
 * An application credential: Keystone's federation gives a token for an OpenID token only where the operator has set it up, each in
 * another way (docs.openstack.org/keystone/latest/admin/federation, read 2026-11).
 */
export const openstackPipeline: CloudPipeline = {
  cloud: "openstack",
  github: {
    variables: {
      OS_AUTH_URL: AUTH_URL,
      OS_APPLICATION_CREDENTIAL_ID: ID,
      "OS_APPLICATION_CREDENTIAL_SECRET (secret)": SECRET,
    },
    env: `  OS_AUTH_TYPE: v3applicationcredential
  OS_AUTH_URL: \${{ vars.OS_AUTH_URL }}
  OS_APPLICATION_CREDENTIAL_ID: \${{ vars.OS_APPLICATION_CREDENTIAL_ID }}
  OS_APPLICATION_CREDENTIAL_SECRET: \${{ secrets.OS_APPLICATION_CREDENTIAL_SECRET }}`,
    step: "",
  },
  gitlab: {
    variables: {
      OS_AUTH_URL: AUTH_URL,
      OS_APPLICATION_CREDENTIAL_ID: ID,
      OS_APPLICATION_CREDENTIAL_SECRET: `${SECRET}; masked and protected`,
    },
    commands: ["export OS_AUTH_TYPE=v3applicationcredential"],
  },
};
