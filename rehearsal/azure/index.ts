import type { RequestListener } from "node:http";
import { join } from "node:path";
import { RightsBook } from "../asked-rights";
import type { CloudOptions, RunningCloud } from "../cloud";
import { armHandler, type HandlerOptions } from "./arm/http";
import { type Listener, listen } from "./arm/listener";
import { Work } from "./arm/work";
import { type Cloud, contentsOf, keyOf } from "./cloud";
import { definitionRoutes, definitionWorkers } from "./compute/definitions";
import { diskRoutes, diskWorkers } from "./compute/disks";
import { galleryRoutes, galleryWorkers } from "./compute/galleries";
import { versionWorkers } from "./compute/replication";
import { strangerRoutes } from "./compute/strangers";
import { versionRoutes } from "./compute/versions";
import { type Fault, Faults } from "./faults";
import type { Caller } from "./identity";
import { inventory } from "./inventory";
import { changeLock, lockGate, lockRoutes } from "./locks";
import { isLogin, loginHandler } from "./login";
import { deleteGroup } from "./resources/contents";
import { groupRoutes } from "./resources/groups";
import { operationRoutes } from "./resources/operations";
import { subscriptionRoutes } from "./resources/subscriptions";
import { permissionRoutes, rightsGate } from "./rights";
import { roleNamed } from "./roles";
import { groupGate, regionOf, subscriptionGate } from "./scope";
import { type Contents, State } from "./state";
import { Trust } from "./trust";
import { startAzurite } from "./storage/azurite";
import { Blobs } from "./storage/blobs";
import { vaultRoutes } from "./vault/keys";
import { authenticateAtVault, vaultToken } from "./vault/tokens";

/** Starts the stand-in Azure: Resource Manager and a key vault on one loopback port, Azurite as its data plane on another. */
export async function start(options: CloudOptions): Promise<RunningCloud> {
  const log = options.log ?? (() => undefined);
  const state = new State(options.directory);
  const { storage, callers } = state.contents;
  const azurite = await startAzurite(join(options.directory, "azurite"), {
    ...storage,
    fresh: holdsNoBytes(state.contents),
    judge: (method, path) => faults.overLink(method, path),
    log,
  });
  storage.port = azurite.port;
  const blobs = new Blobs(storage.account, storage.key, azurite.port);
  const work = new Work(state, options.pace, log);
  const faults: Faults = new Faults({
    roles: (change) => changeRoles(cloud, change),
    lock: (change) => changeLock(cloud, change),
    mutate: ({ id, offset }) => blobs.corrupt(containerOf(cloud, id), offset),
    flip: (times) => azurite.flip(times),
    watchLinks: (on) => azurite.watch(on),
    regionOf: (path) => regionOf(state.contents, path),
  });
  const cloud: Cloud = { state, work, blobs, faults };

  const disturb: HandlerOptions["disturb"] = (...request) => faults.disturb(...request);
  const rights = new RightsBook();
  const vault = armHandler({
    routes: vaultRoutes(cloud),
    callers,
    authenticate: authenticateAtVault,
    disturb,
    gates: [],
    rights,
    log,
  });
  const arm = armHandler({
    routes: [
      ...subscriptionRoutes(cloud),
      ...groupRoutes(cloud),
      ...permissionRoutes(cloud),
      ...lockRoutes(cloud),
      ...operationRoutes(cloud),
      ...diskRoutes(cloud),
      ...galleryRoutes(cloud),
      ...definitionRoutes(cloud),
      ...versionRoutes(cloud),
      ...strangerRoutes(cloud),
    ],
    callers,
    disturb,
    gates: [subscriptionGate(cloud), rightsGate(cloud), groupGate(cloud), lockGate(cloud)],
    rights,
    log,
  });
  const login = loginHandler(callers, log);
  const handlerOf = (url: string) => (url.startsWith("/keys/") ? vault : isLogin(url) ? login : arm);
  const handler: RequestListener = (message, response) => handlerOf(message.url ?? "")(message, response);
  const trust = new Trust(options.directory);
  let listener: Listener;
  try {
    listener = await listen(handler, trust, options.port ?? 0);
  } catch (error) {
    await azurite.stop(false);
    throw error;
  }
  state.save();
  work.resume({
    "group.delete": deleteGroup(cloud),
    ...diskWorkers(cloud),
    ...galleryWorkers(cloud),
    ...definitionWorkers(cloud),
    ...versionWorkers(cloud),
  });

  return {
    port: listener.port,
    environment: () => ({ ...environment(cloud, listener.port), ...trust.environment() }),
    inventory: () => inventory(cloud),
    rights: (forget) => rights.list(forget),
    fault: async (fault) => {
      const answer = await faults.add(fault);
      log(`fault ${JSON.stringify(fault)}`);
      return answer;
    },
    receivedByChild: () => azurite.received(),
    stop: async () => {
      await listener.close();
      await work.stop();
      await azurite.stop(holdsNoBytes(state.contents));
      state.save();
    },
  };
}

