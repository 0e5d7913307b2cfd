/** The stand-in Google Cloud: Compute Engine images, Cloud Storage and Cloud KMS on one loopback port. See docs/rehearsal-gcp.md. */
import fs from "node:fs";
import type { AddressInfo } from "node:net";
import type { CloudOptions, InventoryItem, RunningCloud } from "../cloud";
import { secondsAt } from "../pace";
import { Journal } from "../store/journal";
import type { Image } from "./compute/image";
import { imageRoutes } from "./compute/image-routes";
import { ImageWork } from "./compute/image-work";
import { Images } from "./compute/images";
import { licenseRoutes } from "./compute/licenses";
import { projectRoute } from "./compute/project";
import { operationRoutes } from "./compute/operation-routes";
import { type Operation, Operations } from "./compute/operations";
import { placeRoutes } from "./compute/places";
import { RECORDED, SECONDS } from "./delays";
import { Disks } from "./disks";
import { GoogleError, permissionRequired } from "./errors";
import { Faults } from "./faults";
import { type Incoming, Router } from "./http/route";
import { RightsBook } from "../asked-rights";
import { createServer } from "./http/server";
import { Identities, type Identity } from "./identities";
import { type CryptoKey, type KeyRing, type KeyVersion, KmsKeys } from "./kms/keys";
import { kmsRoutes } from "./kms/routes";
import { orgPolicyRoutes } from "./org-policy";
import { isAllowedOnProject } from "./permissions";
import { projectRoutes } from "./project-routes";
import { rehearsalRoutes } from "./rehearsal-routes";
import { type Settings, SettingsStore } from "./settings";
import type { Bucket } from "./storage/bucket";
import { bucketRoutes } from "./storage/bucket-routes";
import type { StoredObject } from "./storage/object";
import { copyRoutes } from "./storage/copy-routes";
import { downloadRoutes, objectRoutes } from "./storage/object-routes";
import { ObjectStore, type SoftDeletedObject } from "./storage/object-store";
import { ResumableUploads, type Session } from "./storage/resumable";
import { uploadRoutes } from "./storage/upload-routes";
import { unrehearsedRoutes } from "./unsupported-routes";

export async function start(options: CloudOptions): Promise<RunningCloud> {
  const { directory, pace, log = () => undefined } = options;
  fs.mkdirSync(directory, { recursive: true });
  const journal = Journal.open(directory);
  const identities = new Identities(journal.table<Identity>("identities"));
  const settings = new SettingsStore(journal.table<Partial<Settings>>("settings"));
  const objects = new ObjectStore(
    directory,
    journal.table<Bucket>("buckets"),
    journal.table<StoredObject>("objects"),
    journal.table<SoftDeletedObject>("soft-deleted"),
    (name, size) => faults.rotsAt(name, size),
  );
  const uploads = new ResumableUploads(directory, journal.table<Session>("uploads"), objects, (last) =>
    faults.uploadGoesWrong(last),
  );
  const disks = new Disks(directory);
  const keys = new KmsKeys(
    journal.table<KeyRing>("kms-rings"),
    journal.table<CryptoKey>("kms-keys"),
    journal.table<KeyVersion>("kms-versions"),
  );
  const faults: Faults = new Faults({ identities, images: () => images, disks, settings });
  const milliseconds = (delay: keyof typeof SECONDS) => secondsAt(pace, delay, SECONDS, RECORDED) * 1000;
  const delay = { pending: milliseconds("pending"), running: milliseconds("running") };
  const operations: Operations = new Operations(journal.table<Operation>("operations"), delay, (operation) =>
    faults.forOperation(operation),
  );
  const images: Images = new Images(
    journal.table<Image>("images"),
    objects,
    settings,
    milliseconds("policy"),
  );
  new ImageWork(images, disks, objects).register(operations);

  const project = ({ params }: Incoming<unknown>): string => {
    const owner = identities.ownerOf(params.project ?? "");
    if (owner) return owner.project;
    throw new GoogleError(404, "notFound", `Failed to find project ${params.project}`);
  };
  const mayUse = (incoming: Incoming<unknown>, permission: string): string => {
    const id = project(incoming);
    if (!isAllowedOnProject(incoming.caller, permission, id))
      throw permissionRequired(permission, `projects/${id}`);
    return id;
  };
  const storageBases = ["/storage/v1", ""];
  const router = new Router([
    ...imageRoutes({ images, operations, settings, project, mayUse }),
    ...operationRoutes(operations, mayUse),
    ...placeRoutes(mayUse),
    ...orgPolicyRoutes(settings, mayUse),
    ...licenseRoutes,
    projectRoute(images, settings, mayUse),
    ...kmsRoutes(keys),
    ...projectRoutes(identities),
    ...rehearsalRoutes(images, disks),
    ...uploadRoutes(objects, uploads),
    // Also without prefix: Node's client uses that when STORAGE_EMULATOR_HOST is set.
    ...storageBases.flatMap((base) => [
      ...bucketRoutes(base, objects, uploads, identities),
      ...objectRoutes(base, objects),
      ...copyRoutes(base, objects),
    ]),
    ...unrehearsedRoutes(storageBases),
    ...downloadRoutes(objects),
  ]);
  const rights = new RightsBook();
  const server = createServer({ router, identities, interference: faults, rights, log });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port ?? 0, "127.0.0.1", resolve);
  });
  operations.resume();
  const { port } = server.address() as AddressInfo;

  return {
    port,
    environment: () => environment(`http://127.0.0.1:${port}`, identities),
    inventory: async () => [...inventory(images, disks, objects, uploads), ...keyInventory(keys)],
    rights: (forget) => rights.list(forget),
    fault: (fault) => faults.add(fault),
    async stop() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      const idle = operations.stop();
      server.closeAllConnections();
      await Promise.all([closed, idle]);
      disks.close();
      journal.close();
    },
  };
}

