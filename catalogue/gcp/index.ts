import type { Architecture } from "../../config/release";
import type { CatalogueCloud, Snippet, UsedImage } from "../cloud";
import { hclString, shellWord, typescriptString } from "../quote";

/** Machine families of Compute Engine (2026-11): E2 is x86_64, T2A is Arm, in `us-central1-a` among others. */
const MACHINE_TYPES: Readonly<Record<Architecture, string>> = {
  x86_64: "e2-medium",
  arm64: "t2a-standard-1",
};
const ZONE = "us-central1-a";

export const gcp: CatalogueCloud = {
  hasReplicas: false,
  hasIdPerRegion: false,
  console: ({ id }) => ({
    label: "See it in the console",
    address: `https://console.cloud.google.com/compute/imagesDetail/${id.split("/").map(encodeURIComponent).join("/")}`,
  }),
  snippets: (image) => [gcloud(image), terraform(image), pulumi(image)],
  verifyArguments: ({ id }) => [id],
};

function gcloud({ id, architecture }: UsedImage): Snippet {
  const text = `gcloud compute instances create my-server --zone=${ZONE} \\
  --machine-type=${MACHINE_TYPES[architecture]} --image=${shellWord(id)}`;
  return { tool: "gcloud", text };
}

function terraform({ id, architecture }: UsedImage): Snippet {
  const text = `resource "google_compute_instance" "server" {
  name         = "my-server"
  zone         = "${ZONE}"
  machine_type = "${MACHINE_TYPES[architecture]}"
  boot_disk {
    initialize_params {
      image = ${hclString(id)}
    }
  }
  network_interface {
    network = "default"
  }
}`;
  return { tool: "Terraform", text };
}

function pulumi({ id, architecture }: UsedImage): Snippet {
  const text = `import * as gcp from "@pulumi/gcp";

new gcp.compute.Instance("server", {
  zone: "${ZONE}",
  machineType: "${MACHINE_TYPES[architecture]}",
  bootDisk: { initializeParams: { image: ${typescriptString(id)} } },
  networkInterfaces: [{ network: "default" }],
});`;
  return { tool: "Pulumi TypeScript", text };
}
