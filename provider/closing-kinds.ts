/** Every kind of closing, by resource type. Loads the clients of all clouds: imported only when a place is closed. */
import type { Properties } from "../plugin/resource";
import { imageClosingKind as awsImage } from "./aws/image-closing";
import { galleryClosingKind } from "./azure/gallery-closing";
import { regionClosingKind } from "./azure/region-closing";
import { versionClosingKind } from "./azure/version-closing";
import type { ClosingKind } from "./closing";
import { imageClosingKind as googleImage } from "./gcp/image-closing";

export const CLOSING_KINDS: Readonly<Record<string, ClosingKind<Properties>>> = {
  "imprimatur:aws:ImageClosing": ofProperties(awsImage),
  "imprimatur:gcp:ImageClosing": ofProperties(googleImage),
  "imprimatur:azure:GalleryClosing": ofProperties(galleryClosingKind),
  "imprimatur:azure:VersionClosing": ofProperties(versionClosingKind),
  "imprimatur:azure:RegionClosing": ofProperties(regionClosingKind),
};

/** The state keeps a closing's own inputs. */
function ofProperties<A>(kind: ClosingKind<A>): ClosingKind<Properties> {
  return kind as unknown as ClosingKind<Properties>;
}
