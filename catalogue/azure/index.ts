import type { Architecture } from "../../config/release";
import type { CatalogueCloud, Snippet, UsedImage } from "../cloud";
import { shellWord } from "../../facts/shell";
import { hclString, typescriptString } from "../quote";

/**
 * Two vCPUs and 4 GiB (learn.microsoft.com/azure/virtual-machines/sizes/general-purpose/bsv2-series and bpsv2-series, of 2026-03-10):
 * Bsv2 starts generations 1 and 2, Bpsv2, which is Arm, generation 2 alone.
 */
const SIZES: Readonly<Record<Architecture, string>> = {
  x86_64: "Standard_B2ls_v2",
  arm64: "Standard_B2pls_v2",
};

export const azure: CatalogueCloud = {
  hasReplicas: true,
  hasIdPerRegion: false,
  snippets: (image) => [az(image), terraform(image), pulumi(image)],
  verifyArguments: ({ id, region }) => [id, "--region", region],
};

function isOfCommunity(id: string): boolean {
  return /^\/communitygalleries\//i.test(id);
}

function az({ id, region, architecture }: UsedImage): Snippet {
  // A community gallery has terms, which `az` (2.91) wants accepted by this flag.
  const terms = isOfCommunity(id) ? " --accept-term" : "";
  const text = `az vm create --resource-group my-group --name my-server --location ${shellWord(region)} \\
  --image ${shellWord(id)} \\
  --size ${SIZES[architecture]} --generate-ssh-keys${terms}`;
  return { tool: "az", text };
}

/** azurerm takes a community image in these letters alone, as Rocky's and Fedora's users write it (seen 2026-11). */
function azurermId(id: string): string {
  return isOfCommunity(id)
    ? id
        .replace(/^\/communitygalleries\//i, "/communityGalleries/")
        .replace(/\/images\//i, "/images/")
        .replace(/\/versions\//i, "/versions/")
    : id;
}

function terraform({ id, region, architecture }: UsedImage): Snippet {
  const text = `resource "azurerm_linux_virtual_machine" "server" {
  name                  = "my-server"
  resource_group_name   = "my-group"
  location              = ${hclString(region)}
  size                  = "${SIZES[architecture]}"
  source_image_id       = ${hclString(azurermId(id))}
  network_interface_ids = [azurerm_network_interface.server.id]
  admin_username        = "me"
  admin_ssh_key {
    username   = "me"
    public_key = file("~/.ssh/id_rsa.pub")
  }
  os_disk {
    caching              = "ReadWrite"
    storage_account_type = "StandardSSD_LRS"
  }
}`;
  return { tool: "Terraform", text };
}

function pulumi({ id, region, architecture }: UsedImage): Snippet {
  const reference = isOfCommunity(id) ? "communityGalleryImageId" : "id";
  const text = `import * as pulumi from "@pulumi/pulumi";
import { compute } from "@pulumi/azure-native";

const config = new pulumi.Config();
new compute.VirtualMachine("server", {
  resourceGroupName: "my-group",
  location: ${typescriptString(region)},
  hardwareProfile: { vmSize: "${SIZES[architecture]}" },
  storageProfile: {
    imageReference: { ${reference}: ${typescriptString(id)} },
    osDisk: { createOption: "FromImage" },
  },
  networkProfile: { networkInterfaces: [{ id: config.require("networkInterface") }] },
  osProfile: {
    computerName: "my-server",
    adminUsername: "me",
    linuxConfiguration: {
      disablePasswordAuthentication: true,
      ssh: { publicKeys: [{ path: "/home/me/.ssh/authorized_keys", keyData: config.require("sshKey") }] },
    },
  },
});`;
  return { tool: "Pulumi TypeScript", text };
}
