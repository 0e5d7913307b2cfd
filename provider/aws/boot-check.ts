import { ENDED_STATES, withInstance } from "../../clouds/aws/instances";
import type { BootCheckArgs } from "../../resources/aws/boot-check";
import { bootCheckOn } from "../boot-check";
import { sessionFor } from "./session";

type Args = BootCheckArgs & { imageId: string };

/** An EC2 instance launched from an AMI in its home region. */
export const bootCheck = bootCheckOn<Args>({
  ignore: ["subnetId"],
  setting: "imprimatur:aws.bootCheck",
  withInstance({ region, imageId, instanceType, subnetId, tags }, userData, use, call) {
    const session = sessionFor(region, call);
    const plan = {
      ...{ owner: call.urn, imageId, instanceType, userData, tags },
      ...(subnetId !== undefined && { subnetId }),
    };
    return withInstance(session, plan, (watch) => {
      const instance = {
        name: `${watch.id} (${instanceType})`,
        async look() {
          const { state = "", reason, console } = await watch.look();
          return { console, ...(ENDED_STATES.includes(state) && { ended: reason ?? state }) };
        },
      };
      return use(instance, session.policy);
    });
  },
});
