import { ENDED_STATES, withInstance } from "../../clouds/aws/instances";
import { Shape } from "../../plugin/shape";
import type { BootCheckArgs } from "../../resources/aws/boot-check";
import type { Resolved } from "../../resources/resource";
import { bootCheckOn, COMMON } from "../boot-check";
import { text } from "../fields";
import { sessionFor } from "./session";

type Args = Resolved<BootCheckArgs>;

/** An EC2 instance launched from an AMI in its home region. */
export const bootCheck = bootCheckOn<Args>({
  inputs: Shape.of<Args>({ ...COMMON, subnetId: text.optional() }),
  ignore: ["subnetId"],
  setting: "imprimatur:aws.bootCheck",
  withInstance({ region, imageId, instanceType, subnetId, tags }, userData, use, call) {
    const session = sessionFor(region, call);
    const plan = {
      ...{ owner: call.urn, imageId, instanceType, userData, tags },
      subnetId,
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
