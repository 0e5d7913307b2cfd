import { Gallery } from "@pulumi/azure-native/compute/gallery";
import { GalleryImage } from "@pulumi/azure-native/compute/galleryImage";
import { ResourceGroup } from "@pulumi/azure-native/resources/resourceGroup";
import * as pulumi from "@pulumi/pulumi";
import { TAG } from "../../facts/tags";
import { hasGalleryVersion, isGalleryShared } from "../../config/azure/audience";
import { galleryPermissions } from "../../config/azure/sharing";
import type { AzureConfig } from "../../config/azure/schema";
import { galleryVersionOf } from "../../config/azure/version";
import { isProtected, isShared } from "../../config/release";
import { GalleryDeletion } from "../../resources/azure/gallery-deletion";
import type { Preflight } from "../../resources/azure/preflight";
import { GallerySharing } from "../../resources/azure/gallery-sharing";
import type { Verification } from "../../resources/azure/verification";
import type { VersionPublication } from "../../resources/azure/version-publication";
import { closedBy } from "../../resources/closing";
import { type OpenArgs, plannedRelease } from "../cloud";
import { type AzurePlan, type DefinitionPlan, definitionProperties, planDefinitions } from "./plan";

/** A release whose versions must be verified and replicated before the gallery is shared. */
export interface GalleryMember {
  readonly verifications: readonly Verification[];
  readonly publications: readonly VersionPublication[];
}

/**
 * Galleries and definitions complete within a minute or two (32 to 94 s in azure-cli's recording
 * test_gallery_e2e.yaml of 2023-06-25), throttling aside. azure-native retries for two hours if Azure does not answer
 * (`azureContext` in provider/pkg/provider/provider.go of pulumi/pulumi-azure-native, read 2026-11-29); this timeout
 * bounds its calls, too.
 */
const BRISK = { create: "20m", update: "20m" };

/**
 * The gallery of a product with its image definitions, common to all releases: created by the program, or another
 * stack's and left unchanged.
 */
export class AzureGallery extends pulumi.ComponentResource {
  /** Resolves when the group exists. */
  readonly resourceGroup: pulumi.Input<string>;
  /** Absent: another stack's gallery. */
  private readonly gallery?: Gallery;
  private readonly galleryName: pulumi.Output<string>;
  /** Dependencies of the definitions. */
  private readonly first: pulumi.Input<pulumi.Input<pulumi.Resource>[]>;
  /** Definitions created by the program. */
  private readonly definitions = new Map<string, { image: GalleryImage; deletion: GalleryDeletion }>();
  private readonly members: GalleryMember[] = [];

  constructor(
    private readonly label: string,
    private readonly args: OpenArgs<AzureConfig, AzurePlan>,
    /** Dependencies before a gallery is replaced, which deletes its content: the releases' preflights. */
    checked: Promise<pulumi.Resource[]>,
    options: pulumi.ComponentResourceOptions,
  ) {
    super("imprimatur:component:AzureGallery", label, {}, options);
    const { config, product, builds } = args;
    // The container of a protected release is protected too; deleting a resource group deletes its content.
    const protect = builds.some(({ release }) => isProtected(release));
    const tags = { ...config.tags, [TAG.product]: product.name, [TAG.stack]: args.stack };
    this.resourceGroup = config.resourceGroup.exists
      ? config.resourceGroup.name
      : new ResourceGroup(
          label,
          { resourceGroupName: config.resourceGroup.name, location: config.location, tags },
          { parent: this, protect, dependsOn: checked, customTimeouts: BRISK },
        ).name.apply(() => config.resourceGroup.name);
    if (config.gallery.exists) {
      this.galleryName = pulumi.output(config.gallery.name);
      this.first = checked;
    } else {
      this.gallery = this.makeGallery(checked, { protect, tags });
      this.galleryName = spelled(this.gallery.name, config.gallery.name);
      this.first = [this.deletionOf(label, this.gallery, protect)];
    }
    if (!config.definition.exists)
      for (const definition of planDefinitions(args)) this.define(definition, { protect, tags });
    this.registerOutputs(this.gallery ? { gallery: this.gallery.id } : {});
  }

  private makeGallery(
    checked: Promise<pulumi.Resource[]>,
    { protect, tags }: { protect: boolean; tags: Record<string, string> },
  ): Gallery {
    const { config } = this.args;
    return new Gallery(
      this.label,
      {
        resourceGroupName: this.resourceGroup,
        galleryName: config.gallery.name,
        location: config.location,
        description: config.gallery.description,
        ...sharingProfile(config),
        tags,
      },
      {
        parent: this,
        protect,
        dependsOn: checked,
        customTimeouts: BRISK,
      },
    );
  }

