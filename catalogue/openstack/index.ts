import { shellWord } from "../../facts/shell";
import type { CatalogueCloud, Snippet, UsedImage } from "../cloud";
import { hclString, typescriptString } from "../quote";

/** Names of flavors are each cloud's own; this one is in most (devstack, and clouds that kept its names). */
const FLAVOR = "m1.small";

export const openstack: CatalogueCloud = {
  hasReplicas: false,
  hasIdPerRegion: true,
  snippets: (image) => [cli(image), terraform(image), pulumi(image)],
  verifyArguments: ({ id, region }) => [id, "--region", region],
};

function cli({ id, region }: UsedImage): Snippet {
  const text = `openstack --os-region-name ${shellWord(region)} server create my-server \\
  --image ${shellWord(id)} --flavor ${FLAVOR}`;
  return { tool: "OpenStack client", text };
}

function terraform({ id, region }: UsedImage): Snippet {
  const text = `resource "openstack_compute_instance_v2" "server" {
  name        = "my-server"
  region      = ${hclString(region)}
  image_id    = ${hclString(id)}
  flavor_name = "${FLAVOR}"
}`;
  return { tool: "Terraform", text };
}

function pulumi({ id, region }: UsedImage): Snippet {
  const text = `import * as openstack from "@pulumi/openstack";

new openstack.compute.Instance("server", {
  region: ${typescriptString(region)},
  imageId: ${typescriptString(id)},
  flavorName: "${FLAVOR}",
});`;
  return { tool: "Pulumi TypeScript", text };
}
