import type * as pulumi from "@pulumi/pulumi";
import type { Architecture } from "../../config/release";
import { ImageDeprecation } from "../../resources/aws/image-deprecation";
import type { ImageSharing } from "../../resources/aws/image-sharing";
import type { Verification } from "../../resources/aws/verification";
import type { ImagePlan } from "./plan";

/** A valid target of a pointer, and its prerequisites. */
interface Pointed {
  readonly imageId: pulumi.Output<string>;
  readonly ready: readonly pulumi.Resource[];
}

/** An image in one region whose grantees are declared. */
export interface SharedImage {
  readonly image: ImagePlan;
  readonly region: string;
  readonly imageId: pulumi.Output<string>;
  readonly verification: Verification;
  readonly sharing: ImageSharing;
}

/** Resources that an image's deprecation waits for. */
export type Before = (architecture: Architecture, region: string) => readonly pulumi.Resource[];

/** A release after `AwsRelease.share`: only now a pointer may move to it, and it may be deprecated. */
export class SharedRelease {
  constructor(
    private readonly parent: pulumi.Resource,
    private readonly images: readonly SharedImage[],
  ) {}

  /** Target of a pointer. */
  pointed(architecture: Architecture, region: string): Pointed {
    const found = this.images.find(
      (candidate) => candidate.image.architecture === architecture && candidate.region === region,
    );
    if (found === undefined)
      throw new Error(`a pointer to the ${architecture} image in ${region}, where there is none`);
    // A private image may be pointed to as well, once verified.
    return { imageId: found.imageId, ready: [found.sharing, found.verification] };
  }

  /** Sets the deprecation date. Without one, public AMIs have AWS's own. */
  deprecate(before: Before): void {
    for (const { image, region, imageId, verification } of this.images) {
      if (image.deprecateOn === undefined) continue;
      new ImageDeprecation(
        `${image.name}-${region}`,
        { region, imageId, at: image.deprecateOn },
        { parent: this.parent, dependsOn: [...before(image.architecture, region), verification] },
      );
    }
  }
}