  private define(
    plan: DefinitionPlan,
    { protect, tags }: { protect: boolean; tags: Record<string, string> },
  ): void {
    const { config, product } = this.args;
    const { community } = config.gallery.sharing;
    const name = `${product.name}-${plan.architecture}`;
    const image = new GalleryImage(
      name,
      {
        resourceGroupName: this.resourceGroup,
        galleryName: this.galleryName,
        galleryImageName: plan.name,
        location: config.location,
        ...definitionProperties(config, plan),
        features: [...plan.features],
        ...(product.description !== undefined && { description: product.description }),
        ...(community && { eula: community.eula }),
        tags,
      },
      {
        parent: this,
        protect,
        deleteBeforeReplace: true,
        dependsOn: this.first,
        customTimeouts: BRISK,
        // Features are immutable, and Azure refuses a PUT with others; a definition from before `Standard` was
        // explicit keeps its own.
        ignoreChanges: ["features"],
      },
    );
    this.definitions.set(plan.name, { image, deletion: this.deletionOf(name, image, protect) });
  }

  /** Protected like the object, which it deletes. */
  private deletionOf(name: string, object: Gallery | GalleryImage, protect: boolean): GalleryDeletion {
    return new GalleryDeletion(name, { objectId: object.id }, { parent: this, protect });
  }

  /** The parent of a version in this definition; names resolve when gallery and definition exist. */
  placeOf(definition: string): {
    galleryName: pulumi.Output<string>;
    galleryImageName: pulumi.Output<string>;
  } {
    const made = this.definition(definition);
    const name = made ? spelled(made.image.name, definition) : pulumi.output(definition);
    return { galleryName: this.galleryName, galleryImageName: name };
  }

  /** Dependencies of everything in the definition, so that it is deleted before the definition. */
  deletionAfter(definition: string): pulumi.Resource[] {
    const made = this.definition(definition);
    return made ? [made.deletion] : [];
  }

  /** `undefined`: another stack's. */
  private definition(name: string) {
    const found = this.definitions.get(name);
    if (found === undefined && !this.args.config.definition.exists)
      throw new Error(`${this.label} has no definition ${name}`);
    return found;
  }

  /**
   * The public id of a version; `undefined`: the gallery is not public. Azure assigns a gallery's public name before
   * it is shared (learn.microsoft.com/azure/virtual-machines/create-gallery, read 2026-11).
   */
  publicIdOf(
    definition: string,
    version: string,
    { galleryPublicName }: Preflight,
  ): pulumi.Output<string | undefined> | undefined {
    if (!this.args.config.gallery.sharing.community) return undefined;
    const publicName = this.gallery
      ? this.gallery.sharingProfile.apply((profile) => profile?.communityGalleryInfo?.publicNames?.[0])
      : galleryPublicName;
    return publicName.apply(
      (name) => name && `/CommunityGalleries/${name}/Images/${definition}/Versions/${version}`,
    );
  }

  add(member: GalleryMember): void {
    this.members.push(member);
  }

  /** Shares the gallery as configured, after every version in it was read back and replicated. */
  share(): Record<string, pulumi.Output<unknown>> {
    if (this.gallery === undefined) return {};
    const gallery = { gallery: this.gallery.id };
    const { sharing } = this.args.config.gallery;
    if (!isGalleryShared(this.args.config)) return gallery;
    const { publicName } = new GallerySharing(
      this.label,
      {
        galleryId: this.gallery.id,
        community: sharing.community !== undefined,
        subscriptions: sharing.subscriptions,
        tenants: sharing.tenants,
        without: this.withoutVersions(),
        ...closedBy(this.args.closings.get(this.label)),
        ...this.agreed(),
      },
      {
        parent: this,
        dependsOn: this.members.flatMap(({ verifications, publications }) => [
          ...verifications,
          ...publications,
        ]),
      },
    );
    return sharing.community === undefined ? gallery : { ...gallery, publicName };
  }

  /** Whoever may have every release that others are to see, by what the guard agreed to. */
  private agreed(): { agreed?: pulumi.Output<string[]> } {
    const { agreed, builds } = this.args;
    const shown = builds.filter(({ release }) => isShared(release.state));
    if (agreed === undefined || shown.length === 0) return {};
    const audiences = pulumi.all(shown.map(({ release }) => agreed(release.version)));
    return {
      agreed: audiences.apply((all) => {
        const [first = [], ...others] = all.map((each) => [...new Set(Object.values(each).flat())]);
        return first.filter((grantee) => others.every((each) => each.includes(grantee)));
      }),
    };
  }

  /** Versions that may not be in it, as `definition/version`. */
  private withoutVersions(): string[] {
    const { config, builds } = this.args;
    return builds
      .filter(({ release }) => !hasGalleryVersion(config, release.state))
      .flatMap((build) => {
        const version = galleryVersionOf(build.release);
        const { images } = plannedRelease(this.args, build.release.version);
        return version === undefined ? [] : images.map(({ definition }) => `${definition}/${version}`);
      });
  }
}

/** Permissions set by the owner; `share` applies them. */
function sharingProfile(config: AzureConfig) {
  const permissions = galleryPermissions(config);
  const { community } = config.gallery.sharing;
  if (permissions === "Private") return {};
  return { sharingProfile: { permissions, ...(community && { communityGalleryInfo: community }) } };
}

/**
 * A name that resolves with its resource, in the config's spelling. Azure returns names in the case of the first or
 * of the current request (learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules, read
 * 2026-11), and the native provider takes another case for another parent: it would replace everything in it.
 */
function spelled(told: pulumi.Output<string>, name: string): pulumi.Output<string> {
  return told.apply(() => name);
}
