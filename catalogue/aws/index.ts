import { AWS_REGIONS } from "../../config/aws/regions";
import type { Architecture } from "../../config/release";
import type { CatalogueCloud, Snippet, UsedImage } from "../cloud";
import { shellWord } from "../../facts/shell";
import { hclString, typescriptString } from "../quote";

/**
 * T4g has Graviton processors, which are Arm (aws/aws-graviton-getting-started, 2026-11); T3 is of the EC2 User Guide's "Burstable
 * performance instances". The same types are the boot check's (config/aws/boot-check.ts).
 */
const INSTANCE_TYPES: Readonly<Record<Architecture, string>> = { x86_64: "t3.micro", arm64: "t4g.micro" };

/**
 * Where each partition's console is (2026-11): docs.aws.amazon.com/general/latest/gr/mgmt-console.html; for GovCloud
 * docs.aws.amazon.com/govcloud-us/latest/UserGuide/configure-account.html; for China the links of AWS's own Elastic Beanstalk CLI
 * (aws/aws-elastic-beanstalk-cli, ebcli/resources/strings.py).
 */
const CONSOLES: Readonly<Record<string, string>> = {
  aws: "console.aws.amazon.com",
  "aws-cn": "console.amazonaws.cn",
  "aws-us-gov": "console.amazonaws-us-gov.com",
};

export const aws: CatalogueCloud = {
  hasReplicas: false,
  hasIdPerRegion: true,
  console: ({ region, id }) => ({
    label: "Launch in the console",
    // `#LaunchInstances:ami=` opens the launch wizard, as AlmaLinux's and NixOS's pages do (seen 2026-11).
    address: `https://${consoleOf(region)}/ec2/home?region=${encodeURIComponent(region)}#LaunchInstances:ami=${encodeURIComponent(id)}`,
  }),
  snippets: (image) => [cli(image), terraform(image), pulumi(image)],
  verifyArguments: ({ id, region }) => [id, "--region", region],
};

function consoleOf(region: string): string {
  const partition = (AWS_REGIONS as Readonly<Record<string, string>>)[region] ?? "aws";
  return CONSOLES[partition] ?? CONSOLES.aws!;
}

function cli({ id, region, architecture }: UsedImage): Snippet {
  const text = `aws ec2 run-instances --region ${shellWord(region)} \\
  --image-id ${shellWord(id)} --instance-type ${INSTANCE_TYPES[architecture]}`;
  return { tool: "AWS CLI", text };
}

function terraform({ id, region, architecture }: UsedImage): Snippet {
  const text = `provider "aws" {
  region = ${hclString(region)}
}

resource "aws_instance" "server" {
  ami           = ${hclString(id)}
  instance_type = "${INSTANCE_TYPES[architecture]}"
}`;
  return { tool: "Terraform", text };
}

function pulumi({ id, region, architecture }: UsedImage): Snippet {
  const text = `import * as aws from "@pulumi/aws";

new aws.ec2.Instance("server", {
  region: ${typescriptString(region)},
  ami: ${typescriptString(id)},
  instanceType: "${INSTANCE_TYPES[architecture]}",
});`;
  return { tool: "Pulumi TypeScript", text };
}