/** Then Azurite's folder is deleted too: its own garbage collection frees space only after many minutes. */
const holdsNoBytes = ({ disks, versions }: Contents) =>
  Object.keys(disks).length + Object.keys(versions).length === 0;

/** Changes by an owner of a subscription: other roles, or single actions removed from them. */
function changeRoles(cloud: Cloud, { who, roles, without }: Extract<Fault, { kind: "roles" }>): void {
  const caller = contentsOf(cloud).callers.find(({ name }) => name === who);
  if (!caller) return;
  const whole = `/subscriptions/${caller.subscription}`;
  for (const { role } of roles ?? []) roleNamed(role);
  caller.assignments =
    roles?.map(({ role, scope }) => ({ role, scope: `${whole}${scope}` })) ?? caller.assignments;
  caller.without = without;
  cloud.state.save();
}

function containerOf(cloud: Cloud, id: string): string {
  const { disks, versions } = contentsOf(cloud);
  const found = disks[keyOf(id)] ?? versions[keyOf(id)];
  if (!found) throw new Error(`azure holds no disk and no gallery version with id ${id}`);
  return found.container;
}

/**
 * Variables for each kind of client: Azure's own SDKs and tools, and Pulumi's and Terraform's providers (`ARM_…`).
 */
function environment(cloud: Cloud, port: number): Record<string, string> {
  const { callers, storage } = contentsOf(cloud);
  const [publisher, stranger, partner, administrator] = callers;
  if (!publisher || !stranger || !partner || !administrator)
    throw new Error("the state of the stand-in Azure names no callers");
  const endpoint = `https://127.0.0.1:${port}`;
  return {
    AZURE_RESOURCE_MANAGER_ENDPOINT: endpoint,
    AZURE_AUTHORITY_HOST: endpoint,
    AZURE_TOKEN: publisher.token,
    AZURE_KEYVAULT_TOKEN: vaultToken(publisher),
    AZURE_TENANT_ID: publisher.tenant,
    AZURE_SUBSCRIPTION_ID: publisher.subscription,
    ARM_ENDPOINT: endpoint,
    ARM_METADATA_HOSTNAME: `127.0.0.1:${port}`,
    // There is no Entra instance discovery at this address.
    ARM_DISABLE_INSTANCE_DISCOVERY: "true",
    ...principal("", publisher),
    ...principal("STRANGER_", stranger),
    ...principal("PARTNER_", partner),
    ...principal("ADMINISTRATOR_", administrator),
    ADMINISTRATOR_AZURE_TOKEN: administrator.token,
    ADMINISTRATOR_AZURE_KEYVAULT_TOKEN: vaultToken(administrator),
    STRANGER_AZURE_TOKEN: stranger.token,
    STRANGER_AZURE_KEYVAULT_TOKEN: vaultToken(stranger),
    STRANGER_AZURE_TENANT_ID: stranger.tenant,
    STRANGER_AZURE_SUBSCRIPTION_ID: stranger.subscription,
    PARTNER_AZURE_TOKEN: partner.token,
    PARTNER_AZURE_TENANT_ID: partner.tenant,
    PARTNER_AZURE_SUBSCRIPTION_ID: partner.subscription,
    AZURITE_BLOB_ENDPOINT: `http://127.0.0.1:${storage.port}/${storage.account}`,
  };
}

/** Credentials for Pulumi's and Terraform's providers. */
function principal(prefix: string, caller: Caller): Record<string, string> {
  return {
    [`${prefix}ARM_CLIENT_ID`]: caller.clientId,
    [`${prefix}ARM_CLIENT_SECRET`]: caller.clientSecret,
    [`${prefix}ARM_TENANT_ID`]: caller.tenant,
    [`${prefix}ARM_SUBSCRIPTION_ID`]: caller.subscription,
  };
}
