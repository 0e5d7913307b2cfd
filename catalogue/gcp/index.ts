import type { Architecture } from "../../config/release";
import type { CatalogueCloud, Snippet, UsedImage } from "../cloud";
import { shellWord } from "../../facts/shell";
import { hclString, typescriptString } from "../quote";

/**
 * e2-medium has two shared vCPUs and 4 GiB, t2a-standard-1 one Arm vCPU and 4 GiB. T2A is in few zones: `us-central1-a`, b and f,
 * `europe-west4-a` to c, `asia-southeast1-b` and c (Google's own pipelines, GoogleCloudPlatform/guest-test-infra pull 1472 of
 * 2025-08-15 and 1764 of 2026-07-14; a list of `gcloud compute machine-types list`, cockroachdb/cockroach issue 113664).
 */
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