/**
 * Variables by client: Google's libraries and `gcloud` use the first three, the Pulumi and Terraform provider the
 * `GOOGLE_*` ones (each `…_CUSTOM_ENDPOINT` ends with the API's base path).
 */
function environment(endpoint: string, identities: Identities): Record<string, string> {
  const publisher = identities.get("publisher");
  return {
    STORAGE_EMULATOR_HOST: endpoint,
    CLOUDSDK_API_ENDPOINT_OVERRIDES_CLOUDKMS: `${endpoint}/`,
    CLOUDSDK_API_ENDPOINT_OVERRIDES_ORGPOLICY: `${endpoint}/`,
    CLOUDSDK_API_ENDPOINT_OVERRIDES_COMPUTE: `${endpoint}/compute/v1/`,
    CLOUDSDK_API_ENDPOINT_OVERRIDES_STORAGE: `${endpoint}/storage/v1/`,
    CLOUDSDK_AUTH_ACCESS_TOKEN: publisher.token,
    CLOUDSDK_CORE_PROJECT: publisher.project,
    CLOUDSDK_API_ENDPOINT_OVERRIDES_CLOUDRESOURCEMANAGER: `${endpoint}/`,
    GOOGLE_KMS_CUSTOM_ENDPOINT: `${endpoint}/v1/`,
    GOOGLE_ORG_POLICY_CUSTOM_ENDPOINT: `${endpoint}/v2/`,
    GOOGLE_COMPUTE_CUSTOM_ENDPOINT: `${endpoint}/compute/v1/`,
    GOOGLE_STORAGE_CUSTOM_ENDPOINT: `${endpoint}/storage/v1/`,
    GOOGLE_OAUTH_ACCESS_TOKEN: publisher.token,
    GOOGLE_PROJECT: publisher.project,
    GOOGLE_CLOUD_PROJECT: publisher.project,
    GCP_PROJECT: publisher.project,
    GCP_TOKEN: publisher.token,
    ADMINISTRATOR_CLOUDSDK_AUTH_ACCESS_TOKEN: identities.get("administrator").token,
    ADMINISTRATOR_GCP_TOKEN: identities.get("administrator").token,
    ADMINISTRATOR_GOOGLE_OAUTH_ACCESS_TOKEN: identities.get("administrator").token,
    STRANGER_GCP_PROJECT: identities.get("stranger").project,
    STRANGER_GCP_TOKEN: identities.get("stranger").token,
    PARTNER_GCP_MEMBER: identities.get("partner").member,
    PARTNER_GCP_TOKEN: identities.get("partner").token,
  };
}

function inventory(
  images: Images,
  disks: Disks,
  objects: ObjectStore,
  uploads: ResumableUploads,
): InventoryItem[] {
  const items: InventoryItem[] = [];
  const accountOf = (bucket: string) => objects.buckets.get(bucket)?.project ?? "";
  const placeOf = (bucket: string) => objects.buckets.get(bucket)?.location.toLowerCase() ?? "";
  for (const image of images.all()) {
    const bytes = image.disk ? { bytes: disks.dataBytes(image.disk) } : {};
    const { project: account, id, name } = image;
    const state = image.deprecated?.state ?? image.status;
    items.push({
      cloud: "gcp",
      account,
      region: image.storageLocations[0] ?? "global",
      kind: "image",
      id,
      name,
      state,
      ...bytes,
    });
  }
  for (const { name, project } of objects.buckets.values()) {
    items.push({ cloud: "gcp", account: project, region: placeOf(name), kind: "bucket", id: name, name });
  }
  for (const { bucket, name, generation, size } of objects.all()) {
    items.push({
      cloud: "gcp",
      account: accountOf(bucket),
      region: placeOf(bucket),
      kind: "object",
      id: `${bucket}/${name}#${generation}`,
      name,
      bytes: size,
    });
  }
  for (const { bucket, name, generation, size, hardDeleteTime } of objects.softDeleted()) {
    items.push({
      cloud: "gcp",
      account: accountOf(bucket),
      region: placeOf(bucket),
      kind: "soft-deleted object",
      id: `${bucket}/${name}#${generation}`,
      name,
      state: `kept until ${hardDeleteTime}`,
      bytes: size,
    });
  }
  for (const { bucket, name, persisted } of uploads.open()) {
    items.push({
      cloud: "gcp",
      account: accountOf(bucket),
      region: placeOf(bucket),
      kind: "upload",
      id: `${bucket}/${name}`,
      name,
      state: "open",
      bytes: persisted,
    });
  }
  return items;
}

function keyInventory({ rings, versions }: KmsKeys): InventoryItem[] {
  return [...versions.values()].map(({ name, state }) => {
    const { project = "", location = "" } = rings.get(name.split("/cryptoKeys/")[0] ?? "") ?? {};
    return { cloud: "gcp", account: project, region: location, kind: "kms-key", id: name, state };
  });
}
