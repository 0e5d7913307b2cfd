import * as pulumi from "@pulumi/pulumi";
import type { Audience } from "../../config/ledger";
import { closedBy } from "../../resources/closing";
import { Image } from "../../resources/openstack/image";
import { ImageSharing } from "../../resources/openstack/image-sharing";
import { Preflight } from "../../resources/openstack/preflight";
import { Verification } from "../../resources/openstack/verification";
import type { Closings, PublishedRelease, Table } from "../cloud";
import type { ImagePlan, OpenstackPlan } from "./plan";

interface VerifiedImage {
  readonly plan: ImagePlan;
  readonly image: Image;
  readonly verification: Verification;
}

/** Uploading and reading a large disk over a slow line takes long. */
const PATIENCE = { create: "24h", update: "24h", delete: "1h" };

/**
 * One release on OpenStack: checked, uploaded to each region, which Glance does not copy between, read back there, and
 * only then shared. Sharing *anywhere* waits for the verification of every region and architecture.
 */
export class OpenstackRelease extends pulumi.ComponentResource implements PublishedRelease {
  readonly images: PublishedRelease["images"];
  readonly proof: PublishedRelease["proof"];
  readonly objects: PublishedRelease["objects"];
  readonly others: PublishedRelease["others"] = {};
  private readonly verified: readonly VerifiedImage[];

  constructor(
    name: string,
    private readonly plan: OpenstackPlan,
    options: pulumi.ComponentResourceOptions,
  ) {
    super("imprimatur:component:OpenstackRelease", name, {}, options);
    const preflight = new Preflight(name, plan.preflight, { parent: this });
    this.verified = plan.images.map((image) => this.verify(image, preflight));
    const table = (cell: (image: VerifiedImage) => pulumi.Output<string>): Table => {
      const rows: Record<string, Record<string, pulumi.Output<string>>> = {};
      for (const each of this.verified)
        (rows[each.plan.architecture] ??= {})[each.plan.image.region] = cell(each);
      return rows;
    };
    this.images = table(({ image }) => image.imageId);
    this.proof = table(({ verification }) => verification.level);
    this.objects = this.verified.map(({ plan: { architecture, image: made }, image, verification }) => ({
      cloud: "openstack",
      account: preflight.projectId,
      region: made.region,
      kind: "image",
      id: image.imageId,
      createdAt: image.createdAt,
      name: made.imageName,
      architecture,
      proof: verification.level,
    }));
    this.registerOutputs({ images: this.images });
  }

  private verify(plan: ImagePlan, preflight: Preflight): VerifiedImage {
    const { name, image: args } = plan;
    const { protect, withdrawn } = this.plan;
    const image = new Image(name, args, {
      parent: this,
      dependsOn: preflight,
      protect,
      // An interrupted upload is found by its properties; so would be an image that is to be replaced.
      deleteBeforeReplace: true,
      customTimeouts: PATIENCE,
    });
    const { cloud, region, size, blockMapRoot } = args;
    const verification = new Verification(
      name,
      { ...(cloud !== undefined && { cloud }), region, imageId: image.imageId, size, blockMapRoot },
      // Nothing is given away any more: what a withdrawn release is made of is not asked again.
      {
        parent: this,
        dependsOn: image,
        customTimeouts: PATIENCE,
        ignoreChanges: withdrawn ? ["size", "blockMapRoot"] : [],
      },
    );
    return { plan, image, verification };
  }

  /**
   * Declares who sees every image, even if nobody: more than that shows as drift.
   *
   * @param recorded dependencies before anyone but the owner gets access
   */
  share(
    {
      closings,
      agreed,
    }: { readonly closings: Closings; readonly agreed?: pulumi.Output<Audience> | undefined },
    after: readonly pulumi.Resource[] = [],
    recorded: Promise<pulumi.Resource[]> = Promise.resolve([]),
  ): ImageSharing[] {
    const gates = this.verified.map(({ verification }) => verification);
    const opening: Promise<pulumi.Resource[]> = recorded.then((record) => [...after, ...gates, ...record]);
    return this.verified.map(({ plan: { name, image: args, sharing }, image }) => {
      const { cloud, region } = args;
      const isOpen = sharing.visibility !== "private";
      return new ImageSharing(
        name,
        {
          ...(cloud !== undefined && { cloud }),
          ...{ region, imageId: image.imageId, ...sharing, ...closedBy(closings.get(name)) },
          ...(agreed && { agreed: agreed.apply((each) => [...(each[region] ?? [])]) }),
        },
        {
          parent: this,
          dependsOn: isOpen ? opening : [...after],
        },
      );
    });
  }
}
