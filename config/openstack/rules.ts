import type { Build } from "../build";
import { nameProblems } from "../naming";
import type { Problem } from "../problem";
import type { Product } from "../product";
import type { OpenstackConfig } from "./schema";

/** Images API v2, `name`: at most 255 characters (get_base_properties in glance/api/v2/images.py, c76abb08). */
const NAME = /^[^\p{Cc}]{1,255}$/u;

/** Names that Glance would refuse, and that would tell two images apart no more. */
export function openstackProblems(
  { image }: OpenstackConfig,
  product: Product,
  builds: readonly Build[],
): Problem[] {
  return nameProblems({
    path: ["openstack", "image", "nameTemplate"],
    template: image.nameTemplate,
    product,
    builds,
    spell: (text) => text,
    isName: (name) => NAME.test(name),
    rule: "the name of an image, 1 to 255 characters",
  });
}
