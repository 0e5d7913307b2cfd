import type * as pulumi from "@pulumi/pulumi";
import type { Closed } from "../closing";
import { ImprimaturResource } from "../resource";

export interface ImageSharingArgs extends Closed {
  /** Of clouds.yaml. No difference by itself. */
  cloud?: string;
  region: string;
  imageId: pulumi.Input<string>;
  /** `public`, `community`, `shared` or `private`. */
  visibility: string;
  /** Ids of projects, with `shared`. */
  projects: string[];
  /** Deprecated or withdrawn: in no list that does not ask for hidden images. */
  hidden: boolean;
  /** Who may have it by what the guard agreed to last; see provider/agreed.ts. No difference. */
  agreed?: pulumi.Input<string[]>;
}

/** Who sees one image, all of it: members that are not named are taken out. */
export class ImageSharing extends ImprimaturResource {
  constructor(name: string, args: ImageSharingArgs, options?: pulumi.CustomResourceOptions) {
    super("imprimatur:openstack:ImageSharing", name, args, [], options);
  }
}
