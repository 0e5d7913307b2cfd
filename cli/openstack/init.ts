import { openstack as schema } from "../../config/openstack/schema";
import { refusedBy, yamlText } from "../init/answers";
import type { Section } from "../init/section";

export const openstackSection: Section = {
  options: [
    [
      "--openstack-cloud <name>",
      "cloud of clouds.yaml that is published to; default: what OS_CLOUD or the OS_… variables name",
    ],
    ["--openstack-region <region>", "region of the OpenStack cloud that has the images"],
  ],
  credentials: "a cloud of clouds.yaml (OS_CLOUD), or the OS_… variables of an openrc file",
  write: async ({ isPublic }, { openstackCloud, openstackRegion }, asker) => {
    const cloud = await asker.answer(openstackCloud, {
      flag: "--openstack-cloud",
      asks: "Cloud of clouds.yaml that is published to, if not the one that OS_CLOUD or the OS_… variables name",
      // A pipeline has no clouds.yaml, and a user's own has another name for the cloud.
      fallback: "",
      refuses: (answer) => (answer === "" ? undefined : refusedBy(schema.shape.cloud)(answer)),
    });
    const region = await asker.answer(openstackRegion, {
      flag: "--openstack-region",
      asks: "Region of it that has the images",
      fallback: process.env.OS_REGION_NAME || "RegionOne",
      refuses: refusedBy(schema.shape.regions.keyType),
    });
    const named = `    # clouds.yaml has to have it wherever this is published from.
    cloud: ${yamlText(cloud)}
`;
    return `  imprimatur:openstack:
${cloud === "" ? "" : named}    # Each region gets an upload of its own.
    regions:
      ${yamlText(region)}:
        # public: in everybody's list, which most clouds let administrators alone do; community: by its id; shared: projects
        visibility: ${isPublic ? "community" : "private"}
`;
  },
};
