import { CATALOGUE_CLOUDS } from "../../../catalogue/clouds";
import type { UsedImage } from "../../../catalogue/cloud";
import { verifyCommand } from "../../../catalogue/verify-text";
import { CLOUDS } from "../../../facts/clouds";

const IMAGES: Record<string, UsedImage> = {
  aws: { id: "ami-1", name: "n", account: "1", region: "eu-west-1", architecture: "arm64" },
  gcp: {
    id: "projects/p/global/images/i",
    name: "i",
    account: "p",
    region: "global",
    architecture: "x86_64",
  },
  azure: {
    ...{ id: "/CommunityGalleries/g/Images/i/Versions/1.0.0", name: "1.0.0", account: "s" },
    ...{ region: "westeurope", architecture: "x86_64" },
  },
  openstack: { id: "0f-1", name: "n", account: "p", region: "RegionOne", architecture: "x86_64" },
};

test.each([
  [
    "aws",
    "AWS CLI",
    /^aws ec2 run-instances --region eu-west-1 \\\n {2}--image-id ami-1 --instance-type t4g\.micro$/,
  ],
  ["aws", "Terraform", /region = "eu-west-1"[^]*ami +[=] "ami-1"/],
  ["aws", "Pulumi TypeScript", /region: "eu-west-1",\n {2}ami: "ami-1"/],
  ["gcp", "gcloud", /^gcloud compute instances create .*[^]*--image=projects\/p\/global\/images\/i$/],
  ["gcp", "Terraform", /image = "projects\/p\/global\/images\/i"/],
  ["gcp", "Pulumi TypeScript", /initializeParams: \{ image: "projects\/p\/global\/images\/i" \}/],
  [
    "azure",
    "az",
    /--location westeurope[^]*--image \/CommunityGalleries\/g\/Images\/i\/Versions\/1\.0\.0 [^]*--accept-term$/,
  ],
  ["azure", "Terraform", /source_image_id +[=] "\/communityGalleries\/g\/images\/i\/versions\/1\.0\.0"/],
  [
    "openstack",
    "OpenStack client",
    /^openstack --os-region-name RegionOne server create my-server \\\n {2}--image 0f-1 --flavor m1\.small$/,
  ],
  ["openstack", "Terraform", /region +[=] "RegionOne"\n {2}image_id +[=] "0f-1"/],
  ["openstack", "Pulumi TypeScript", /region: "RegionOne",\n {2}imageId: "0f-1"/],
  [
    "azure",
    "Pulumi TypeScript",
    /communityGalleryImageId: "\/CommunityGalleries\/g\/Images\/i\/Versions\/1\.0\.0"/,
  ],
] as const)("%s: %s", (cloud, tool, text) => {
  const found = CATALOGUE_CLOUDS[cloud].snippets(IMAGES[cloud]!).find((snippet) => snippet.tool === tool);
  expect(found?.text).toMatch(text);
});

test("a private gallery's version has no terms, and another name in Pulumi", () => {
  const id =
    "/subscriptions/1/resourceGroups/g/providers/Microsoft.Compute/galleries/g/images/i/versions/1.0.0";
  const texts = CATALOGUE_CLOUDS.azure.snippets({ ...IMAGES.azure!, id }).map(({ text }) => text);
  expect(texts.join()).not.toMatch(/accept-term|communityGallery/);
  expect(texts[2]).toContain(`imageReference: { id: "${id}" }`);
});

// Whoever signs may write any id: what is pasted runs no other command.
const HOSTILE = `x"; rm -rf ~; \${file("/etc/passwd")} %{ if true } $(id) '\`id\`\n'`;
test.each(CLOUDS)("%s: an id stays a value, whatever is in it", (cloud) => {
  const image = { ...IMAGES[cloud]!, id: HOSTILE };
  const [shell, terraform, pulumi] = CATALOGUE_CLOUDS[cloud].snippets(image).map(({ text }) => text);
  expect(shell).toContain(`'${HOSTILE.replaceAll("'", "'\\''")}'`);
  const literal = JSON.stringify(HOSTILE);
  expect(terraform).toContain(literal.replaceAll("${", "$${").replaceAll("%{", "%%{"));
  expect(pulumi).toContain(literal);
});

test("the console's address is the partition's", () => {
  const { console } = CATALOGUE_CLOUDS.aws;
  expect(console!({ ...IMAGES.aws!, region: "cn-north-1" }).address).toBe(
    "https://console.amazonaws.cn/ec2/home?region=cn-north-1#LaunchInstances:ami=ami-1",
  );
  expect(console!(IMAGES.aws!).address).toMatch(
    /^https:\/\/console\.aws\.amazon\.com\/ec2\/home\?region=eu-west-1#/,
  );
});

test("how to check an id says whose word counts, and what is expected", () => {
  const release = {
    record: "records/demo/1.0.sigstore.json",
    product: "demo",
    provenance: "official" as const,
  };
  const key = { fingerprint: "f", file: "publisher.pem", pem: "" };
  expect(verifyCommand({ signers: [key] }, release, { cloud: "aws", image: IMAGES.aws! })).toBe(
    "npx imprimatur verify aws ami-1 --region eu-west-1 --record 1.0.sigstore.json --key publisher.pem --product demo --official",
  );
  const keyless = { identity: "release@example.org", issuer: "https://accounts.google.com" };
  const based = { ...release, provenance: { basedOn: "Debian 13" } };
  expect(verifyCommand({ signers: [keyless] }, based, { cloud: "gcp", image: IMAGES.gcp! })).toBe(
    "npx imprimatur verify gcp projects/p/global/images/i --record 1.0.sigstore.json --certificate-identity release@example.org --certificate-oidc-issuer https://accounts.google.com --product demo",
  );
});
