import { z } from "zod";
import { identify, openOpenstackSession } from "../../clouds/openstack/api/session";
import { preflightRegion } from "../../clouds/openstack/preflight";
import type { OpenstackPreflightPlan } from "../../clouds/openstack/preflight-plan";
import { LOOKUP } from "../../clouds/retry";
import { CloudFailure } from "../../clouds/failure";
import type { Call } from "../../plugin/resource";
import { Shape } from "../../plugin/shape";
import { typedResource } from "../../plugin/typed-resource";
import type { PreflightArgs } from "../../resources/openstack/preflight";
import type { Resolved } from "../../resources/resource";
import { flag, number, text } from "../fields";
import { type Asked, diffPreflight, isAmong, isSame } from "../preflight-diff";
import { type Asking, type Examined, ownerOf, refuseExamined } from "../preflight-report";

type Args = Resolved<PreflightArgs>;

const INPUTS = Shape.of<Args>({
  ...{ cloud: text.optional(), product: text, release: text },
  regions: z.array(z.object({ region: text, public: flag })),
  images: z.array(z.object({ name: text, sha256: text, size: number })),
  withdrawn: flag.optional(),
});

/** Runs again whenever it has to cover more; has no object in the cloud. */
export const preflight = typedResource({
  computed: ["projectId"],
  inputs: INPUTS,
  kept: Shape.of<object>({}),
  diff: (old, inputs) => diffPreflight(INPUTS, old.inputs, inputs, isLess, ["cloud"]),
  async create(inputs, call) {
    const projectId = await check(inputs, call, true);
    return { id: projectId, outputs: { ...inputs, projectId } };
  },
  async read(id, old) {
    return { id, ...old };
  },
  async update(_id, _old, inputs, call) {
    return { ...inputs, projectId: await check(inputs, call, false) };
  },
  async delete() {
    // Nothing was created.
  },
});

function isLess(asked: Asked<Args>): boolean {
  const { before, now } = asked;
  const known = new Map(before.regions.map((each) => [each.region, each]));
  return (
    isSame(asked, "product", "release") &&
    isAmong(before.images, now.images) &&
    now.regions.every((each) => {
      const was = known.get(each.region);
      return was !== undefined && (was.public || !each.public);
    })
  );
}

async function check(args: Args, call: Call, isFirst: boolean): Promise<string> {
  const examined = await examineOpenstack(args, call, isFirst);
  refuseExamined(
    "OpenStack",
    examined,
    call,
    args.regions.map(({ region }) => region),
  );
  return examined.account;
}

/** @param isFirst nothing of the release exists yet */
export async function examineOpenstack(
  plan: OpenstackPreflightPlan,
  asking: Asking,
  isFirst: boolean,
): Promise<Examined> {
  const { signal, policy = LOOKUP } = asking;
  const stack = ownerOf(asking.urn);
  const sessions = plan.regions.map(({ region }) =>
    openOpenstackSession({ cloud: plan.cloud, region }, signal, {
      policy,
      status: (line) => asking.status(line),
    }),
  );
  const [first] = sessions;
  if (first === undefined) throw new Error("a preflight of no region");
  const { project } = await identify(first);
  const found = await Promise.all(
    sessions.map((session) =>
      preflightRegion(session, plan, { stack, isFirst }).catch((error: unknown) => {
        if (!(error instanceof CloudFailure) || error.retryable || error.kind === "cancelled") throw error;
        return { problems: [error.message], warnings: [] };
      }),
    ),
  );
  return {
    account: project.id,
    // Policies are told to nobody: what they forbid shows when it is done.
    permissions: { problems: [], warnings: [] },
    publication: {
      problems: found.flatMap(({ problems }) => problems),
      warnings: found.flatMap(({ warnings }) => warnings),
    },
  };
}
