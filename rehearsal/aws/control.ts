import type { World } from "./state/world";
import { QUOTAS } from "./ec2/quotas";
import type { FaultBook } from "./faults";
import { published } from "./iam/users";
import { rot } from "./rot";
import { type Delay, DELAYS } from "./state/delays";
import type { Image } from "./state/records";
import { isRegion } from "./state/regions";

/**
 * What `fault` takes, by kind: how a client, or a person, makes the stand-in misbehave or changes what in the real
 * cloud only AWS changes. Described in docs/rehearsal.md.
 */
export type Fault =
  | ({ kind: "throttle" | "hang" } & Which)
  | ({ kind: "error"; code: string; message?: string; status?: number; reason?: string } & Which)
  | ({ kind: "flip" } & Omit<Which, "service" | "account">)
  | { kind: "rot"; region: string; block?: number }
  | { kind: "delay"; what: Delay; seconds: number }
  | { kind: "rate"; action: string; perSecond: number }
  | { kind: "corrupt"; region: string; snapshot: string; block?: number }
  | { kind: "share"; region: string; image: string; add?: string[]; remove?: string[] }
  | { kind: "describe"; region: string; image: string; as?: Record<string, unknown> }
  | { kind: "console"; region: string; image: string; text: string }
  | { kind: "quota"; account?: string; region?: string; code: string; value: number }
  | {
      kind: "block-public-access";
      account?: string;
      region: string;
      state: "unblocked" | "block-new-sharing";
    }
  | { kind: "opt-in"; account?: string; region: string }
  | { kind: "account"; name: string; id?: string; organization?: string[] }
  | { kind: "policy"; account?: string; user?: string; documents?: string[]; without?: string[] }
  | { kind: "list" }
  | { kind: "clear" };

interface Which {
  service?: string;
  action: string;
  account?: string;
  region?: string;
  path?: string;
  skip?: number;
  times?: number;
}

const SHAPES: Record<Fault["kind"], { needs: string[]; takes: string[] }> = {
  throttle: { needs: ["action"], takes: ["service", "account", "region", "path", "skip", "times"] },
  hang: { needs: ["action"], takes: ["service", "account", "region", "path", "skip", "times"] },
  error: {
    needs: ["action", "code"],
    takes: ["message", "status", "reason", "service", "account", "region", "path", "skip", "times"],
  },
  flip: { needs: ["action"], takes: ["region", "path", "skip", "times"] },
  rot: { needs: ["region"], takes: ["block"] },
  delay: { needs: ["what", "seconds"], takes: [] },
  rate: { needs: ["action", "perSecond"], takes: [] },
  corrupt: { needs: ["region", "snapshot"], takes: ["block"] },
  share: { needs: ["region", "image"], takes: ["add", "remove"] },
  describe: { needs: ["region", "image"], takes: ["as"] },
  console: { needs: ["region", "image", "text"], takes: [] },
  quota: { needs: ["code", "value"], takes: ["account", "region"] },
  "block-public-access": { needs: ["region", "state"], takes: ["account"] },
  "opt-in": { needs: ["region"], takes: ["account"] },
  account: { needs: ["name"], takes: ["id", "organization"] },
  policy: { needs: [], takes: ["account", "user", "documents", "without"] },
  list: { needs: [], takes: [] },
  clear: { needs: [], takes: [] },
};

/** Applies one fault; what it answers is for people to read. @throws Error with the cure for a fault that is not one. */
export async function applyFault(given: unknown, world: World, faults: FaultBook): Promise<unknown> {
  const fault = check(given);
  switch (fault.kind) {
    case "throttle":
    case "hang":
    case "error": {
      const { kind, skip = 0, times = 1, account, ...which } = fault;
      const service = fault.service ?? serviceOf(fault.action);
      const id = account === undefined ? undefined : accountId(account, world);
      faults.add({ ...which, service, account: id, effect: kind, skip, times });
      return { pending: faults.list().length };
    }
    case "flip": {
      const { skip = 0, times = 1, action, region, path } = fault;
      faults.addToWire({ action, region, path, skip, times });
      return { pending: faults.list().length };
    }
    case "rot":
      faults.addToStorage({ region: checkRegion(fault.region), block: fault.block });
      return { pending: faults.list().length };
    case "delay":
      if (!(fault.what in DELAYS)) {
        throw new Error(`no delay ${String(fault.what)}; there are ${Object.keys(DELAYS).join(", ")}`);
      }
      world.setDelay(fault.what, fault.seconds);
      return { what: fault.what, seconds: fault.seconds };
    case "rate":
      faults.setRate(fault.action, fault.perSecond);
      return { action: fault.action, perSecond: fault.perSecond };
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
      world.changeSettings(accountId(fault.account, world), fault.region, { imageBlock: value });
      return { region: fault.region, state: fault.state };
    }
    case "opt-in":
      world.accounts.optIn(accountId(fault.account, world), checkRegion(fault.region));
      return { region: fault.region, state: "opted-in" };
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
  }
}

function check(given: unknown): Fault {
  if (typeof given !== "object" || given === null) throw new Error("a fault is a JSON object with a `kind`");
  const fault = given as Record<string, unknown>;
  const shape = SHAPES[fault["kind"] as Fault["kind"]];
  if (!shape) {
    throw new Error(
      `no fault of kind ${JSON.stringify(fault["kind"])}; there are ${Object.keys(SHAPES).join(", ")}`,
    );
  }
  const missing = shape.needs.filter((name) => fault[name] === undefined);
  const unknown = Object.keys(fault).filter(
    (name) => ![...shape.needs, ...shape.takes, "kind"].includes(name),
  );
  const problems = [
    ...missing.map((name) => `${name} is missing`),
    ...unknown.map(
      (name) => `${name} is not known (it takes ${[...shape.needs, ...shape.takes].join(", ")})`,
    ),
  ];
  if (problems.length > 0) throw new Error(`fault of kind ${String(fault["kind"])}: ${problems.join("; ")}`);
  return given as Fault;
}

/** One bit of a snapshot that is there already. */
async function corrupt(
  fault: { region: string; snapshot: string; block?: number },
  world: World,
): Promise<unknown> {
  const snapshot = world.snapshots.get(`${fault.region}/${fault.snapshot}`);
  if (!snapshot) throw new Error(`no snapshot ${fault.snapshot} in ${fault.region}`);
  return { snapshot: snapshot.id, block: await rot(snapshot, fault.block, world) };
}

/** What somebody with the console, or AWS itself, does behind the publisher's back. */
function share(
  fault: { region: string; image: string; add?: string[]; remove?: string[] },
  world: World,
): unknown {
  const image = imageOf(fault, world);
  const { add = [], remove = [] } = fault;
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

/** What an administrator of an account does: other documents, or single actions taken out of them. */
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

function serviceOf(action: string): string {
  if (
    /^(StartSnapshot|CompleteSnapshot|PutSnapshotBlock|GetSnapshotBlock|ListSnapshotBlocks|ListChangedBlocks)$/.test(
      action,
    )
  ) {
    return "ebs";
  }
  if (action === "GetCallerIdentity") return "sts";
  if (action === "GetUser" || action === "ListRoles") return "iam";
  if (/^(Sign|GetPublicKey|DescribeKey|CreateKey|CreateAlias|EnableKey|DisableKey)$/.test(action))
    return "kms";
  return /Parameter|TagsTo|TagsFrom|TagsFor/.test(action) ? "ssm" : "ec2";
}
