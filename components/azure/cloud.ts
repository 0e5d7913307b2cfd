import { Provider } from "@pulumi/azure-native/provider";
import * as pulumi from "@pulumi/pulumi";
import type { AzureConfig } from "../../config/azure/schema";
import type { OpenArgs, OpenCloud, ReleaseBuild } from "../cloud";
import { imagesOf, replacementFor } from "../images";
import { galleryName } from "./closing";
import { AzureGallery } from "./gallery";
import { planRelease } from "./plan";
import { AzureRelease } from "./release";

/** Settings of `azure-native:` that say who publishes where. */
const IDENTITY: Readonly<Record<string, string>> = {
  clientCertificatePassword: "ARM_CLIENT_CERTIFICATE_PASSWORD",
  clientCertificatePath: "ARM_CLIENT_CERTIFICATE_PATH",
  clientId: "ARM_CLIENT_ID",
  clientSecret: "ARM_CLIENT_SECRET",
  oidcToken: "ARM_OIDC_TOKEN",
  oidcTokenFilePath: "ARM_OIDC_TOKEN_FILE_PATH",
  subscriptionId: "ARM_SUBSCRIPTION_ID",
  tenantId: "ARM_TENANT_ID",
  useDefaultAzureCredential: "ARM_USE_DEFAULT_AZURE_CREDENTIAL",
  useMsi: "ARM_USE_MSI",
  useOidc: "ARM_USE_OIDC",
};

/**
 * The engine gives a stack's `azure-native:` settings to the provider that it makes by default, not to one that a program
 * makes, nor to ours: whoever set them would publish as somebody else. A program's secrets would be in the state, too.
 */
function refuseProviderConfig(): void {
  const config = new pulumi.Config("azure-native");
  const set = Object.keys(IDENTITY).filter((key) => config.get(key) !== undefined);
  if (set.length === 0) return;
  const each = set.map((key) => `azure-native:${key} (set ${IDENTITY[key]} instead)`).join(", ");
  throw new pulumi.RunError(
    `the stack file has ${each}: both providers take who publishes from the environment or \`az login\`; see docs/provider.md`,
  );
}

/** Opens Azure: provider, gallery and definitions are common to all releases. */
export function openAzure(args: OpenArgs<AzureConfig>): OpenCloud {
  const { subscriptionId, location } = args.config;
  refuseProviderConfig();
  const provider = new Provider("azure", {
    ...(subscriptionId !== undefined && { subscriptionId }),
    location,
  });
  const published = new Map<string, AzureRelease>();
  // What replaces a release is older than it after a rollback, so it may be published later in this program.
  let allArePublished = () => {};
  const everyRelease = new Promise<void>((resolve) => (allArePublished = resolve));
  const checked = everyRelease.then(() => [...published.values()].map(({ preflight }) => preflight));
  const gallery = new AzureGallery(galleryName(args), args, checked, {
    providers: [provider],
    dependsOn: [...args.after],
  });
  /** What takes the place of a deprecated or withdrawn release in "latest". */
  const replacementsOf = async ({ release, imageFile }: ReleaseBuild): Promise<pulumi.Resource[]> => {
    if (release.state !== "deprecated" && release.state !== "withdrawn") return [];
    await everyRelease;
    return imagesOf({ imageFile }).flatMap(({ architecture }) => {
      const newest = replacementFor(args.builds, architecture);
      return published.get(newest?.version ?? "")?.publications ?? [];
    });
  };
  return {
    cloud: "azure",
    publish: (build, options, recorded) => {
      const plan = planRelease(args, build);
      const release = new AzureRelease(
        plan.name,
        { plan, gallery, closings: args.closings, after: replacementsOf(build), recorded },
        { ...options, providers: [provider] },
      );
      published.set(build.release.version, release);
      gallery.add(release);
      return release;
    },
    finish: () => {
      allArePublished();
      return gallery.share();
    },
    shared: () => [gallery],
  };
}
