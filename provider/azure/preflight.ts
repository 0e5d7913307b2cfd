import { LOOKUP } from "../../clouds/retry";
import { z } from "zod";
import { TAG } from "../../facts/tags";
import { readSharing } from "../../clouds/azure/gallery-sharing";
import { failedWith } from "../../clouds/failure";
import { type Identity, identityConflicts } from "../../clouds/azure/identity";
import { type AzurePreflightReport, preflightAzure } from "../../clouds/azure/preflight";
import { checkLocks } from "../../clouds/azure/locks";
import { checkAzureRights } from "../../clouds/azure/rights";
import { disksToUpload, emptyDefinitions } from "../../clouds/azure/preflight-needs";
import type { AzureSession } from "../../clouds/azure/api/session";
import { PERMISSIONS, refusedPermissions } from "../../config/azure/sharing";
import type { Call } from "../../plugin/resource";
import { Shape } from "../../plugin/shape";
import { typedResource } from "../../plugin/typed-resource";
import type { PreflightArgs } from "../../resources/azure/preflight";
import type { Resolved } from "../../resources/resource";
import { byName, flag, number, text, texts } from "../fields";
import { type Asked, diffPreflight, isAmong, isSame } from "../preflight-diff";
import { type Asking, type Examined, ownerOf, refuseExamined } from "../preflight-report";
import { findRawDisk } from "../raw-disk";
import { galleryIdOf } from "./closing-place";
import { sessionFor } from "./session";
import { identityFor, subscriptionFor } from "./subscription";

type Args = Resolved<PreflightArgs>;

const definitionProperties = z.object({
  ...{ osType: z.literal("Linux"), osState: z.literal("Generalized") },
  ...{ hyperVGeneration: text, architecture: text },
  identifier: z.object({ publisher: text, offer: text, sku: text }),
});
const namedBytes = z.array(z.object({ name: text, sha256: text }));
const INPUTS = Shape.of<Args>({
  ...{ subscriptionId: text.optional(), resourceGroup: text, resourceGroupExists: flag, location: text },
  ...{ shared: flag.optional(), permissions: z.enum(PERMISSIONS).optional(), withdrawn: flag.optional() },
  ...{ regions: texts, gallery: text, disks: namedBytes, versions: namedBytes },
  gallerySharing: z.object({ community: flag, subscriptions: texts, tenants: texts }).optional(),
  definitionExists: flag.optional(),
  rawDisks: z.record(text, z.object({ imageFile: text, architecture: text, size: number })).optional(),
  definitions: byName.optional(),
  definitionProperties: z.record(text, definitionProperties).optional(),
});

/** Runs again whenever its inputs change; has no object in the cloud. Its id is the subscription. */
export const preflight = typedResource({
  computed: ["publisherSubscription", "galleryPublicName"],
  inputs: INPUTS,
  kept: Shape.of<object>({}),
  // A changed location of raw disks, or of one-time notes, is no reason to run again.
  diff: (old, inputs) =>
    diffPreflight(INPUTS, old.inputs, inputs, isLess, ["rawDisks", "definitions", "definitionProperties"]),
  async create(inputs, call) {
    const checked = await check(inputs, call, true);
    return { id: checked.publisherSubscription, outputs: { ...inputs, ...checked } };
  },
  async read(id, old) {
    return { id, ...old };
  },
  async update(_id, _old, inputs, call) {
    return { ...inputs, ...(await check(inputs, call, false)) };
  },
  async delete() {
    // Nothing was created.
  },
});

function isLess(asked: Asked<Args>): boolean {
  const { before, now } = asked;
  const permits = ({ permissions = "Private" }: Args) => permissions;
  return (
    isSame(asked, "subscriptionId", "resourceGroup", "resourceGroupExists", "location", "gallery") &&
    isSame(asked, "gallerySharing", "definitionExists") &&
    isAmong(before.regions, now.regions) &&
    isAmong(before.disks, now.disks) &&
    isAmong(before.versions, now.versions) &&
    ((before.shared ?? false) || !(now.shared ?? false)) &&
    (permits(now) === permits(before) || permits(now) === "Private")
  );
}

interface Checked {
  readonly publisherSubscription: string;
  /** Public name of an existing public gallery; else "". */
  readonly galleryPublicName: string;
}

async function check(args: Args, call: Call, isFirst: boolean): Promise<Checked> {
  const { notes, galleryPublicName, ...examined } = await examineAzure(args, call, isFirst);
  for (const line of notes) call.log("info", line);
  refuseExamined("Azure", examined, call);
  return { publisherSubscription: examined.account, galleryPublicName };
}

interface AzureExamined extends Examined {
  /** Not problems; see {@link securityNotes}. */
  readonly notes: readonly string[];
  readonly galleryPublicName: string;
}

