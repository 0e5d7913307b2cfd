import { failedWith } from "../../clouds/failure";
import { checkProjectRights } from "../../clouds/gcp/rights";
import { preflightGoogle } from "../../clouds/gcp/preflight";
import { checkSharingPolicy } from "../../clouds/gcp/sharing-policy";
import type { Call, Properties, ResourceHandler } from "../../plugin/resource";
import type { PreflightArgs } from "../../resources/gcp/preflight";
import { type Asked, diffPreflight, isAmong, isSame } from "../preflight-diff";
import { refuse } from "../preflight-report";
import { googleOwner } from "./owner";
import { sessionFor } from "./session";

/** Runs again whenever its inputs change; has no object in the cloud. */
export const preflight: ResourceHandler = {
  computed: [],
  diff: (old, inputs) => diffPreflight(old.inputs, inputs, isLess, ["archives", "families"]),
  async create(inputs, call) {
    await check(inputs, call, true);
    return { id: String(inputs.project), outputs: inputs };
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
};

function isLess(asked: Asked<PreflightArgs>): boolean {
  const { before, now } = asked;
  return (
    isSame(asked, "project", "bucket", "storageLocations") &&
    isAmong(before.images, now.images) &&
    isAmong(before.licenses, now.licenses) &&
    isAmong(before.members, now.members) &&
    (before.public || !now.public)
  );
}

async function check(inputs: Properties, call: Call, isFirst: boolean): Promise<void> {
  const args = inputs as unknown as PreflightArgs;
  const owner = googleOwner(call.urn);
  const session = sessionFor(call);
  const { project, public: everyone, members = [] } = args;
  const shared = everyone || members.length > 0;
  const [rights, google, sharing] = await Promise.all([
    checkProjectRights(session, project, ["publish", "delete", ...(shared ? (["share"] as const) : [])]),
    // Missing rights may be the cause: reported together.
    preflightGoogle(session, { ...args, owner, isFirst }).catch((error: unknown) => {
      if (!failedWith(error, "denied")) throw error;
      return { problems: [error.message], warnings: [] };
    }),
    checkSharingPolicy(session, { project, public: everyone, members }),
  ]);
  const found = [rights, google, sharing];
  for (const { warnings } of found) for (const warning of warnings) call.log("warning", warning);
  refuse(
    "Google Cloud",
    found.flatMap(({ problems }) => problems),
  );
}
