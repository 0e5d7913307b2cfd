import type { World } from "./state/world";
import { QUOTAS } from "./ec2/quotas";
import { readFault } from "../faults/kinds";
import { type Fault, KINDS, translate } from "./fault-kinds";
import type { FaultBook } from "./faults";
import { published } from "./iam/users";
import { rot } from "./corrupt-block";
import { type Image, PRIVATE } from "./state/records";
import { isRegion } from "./state/regions";

/**
 * Applies one fault and returns a description of its effect.
 *
 * @throws Error with the cure for an invalid fault
 */
export async function applyFault(given: unknown, world: World, faults: FaultBook): Promise<unknown> {
  const fault = readFault("aws", KINDS, given, translate);
  switch (fault.kind) {
    case "rate":
      faults.setRate(fault.operation, fault.perSecond);
      return { operation: fault.operation, perSecond: fault.perSecond };
    case "delay":
      world.setDelay(fault.what, fault.seconds);
      return { what: fault.what, seconds: fault.seconds };
    case "corrupt":
      return corrupt(fault, world);
    case "share":
      return share(fault, world);
    case "describe": {
      const image = imageOf(fault, world);
      world.images.set(world.key(image), { ...image, told: fault.as });
      return { image: image.id, as: fault.as ?? {} };
    }
    case "console":
      world.machines.setText(checkRegion(fault.region), fault.image, fault.text);
      return { image: fault.image, characters: fault.text.length };
    case "quota":
      return setQuota(fault, world);
    case "block-public-access": {
      const value = { state: fault.state, before: fault.state, changedAt: 0 };
      const change = fault.of === "snapshots" ? { snapshotBlock: value } : { imageBlock: value };
      world.changeSettings(accountId(fault.account, world), checkRegion(fault.region), change);
      return { region: fault.region, of: fault.of, state: fault.state };
    }
    case "opt-in": {
      const account = accountId(fault.account, world);
      if (fault.state === "opted-in") world.accounts.optIn(account, checkRegion(fault.region));
      else world.accounts.optOut(account, checkRegion(fault.region));
      return { region: fault.region, state: fault.state };
    }
    case "encryption": {
      const change = { encryptByDefault: fault.enabled, ebsKey: fault.key };
      world.changeSettings(accountId(fault.account, world), checkRegion(fault.region), change);
      return { region: fault.region, enabled: fault.enabled };
    }
    case "disable": {
      const image = imageOf(fault, world);
      const changed = fault.enabled ? { disabled: undefined } : { disabled: true, permissions: PRIVATE };
      world.images.set(world.key(image), { ...image, ...changed });
      return { image: image.id, enabled: fault.enabled };
    }
    case "account":
      return world.accounts.add(fault);
    case "policy":
      return setPolicy(fault, world);
    case "list":
      return faults.list();
    case "clear":
      faults.clear();
      world.clearDelays();
      world.machines.clearTexts();
      return { pending: 0 };
    default:
      return addWaiting(fault, world, faults);
  }
}

/** Faults that wait for a matching request. */
function addWaiting(fault: Fault, world: World, faults: FaultBook): unknown {
  if ("region" in fault && fault.region !== undefined) checkRegion(fault.region);
  const account = "account" in fault ? fault.account : undefined;
  faults.add(account === undefined ? fault : ({ ...fault, account: accountId(account, world) } as Fault));
  return { pending: faults.list().length };
}

/** Changes one bit of an existing snapshot. */
async function corrupt(
  fault: { region: string; snapshot: string; block?: number },
  world: World,
): Promise<unknown> {
  const snapshot = world.snapshots.get(`${fault.region}/${fault.snapshot}`);
  if (!snapshot) throw new Error(`no snapshot ${fault.snapshot} in ${fault.region}`);
  return { snapshot: snapshot.id, block: await rot(snapshot, fault.block, world) };
}

/** Changes made by others in the console, or by AWS itself. */
function share(
  fault: { region: string; image: string; add: string[]; remove: string[] },
  world: World,
): unknown {
  const image = imageOf(fault, world);
  const { add, remove } = fault;
  const keep = (list: readonly string[], isArn: boolean) => [
    ...new Set([
      ...list.filter((item) => !remove.includes(item)),
      ...add.filter((item) => item !== "all" && item.startsWith("arn:") === isArn),
    ]),
  ];
  const { permissions } = image;
  const changed = {
    everyone: add.includes("all") || (permissions.everyone && !remove.includes("all")),
    accounts: keep(permissions.accounts, false),
    arns: keep(permissions.arns, true),
  };
  world.images.set(world.key(image), { ...image, permissions: changed });
  return changed;
}

function imageOf(fault: { region: string; image: string }, world: World): Image {
  const image = world.images.get(`${fault.region}/${fault.image}`);
  if (!image) throw new Error(`no image ${fault.image} in ${fault.region}`);
  return image;
}

/** Changes by an administrator of an account: other documents, or single actions removed from them. */
function setPolicy(
  {
    account = "publisher",
    user = account,
    documents,
    without = [],
  }: { account?: string; user?: string; documents?: string[]; without?: string[] },
  world: World,
): unknown {
  const found = world.users.find(accountId(account, world), user);
  if (!found) throw new Error(`no user ${user} in the ${account}'s account`);
  const there = published();
  const unknown = (documents ?? []).find((name) => !there.includes(name));
  if (unknown !== undefined) throw new Error(`no document ${unknown}; there are ${there.join(", ")}`);
  world.users.set({ ...found, policies: documents ?? found.policies, without });
  return { user, documents: documents ?? found.policies, without };
}

/** Without a region: in all of them. */
function setQuota(
  fault: { account?: string; region?: string; code: string; value: number },
  world: World,
): unknown {
  if (!QUOTAS.some((quota) => quota.code === fault.code)) {
    throw new Error(
      `no quota ${fault.code}; there are ${QUOTAS.map((quota) => `${quota.code} (${quota.name})`).join(", ")}`,
    );
  }
  const account = accountId(fault.account, world);
  const regions = fault.region === undefined ? world.regionsOf(account) : [checkRegion(fault.region)];
  for (const region of regions) {
    const { quotas } = world.regionSettings(account, region);
    world.changeSettings(account, region, { quotas: { ...quotas, [fault.code]: fault.value } });
  }
  return { account, regions: regions.length, [fault.code]: fault.value };
}

function accountId(account: string | undefined, world: World): string {
  const found = world.accounts.byName(account ?? "publisher");
  if (!found) {
    throw new Error(
      `no account ${account}; there are ${world.accounts
        .list()
        .map(({ name }) => name)
        .join(", ")}`,
    );
  }
  return found.id;
}

function checkRegion(region: string): string {
  if (!isRegion(region)) throw new Error(`no region ${region}`);
  return region;
}
