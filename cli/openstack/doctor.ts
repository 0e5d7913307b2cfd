import { identify, openOpenstackSession } from "../../clouds/openstack/api/session";
import type { OpenstackPlan } from "../../components/openstack/plan";
import type { OpenstackConfig } from "../../config/openstack/schema";
import { examineOpenstack } from "../../provider/openstack/preflight";
import type { CloudDoctor } from "../doctor/cloud";

export const openstackDoctor: CloudDoctor<OpenstackConfig, OpenstackPlan> = {
  async login({ cloud, regions }, { signal, policy, status }) {
    const [region = ""] = Object.keys(regions);
    const session = openOpenstackSession({ cloud, region }, signal, { status, ...(policy && { policy }) });
    const { user, project, roles, from } = await identify(session);
    const who = `${user} in project ${project.name} (${project.id}) with ${roles.join(", ")}, by ${from}`;
    return { who, problems: [] };
  },
  examine: ({ preflight }, asking) => examineOpenstack(preflight, asking, true),
};
