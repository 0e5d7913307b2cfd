import type { InspectedImage } from "../image";
import { hasPackage } from "../packages";
import { printable } from "../printable";
import { rootOf } from "../rule";
import { datasourceList } from "../rules/datasources";
import { NotInspectable } from "../tree";

/**
 * Whether the image has cloud-init, and whether that will use this check's seed. Determined from the disk, before
 * booting.
 */
export type ExpectedCloudInit =
  | { is: "there" }
  | { is: "absent" }
  /** Present, but does not look for a local seed: it cannot be checked. */
  | { is: "deaf"; why: string }
  /** The disk's root is unreadable; the console decides whether there is a cloud-init. */
  | { is: "unknown"; why: string };

export function expectedCloudInit(image: InspectedImage): ExpectedCloudInit {
  try {
    const root = rootOf(image);
    const known = packageKnown(image) || root.read("/usr/bin/cloud-init") !== undefined;
    if (!known) return { is: "absent" };
    const setting = datasourceList(root);
    if (!setting || setting.list.includes("NoCloud")) return { is: "there" };
    return {
      is: "deaf",
      why: `${printable(setting.file)} leaves NoCloud out of datasource_list, which is harmless to have and lets a boot check speak to cloud-init`,
    };
  } catch (error) {
    if (error instanceof NotInspectable) return { is: "unknown", why: printable(error.message) };
    throw error;
  }
}

function packageKnown(image: InspectedImage): boolean {
  try {
    return hasPackage(image, "cloud-init");
  } catch (error) {
    if (error instanceof NotInspectable) return false;
    throw error;
  }
}
