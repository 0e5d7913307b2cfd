import { refuseProtected } from "../../clouds/aws/held-image";
import { NO_SHARES, type Shares } from "../../clouds/aws/permission-calls";
import { readShares, type SeenShares, setShares } from "../../clouds/aws/sharing";
import { failedWith } from "../../clouds/failure";
import { awsGranteesIn } from "../../config/aws/access";
import { grantsNobodyNew, accessBefore, isLeftOpen, unfinishedSharing } from "../../config/access";
import {
  type Call,
  type CheckFailure,
  diffInputs,
  PartialFailure,
  type Properties,
} from "../../plugin/resource";
import { Shape } from "../../plugin/shape";
import { typedResource } from "../../plugin/typed-resource";
import type { ImageSharingArgs } from "../../resources/aws/image-sharing";
import type { Resolved } from "../../resources/resource";
import { flag, number, text, texts } from "../fields";
import { refuseUnagreed } from "../agreed";
import { sessionFor } from "./session";

/** Sets: order and duplicates are irrelevant. */
const SETS = ["accounts", "organizations", "organizationalUnits"] as const;

/** Read-only: the snapshot's sharing where it differs from the image's. */
const SNAPSHOT_DRIFT = "snapshotSharing";

type Args = Resolved<ImageSharingArgs>;

const INPUTS = Shape.of<Args>({
  ...{ region: text, imageId: text, snapshotId: text, public: flag },
  ...{ accounts: texts, organizations: texts, organizationalUnits: texts },
  ...{ closings: number.optional(), open: text.optional(), agreed: texts.optional() },
});

/** The complete access list of one AMI and its snapshot: grantees not named lose access. */
export const imageSharing = typedResource({
  computed: [],
  inputs: INPUTS,
  kept: INPUTS.pick("region", "imageId", "snapshotId"),
  check(inputs) {
    const accounts: unknown[] = Array.isArray(inputs.accounts) ? inputs.accounts : [];
    const failures = accounts.flatMap((account): CheckFailure[] =>
      typeof account === "string" && /^\d{12}$/.test(account)
        ? []
        : [{ property: "accounts", reason: `${JSON.stringify(account)} is not an account id of 12 digits` }],
    );
    if (failures.length > 0) return { inputs, failures };
    const sets = SETS.map((key) => [key, sorted(inputs[key])] as const);
    return { inputs: { ...inputs, ...Object.fromEntries(sets) } };
  },
  diff: (old, inputs) =>
    diffInputs(old.inputs, inputs, {
      replaceOn: ["region", "imageId", "snapshotId"],
      ignore: ["open", "agreed"],
    }),
  async create(inputs, call) {
    const id = `${inputs.imageId}/sharing`;
    return { id, outputs: await share(id, {}, inputs, call) };
  },
  async read(id, old, call) {
    const args = old.outputs;
    const seen = await readShares(sessionFor(args.region, call), args);
    if (!seen) return undefined;
    const found = { ...seen.image, [SNAPSHOT_DRIFT]: snapshotDrift(seen), unfinished: undefined };
    return { id, inputs: { ...old.inputs, ...found }, outputs: { ...old.outputs, ...found } };
  },
  async update(id, old, inputs, call) {
    if (isLeftOpen(inputs) && grantsNobodyNew(old.outputs, inputs, awsGranteesIn)) return inputs;
    return share(id, old.outputs, inputs, call);
  },
  async delete(_id, old, call) {
    const args = old.outputs;
    const session = sessionFor(args.region, call);
    // The native provider deletes the AMI next; its refusal would name no cure.
    await refuseProtected(session, args.imageId);
    await setShares(session, args, NO_SHARES);
  },
});

/** @throws {PartialFailure} when some changes may have been made: the next `up` resumes, and a destroy closes */
async function share(id: string, old: Properties, inputs: Args, call: Call): Promise<Properties> {
  const { public: everyone, accounts, organizations, organizationalUnits } = inputs;
  refuseUnagreed(awsGranteesIn(inputs), inputs);
  const want: Shares = { public: everyone, accounts, organizations, organizationalUnits };
  try {
    await setShares(sessionFor(inputs.region, call), inputs, want);
    return inputs;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new PartialFailure(id, { ...inputs, unfinished: await leftBy(error, old, inputs, call) }, [reason]);
  }
}

/** Actual grantees after a failure: the guard of the next `up` uses these, not the wanted ones. */
async function leftBy(error: unknown, old: Properties, inputs: Args, call: Call): Promise<object> {
  const before = accessBefore(old, inputs, awsGranteesIn(old));
  const bounds = unfinishedSharing(before, awsGranteesIn(inputs));
  // If AWS answers, the grantees are read; if not, there is no further wait.
  if (!failedWith(error, "refused", "denied", "busy")) return bounds;
  try {
    const seen = await readShares(sessionFor(inputs.region, call), inputs);
    const has = awsGranteesIn({ ...(seen?.image ?? NO_SHARES) });
    const copies = awsGranteesIn({ ...(seen?.snapshot ?? NO_SHARES) });
    return { has, may: [...new Set([...has, ...copies])].sort() };
  } catch {
    return bounds;
  }
}

/** `undefined` if the snapshot is shared like its image. */
function snapshotDrift({ image, snapshot }: SeenShares): object | undefined {
  const same =
    image.public === snapshot.public && JSON.stringify(image.accounts) === JSON.stringify(snapshot.accounts);
  return same ? undefined : { ...snapshot };
}

function sorted(value: unknown): unknown {
  return Array.isArray(value) ? [...new Set<unknown>(value)].sort() : value;
}