/** @param isFirst nothing of the release exists yet */
export async function examineAzure(args: Args, asking: Asking, isFirst: boolean): Promise<AzureExamined> {
  const identity = identityFor(process.env);
  const subscriptionId = await subscriptionFor(args.subscriptionId, identity);
  const session = sessionFor({ ...asking, policy: asking.policy ?? LOOKUP });
  const plan = { ...args, subscriptionId, stack: ownerOf(asking.urn), isFirst };
  const [permissions, locks, { problems, tenantId }] = await Promise.all([
    checkAzureRights(session, { ...plan, shared: args.shared === true }),
    checkLocks(session, plan),
    // Missing rights may be the cause: reported together.
    preflightAzure(session, plan).catch((error: unknown): AzurePreflightReport => {
      if (!failedWith(error, "denied")) throw error;
      return { problems: [error.message] };
    }),
  ]);
  problems.unshift(...locks.problems);
  const isFree = permissions.problems.length + problems.length === 0;
  if (isFree)
    problems.push(...(await refusedSharing(session, plan)), ...(await missingRawDisks(session, plan)));
  const notes = isFree ? await securityNotes(session, plan) : [];
  problems.unshift(...mismatches(args, identity, { subscriptionId, tenantId }));
  const isThere = args.gallerySharing !== undefined && isFree && problems.length === 0;
  const gallery = isThere ? await readSharing(session, await galleryIdOf(plan)) : undefined;
  return {
    account: subscriptionId,
    permissions,
    publication: { problems, warnings: locks.warnings },
    notes,
    galleryPublicName: gallery?.publicName ?? "",
  };
}

/** One publication uses one account, one tenant and one subscription. */
function mismatches(
  args: Args,
  identity: Identity,
  resolved: { readonly subscriptionId: string; readonly tenantId?: string },
): string[] {
  const { ARM_TENANT_ID: tenant } = process.env;
  const environment = identity.subscriptionId;
  const differ = (one: string | undefined, other: string | undefined): boolean =>
    !!one && !!other && one.toLowerCase() !== other.toLowerCase();
  return [
    ...(differ(environment, args.subscriptionId)
      ? [
          `the environment names subscription ${environment}, the config asks for ${args.subscriptionId}; ` +
            "set ARM_SUBSCRIPTION_ID to it, or change `subscriptionId` in the config",
        ]
      : []),
    ...(differ(tenant, resolved.tenantId)
      ? [
          `ARM_TENANT_ID names ${tenant}, and subscription ${resolved.subscriptionId} is in tenant ${resolved.tenantId}; ` +
            "set ARM_TENANT_ID to that, or publish to a subscription of the other",
        ]
      : []),
    ...identityConflicts(process.env, identity, resolved),
  ];
}

type Plan = Args & { readonly subscriptionId: string };

/**
 * The ledger refuses it in a preview where it can; older states have no such record, nor are changes at Azure in it.
 */
async function refusedSharing(
  session: AzureSession,
  plan: Plan & { readonly stack: string },
): Promise<string[]> {
  const { resourceGroup, gallery, permissions } = plan;
  if (permissions === undefined) return [];
  const found = await readSharing(session, await galleryIdOf(plan));
  if (found?.tags[TAG.stack] !== plan.stack) return [];
  const refused = refusedPermissions(`${resourceGroup}/${gallery}`, found.permissions, permissions);
  return refused === undefined ? [] : [refused];
}

/** A replaced disk is deleted first, so its source must be on this machine. */
async function missingRawDisks(session: AzureSession, plan: Plan): Promise<string[]> {
  const { rawDisks = {} } = plan;
  const uploads = await disksToUpload(session, plan, Object.keys(rawDisks));
  return uploads.flatMap((name) => {
    const raw = rawDisks[name];
    if (raw === undefined) return [];
    try {
      findRawDisk(raw);
      return [];
    } catch (error) {
      return [
        `disk ${plan.resourceGroup}/${name} is to be made: ${error instanceof Error ? error.message : String(error)}`,
      ];
    }
  });
}

/**
 * Reported once, before the first version of a definition: Azure refused such versions for managed disks in 2023 and
 * 2024 (github.com/hashicorp/packer-plugin-azure/issues/304), and the native provider passes on the refusal without a
 * cure.
 */
async function securityNotes(session: AzureSession, plan: Plan): Promise<string[]> {
  const supported = Object.entries(plan.definitions ?? {}).filter(([, type]) => type.endsWith("Supported"));
  const names = await emptyDefinitions(
    session,
    plan,
    supported.map(([name]) => name),
  );
  return names.map(
    (name) =>
      `should Azure refuse versions of ${name} with "Currently only Vhd Blob, User Image and Gallery Image Version sources are supported": ` +
      "set definition.securityType: Standard and another definition.nameTemplate, as docs/operations.md says",
  );
}
