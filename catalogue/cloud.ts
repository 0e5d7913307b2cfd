import type { Place } from "./model";
import type { Architecture } from "../config/release";

/** An image as somebody uses it in one region. */
export interface UsedImage extends Pick<Place, "id" | "name" | "account" | "region"> {
  readonly architecture: Architecture;
}

/** A text to paste. */
export interface Snippet {
  /** `AWS CLI` */
  readonly tool: string;
  readonly text: string;
}

/** How users of a cloud name and start an image: `<cloud>/index.ts` has one for each. */
export interface CatalogueCloud {
  /** True if an image's one id is used in all regions that it is replicated to. */
  readonly hasReplicas: boolean;
  /** True if each region has an id of its own. */
  readonly hasIdPerRegion: boolean;
  /** Where the image is started or seen in the cloud's own console; absent: there is no such address. */
  readonly console?: (image: UsedImage) => { readonly label: string; readonly address: string };
  readonly snippets: (image: UsedImage) => readonly Snippet[];
  /** Arguments after `imprimatur verify <cloud>`. */
  readonly verifyArguments: (image: UsedImage) => readonly string[];
}
