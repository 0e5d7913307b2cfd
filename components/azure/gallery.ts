import { Gallery } from "@pulumi/azure-native/compute/gallery";
import { GalleryImage } from "@pulumi/azure-native/compute/galleryImage";
import { ResourceGroup } from "@pulumi/azure-native/resources/resourceGroup";
import * as pulumi from "@pulumi/pulumi";
import { TAG } from "../../facts/tags";
import { hasGalleryVersion, isGalleryShared } from "../../config/azure/audience";
import { galleryPermissions } from "../../config/azure/sharing";
import type { AzureConfig } from "../../config/azure/schema";
import { toGalleryVersion } from "../../config/azure/version";
import { isProtected } from "../../config/release";
import { GalleryDeletion } from "../../resources/azure/gallery-deletion";
import type { Preflight } from "../../resources/azure/preflight";
import { GallerySharing } from "../../resources/azure/gallery-sharing";
import type { Verification } from "../../resources/azure/verification";
import type { VersionPublication } from "../../resources/azure/version-publication";
import { closedBy } from "../../resources/closing";
import type { OpenArgs } from "../cloud";
import { type DefinitionPlan, planDefinitions, planRelease } from "./plan";

/** A release whose versions must be verified, and where they belong, before the gallery is opened. */
export interface GalleryMember {
  readonly verifications: readonly Verification[];
  readonly publications: readonly VersionPublication[];
}

/**
 * Galleries and definitions are settled within a minute or two (32 to 94 s in azure-cli's recording test_gallery_e2e.yaml of
 * 2023-06-25), throttling aside. azure-native holds an `up` for two hours where Azure does not answer at all (`azureContext` in
 * provider/pkg/provider/provider.go of pulumi/pulumi-azure-native, read 2026-11-29); this is the bound of its calls, too.
 */
const BRISK = { create: "20m", update: "20m" };

/**
 * The gallery of a product with its image definitions, which all releases have in common: those that the program makes, or
 * another stack's, which stay as they are.
 */
export class AzureGallery extends pulumi.ComponentResource {
  /** Known once the group is there. */
  readonly resourceGroup: pulumi.Input<string>;
  /** Absent: it is another stack's. */
  private readonly gallery?: Gallery;
  private readonly galleryName: pulumi.Output<string>;
  /** What a definition waits for, and goes before. */
  private readonly first: pulumi.Input<pulumi.Input<pulumi.Resource>[]>;
  /** Those that the program makes. */
  private readonly definitions = new Map<string, { image: GalleryImage; deletion: GalleryDeletion }>();
  private readonly members: GalleryMember[] = [];

  constructor(
    private readonly label: string,
    private readonly args: OpenArgs<AzureConfig>,
    /** What has to be there before a gallery is replaced, which deletes everything in it: the releases' preflights. */
    checked: Promise<pulumi.Resource[]>,
    options: pulumi.ComponentResourceOptions,
  ) {
    super("imprimatur:component:AzureGallery", label, {}, options);
    const { config, product, builds } = args;
    // What holds a protected release is protected too; a resource group takes all that is in it along.
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
        ...(config.gallery.description !== undefined && { description: config.gallery.description }),
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
        osType: "Linux",
        osState: "Generalized",
        hyperVGeneration: config.definition.hyperVGeneration,
        architecture: plan.azureArchitecture,
        identifier: plan.identifier,
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
        // Azure keeps those that a definition was made with, and refuses a PUT with others; one that was made before
        // `Standard` was written out stays as it is.
        ignoreChanges: ["features"],
      },
    );
    this.definitions.set(plan.name, { image, deletion: this.deletionOf(name, image, protect) });
  }

  /** Protected as the object is: it deletes that. */
  private deletionOf(name: string, object: Gallery | GalleryImage, protect: boolean): GalleryDeletion {
    return new GalleryDeletion(name, { objectId: object.id }, { parent: this, protect });
  }

  /** Where a version of the definition is made: names that are known once gallery and definition are there. */
  placeOf(definition: string): {
    galleryName: pulumi.Output<string>;
    galleryImageName: pulumi.Output<string>;
  } {
    const made = this.definition(definition);
    const name = made ? spelled(made.image.name, definition) : pulumi.output(definition);
    return { galleryName: this.galleryName, galleryImageName: name };
  }

  /** Whatever is made in the definition depends on this, so that it is gone before the definition is. */
  deletionAfter(definition: string): pulumi.Resource[] {
    const made = this.definition(definition);
    return made ? [made.deletion] : [];
  }

  /** `undefined`: it is another stack's. */
  private definition(name: string) {
    const found = this.definitions.get(name);
    if (found === undefined && !this.args.config.definition.exists)
      throw new Error(`${this.label} has no definition ${name}`);
    return found;
  }

  /**
   * The id of a version for everybody on Azure; `undefined`: the gallery is not for everybody. Azure gives a gallery its
   * public name before it is shared (learn.microsoft.com/azure/virtual-machines/create-gallery, read 2026-11).
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

  /** Opens the gallery to those that config names, once every version in it was read back and is in all its regions. */
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

  /** Versions that may not be in it, as `definition/version`. */
  private withoutVersions(): string[] {
    const { config, builds } = this.args;
    return builds
      .filter(({ release }) => !hasGalleryVersion(config, release.state))
      .flatMap((build) => {
        const version = toGalleryVersion(build.release.version);
        const { images } = planRelease(this.args, build);
        return version === undefined ? [] : images.map(({ definition }) => `${definition}/${version}`);
      });
  }
}

/** What the gallery's owner permits; `share` does it. */
function sharingProfile(config: AzureConfig) {
  const permissions = galleryPermissions(config);
  const { community } = config.gallery.sharing;
  if (permissions === "Private") return {};
  return { sharingProfile: { permissions, ...(community && { communityGalleryInfo: community }) } };
}

/**
 * A name that is known once its resource is there, as the config spells it. Azure tells names in whatever case it was asked
 * or was told first (learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules, read 2026-11), and to
 * the native provider another case is another parent: it would replace everything in it.
 */
function spelled(told: pulumi.Output<string>, name: string): pulumi.Output<string> {
  return told.apply(() => name);
}
