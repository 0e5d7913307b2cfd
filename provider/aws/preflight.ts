import { LOOKUP } from "../../clouds/retry";
import { z } from "zod";
import { TAG } from "../../facts/tags";
import { imagesOn, snapshotsTagged } from "../../clouds/aws/observe";
import { openSession } from "../../clouds/aws/api/session";
import { removeSnapshot } from "../../clouds/aws/remove";
import { failedWith } from "../../clouds/failure";
import type { Purpose } from "../../clouds/permissions";
import { checkRights } from "../../clouds/aws/rights";
import { runPreflight } from "../../clouds/aws/preflight";
import type { PreflightPlan } from "../../clouds/aws/preflight-plan";
import type { Call, Properties } from "../../plugin/resource";
import { Shape } from "../../plugin/shape";
import { typedResource } from "../../plugin/typed-resource";
import type { PreflightArgs } from "../../resources/aws/preflight";
import type { Resolved } from "../../resources/resource";
import { flag, number, text, texts } from "../fields";
import { type Asked, diffPreflight, isAmong, isSame } from "../preflight-diff";
import { type Asking, type Examined, ownerOf, refuseExamined } from "../preflight-report";

type Args = Resolved<PreflightArgs>;

const region = z.object({
  ...{ region: text, public: flag, shared: flag.optional() },
  ...{ publicImages: number.optional(), grantees: number.optional() },
});
const INPUTS = Shape.of<Args>({
  ...{ homeRegion: text, regions: z.array(region), product: text, release: text },
  images: z.array(z.object({ name: text, architecture: text, sha256: text })),
  pointers: texts,
  launches: z.array(z.object({ architecture: text, bootMode: text, instanceType: text })).optional(),
  ...{ accountId: text.optional(), withdrawn: flag.optional() },
});
const REGIONS = INPUTS.pick("regions");

/**
 * Runs again whenever its inputs change. Its id is the account. It has no object in the cloud, but it is deleted last
 * of a release, so its deletion looks for leftovers of a killed teardown.
 */
export const preflight = typedResource({
  computed: ["accountId"],
  inputs: INPUTS,
  kept: INPUTS.pick("regions", "product", "release"),
  diff: (old, inputs) =>
    diffPreflight(INPUTS, withoutCounts(old.inputs), withoutCounts(inputs), isLess, ["closings"]),
  async create(inputs, call) {
    const accountId = await check(inputs, call, true);
    return { id: accountId, outputs: { ...inputs, accountId } };
  },
  async read(id, old) {
    return { id, ...old };
  },
  async update(_id, _old, inputs, call) {
    return { ...inputs, accountId: await check(inputs, call, false) };
  },
  async delete(_id, old, call) {
    const args = old.outputs;
    await Promise.all(
      args.regions.map(({ region }) =>
        removeLeftSnapshots(region, args, call).catch((error: unknown) => {
          // Missing read access is not an error: `imprimatur sweep` finds the same.
          if (!failedWith(error, "denied", "unauthenticated")) throw error;
          call.log("warning", `could not look for left snapshots: ${error.message}`);
        }),
      ),
    );
  },
});

/**
 * The number of public images changes with other releases: their preflight checks it, and the rest need not repeat
 * theirs.
 */
function withoutCounts(inputs: Properties): Properties {
  const regions = REGIONS.is(inputs) ? inputs.regions : [];
  return { ...inputs, regions: regions.map((region) => ({ ...region, publicImages: undefined })) };
}

function isLess(asked: Asked<Args>): boolean {
  const { before, now } = asked;
  const regions = new Map(before.regions.map((region) => [region.region, region]));
  return (
    isSame(asked, "homeRegion", "product", "release", "accountId") &&
    isAmong(before.images, now.images) &&
    isAmong(before.pointers, now.pointers) &&
    isAmong(before.launches, now.launches) &&
    now.regions.every(({ region, public: everyone, shared = false, grantees = 0 }) => {
      const was = regions.get(region);
      return (
        was !== undefined &&
        (was.public || !everyone) &&
        ((was.shared ?? false) || !shared) &&
        grantees <= (was.grantees ?? 0)
      );
    })
  );
}

/**
 * Deleting an AmiCopy is two calls: the image, then its snapshot. If killed in between, the next run takes it for
 * deleted, because its image is gone (terraform-provider-aws, `resourceAMIDelete`), and the snapshot stays.
 */
async function removeLeftSnapshots(
  region: string,
  { product, release }: Pick<Args, "product" | "release">,
  { urn, signal }: Call,
): Promise<void> {
  const session = openSession(region, signal);
  const tags = {
    [TAG.product]: product,
    [TAG.release]: release,
    [TAG.stack]: ownerOf(urn),
  };
  const left = (await snapshotsTagged(session, tags)).map(({ SnapshotId = "" }) => SnapshotId);
  if (left.length === 0) return;
  const used = new Set(
    (await imagesOn(session, left)).flatMap(({ BlockDeviceMappings = [] }) =>
      BlockDeviceMappings.map(({ Ebs }) => Ebs?.SnapshotId),
    ),
  );
  for (const id of left) if (!used.has(id)) await removeSnapshot(region, id, signal);
}

function purposesOf({ regions, pointers, launches }: Args): Purpose[] {
  return [
    "publish",
    "delete",
    ...(regions.some((region) => region.public || region.shared) ? (["share"] as const) : []),
    ...(pointers.length > 0 ? (["point"] as const) : []),
    ...(launches?.length ? (["boot check"] as const) : []),
  ];
}

async function check(args: Args, call: Call, isFirst: boolean): Promise<string> {
  const examined = await examineAws(args, call, isFirst);
  const regions = args.regions.map(({ region }) => region);
  refuseExamined("AWS", examined, call, regions);
  return examined.account;
}

/** @param isFirst nothing of the release exists yet */
export async function examineAws(args: Args, asking: Asking, isFirst: boolean): Promise<Examined> {
  const plan: PreflightPlan = { ...args, stack: ownerOf(asking.urn), isFirst };
  const { homeRegion, pointers } = args;
  const { signal, policy = LOOKUP } = asking;
  const open = (region: string) => openSession(region, signal, { policy });
  const [permissions, publication] = await Promise.all([
    checkRights(open(homeRegion), { pointers, purposes: purposesOf(args) }),
    // Missing rights may be the cause: reported together.
    runPreflight(open, plan).catch((error: unknown) => {
      if (!failedWith(error, "denied")) throw error;
      return { accountId: "", problems: [error.message], warnings: [] };
    }),
  ]);
  return { account: publication.accountId, permissions, publication };
}
