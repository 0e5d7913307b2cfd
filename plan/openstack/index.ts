import { openstackGranteesIn } from "../../config/openstack/access";
import type { CloudStatements } from "../cloud";
import { sharing, silent, upload, verification } from "../interpret";

export const openstack: CloudStatements = {
  objects: {
    "imprimatur:openstack:Preflight": silent,
    "imprimatur:openstack:Image": upload("image"),
    "imprimatur:openstack:Verification": verification,
    "imprimatur:openstack:ImageSharing": sharing((inputs) => openstackGranteesIn(inputs)),
    "imprimatur:openstack:ImageClosing": silent,
  },
  closes: { "imprimatur:openstack:ImageClosing": "image" },
};
