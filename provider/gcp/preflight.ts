import { LOOKUP } from "../../clouds/retry";
import { z } from "zod";
import { failedWith } from "../../clouds/failure";
import { checkProjectRights } from "../../clouds/gcp/rights";
import { preflightGoogle } from "../../clouds/gcp/preflight";
import type { GooglePreflightPlan } from "../../clouds/gcp/preflight-plan";
import { checkSharingPolicy } from "../../clouds/gcp/sharing-policy";
import type { Call } from "../../plugin/resource";
import { Shape, type ShapeOf } from "../../plugin/shape";
import { typedResource } from "../../plugin/typed-resource";
import type { PreflightArgs } from "../../resources/gcp/preflight";
import type { Resolved } from "../../resources/resource";
import { flag, text, texts } from "../fields";
import { type Asked, diffPreflight, isAmong, isSame } from "../preflight-diff";
import { type Asking, type Examined, refuseExamined } from "../preflight-report";
import { googleOwner } from "./owner";
import { sessionFor } from "./session";

/** Older versions kept no archives and families. */
const INPUTS = Shape.of<Resolved<PreflightArgs>>({
  ...{ project: text, bucket: text, images: z.array(z.object({ name: text, sha256: text })) },
  ...{ storageLocations: texts, licenses: texts.optional(), public: flag, archives: texts, families: texts },
  ...{ withdrawn: flag.optional(), members: texts.optional(), bucketLocation: text.optional() },
}).lacking("archives", "families");
type Args = ShapeOf<typeof INPUTS>;

/** Runs again whenever its inputs change; has no object in the cloud. */
export const preflight = typedResource({
  computed: [],
  inputs: INPUTS,
  kept: Shape.of<object>({}),
  diff: (old, inputs) => diffPreflight(INPUTS, old.inputs, inputs, isLess, ["archives", "families"]),
  async create(inputs, call) {
    await check(inputs, call, true);
    return { id: inputs.project, outputs: inputs };
  },
  async read(id, old) {
    return { id, ...old };
  },
  async update(_id, _old, inputs, call) {
    await check(inputs, call, false);
    return inputs;
  },
  async delete() {
    // Nothing was created.
  },
});

function isLess(asked: Asked<Args>): boolean {
  const { before, now } = asked;
  return (
    isSame(asked, "project", "bucket", "bucketLocation", "storageLocations") &&
    isAmong(before.images, now.images) &&
    isAmong(before.licenses, now.licenses) &&
    isAmong(before.members, now.members) &&
    (before.public || !now.public)
  );
}

async function check(args: Args, call: Call, isFirst: boolean): Promise<void> {
  refuseExamined("Google Cloud", await examineGoogle(args, call, isFirst), call);
}

type Planned = Omit<GooglePreflightPlan, "owner" | "isFirst"> & {
  readonly public: boolean;
  readonly members?: readonly string[] | undefined;
};

/** @param isFirst nothing of the release exists yet */
export async function examineGoogle(args: Planned, asking: Asking, isFirst: boolean): Promise<Examined> {
  const owner = googleOwner(asking.urn);
  const session = sessionFor({ ...asking, policy: asking.policy ?? LOOKUP });
  const { project, public: everyone, members = [] } = args;
  const shared = everyone || members.length > 0;
  const [permissions, google, sharing] = await Promise.all([
    checkProjectRights(session, project, ["publish", "delete", ...(shared ? (["share"] as const) : [])]),
    // Missing rights may be the cause: reported together.
    preflightGoogle(session, { ...args, owner, isFirst }).catch((error: unknown) => {
      if (!failedWith(error, "denied")) throw error;
      return { problems: [error.message], warnings: [] };
    }),
    checkSharingPolicy(session, { project, public: everyone, members }),
  ]);
  const publication = {
    problems: [...google.problems, ...sharing.problems],
    warnings: [...google.warnings, ...sharing.warnings],
  };
  return { account: project, permissions, publication };
}
