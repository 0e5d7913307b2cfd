/** A release that is public on three clouds, which are stand-ins in this process. */
import { isDeepStrictEqual } from "node:util";
import { EC2Client, RegisterImageCommand } from "@aws-sdk/client-ec2";
import { openSession } from "../../../clouds/aws/api/session";
import { imagesById } from "../../../clouds/aws/observe";
import { openAzureSession } from "../../../clouds/azure/api/session";
import { versionsSeen } from "../../../clouds/azure/api/galleries";
import { openGoogleSession } from "../../../clouds/gcp/api/session";
import { seenImage } from "../../../clouds/gcp/api/images";
import type { RemovedPlace } from "../../../config/removed";
import type { Call, Properties, ResourceHandler } from "../../../plugin/resource";
import { imageClosingKind as awsImage } from "../../../provider/aws/image-closing";
import { galleryClosingKind } from "../../../provider/azure/gallery-closing";
import { versionClosingKind } from "../../../provider/azure/version-closing";
import { closingHandler, placeCloserOf } from "../../../provider/closing";
import { imageClosingKind as googleImage } from "../../../provider/gcp/image-closing";
import { removalClosing } from "../../../provider/removal-closing";
import { start as startAws } from "../../../rehearsal/aws/index";
import { runAzure } from "../administrator";
import type { RunningCloud } from "../../../rehearsal/cloud";
import { start as startGoogle } from "../../../rehearsal/gcp/index";
import { asAdministrator } from "../administrator";
import { arm, emptyDisk, rehearsalGroup } from "../provider/azure-arm";
import { makeGoogleImage } from "../provider/google-image";
import { Harness } from "../../unit/provider/harness";

/** Roads on which each place has a closing of its own. */
const OWN_ROADS = ["withdraw", "un-share", "narrow"] as const;
type OwnRoad = (typeof OWN_ROADS)[number];

/** And that of places which the stack file names no more: one closing has all of them. */
export const ROADS = [...OWN_ROADS, "remove"] as const;
export type Road = (typeof ROADS)[number];

/** An object that others have access to, and the calls that remove the access. */
export interface Place {
  readonly name: string;
  readonly cloud: RunningCloud;
  /** Selects the cloud's requests that belong to this place. */
  readonly which: object;
  /** Makes it public again. */
  open(): Promise<unknown>;
  /** @param isDown whether the place is: only then is the time limit a short one */
  close(road: OwnRoad, isDown: boolean): Promise<Properties>;
  /** As its closing left it in the state. */
  removed(): RemovedPlace;
  isSeen(): Promise<boolean>;
}

/** What the closing of a place left open, for whom, and how many milliseconds it took. */
interface End {
  readonly place: Place;
  readonly open: string;
  readonly openFor: readonly string[];
  readonly after: number;
}

export interface World {
  readonly places: readonly Place[];
  /** Takes everything away, by one road. @param at the place that is down */
  close(road: Road, at?: Place): Promise<End[]>;
  end(): Promise<void>;
}

const REGIONS = ["eu-central-1", "us-east-1"];
const OURS = { "imprimatur:stack": "dev" };
const NOBODY = { public: false, accounts: [], organizations: [], organizationalUnits: [] };
const PARTNER = "333333333333";
const { signal } = new AbortController();

/** Milliseconds that no closing takes on a place that is not down, however busy the machine is. */
const AMPLE = 60_000;

/** Handlers of closings of one kind, for places that are not down and for the one that is. */
interface Handlers {
  readonly up: ResourceHandler;
  readonly down: ResourceHandler;
}

/** @param limit milliseconds after which the closing of a place that is down is given up */
export async function makeWorld(limit: number): Promise<World> {
  const handlersOf = (kind: Parameters<typeof closingHandler>[0]): Handlers => {
    const within = (most: number) => closingHandler(kind, { limit: most, again: most, silence: 3_600_000 });
    return { up: within(AMPLE), down: within(limit) };
  };
  const harnesses = [new Harness(), new Harness(), new Harness()] as const;
  const [onAws, onGoogle, onAzure] = harnesses;
  const places = [
    ...(await awsPlaces(onAws, handlersOf(awsImage))),
    await googlePlace(onGoogle, handlersOf(googleImage)),
    await azurePlace(onAzure, handlersOf(versionClosingKind), handlersOf(galleryClosingKind)),
  ];
  const close = async (road: OwnRoad, at?: Place): Promise<End[]> => {
    const begin = Date.now();
    return Promise.all(
      places.map(async (place) => {
        const { open, openFor } = await place.close(road, place === at);
        return { place, open: String(open), openFor: openFor as string[], after: Date.now() - begin };
      }),
    );
  };
  return {
    places,
    close: (road, at) => (road === "remove" ? removeAll(places, limit, onAws.call(), at) : close(road, at)),
    async end() {
      for (const harness of [...harnesses].reverse()) await harness.stop();
    },
  };
}

/** Through the one closing of all places that the stack file names no more. */
async function removeAll(places: readonly Place[], limit: number, call: Call, at?: Place): Promise<End[]> {
  const removed = new Map(places.map((place) => [place.name, place.removed()]));
  const begin = Date.now();
  const after = new Map<string, number>();
  const kinds = Object.fromEntries(
    Object.entries(REMOVABLE).map(([type, closerOf]) => {
      const within = (most: number) => closerOf({ limit: most, again: most, silence: 3_600_000 });
      const [ample, short] = [within(AMPLE), within(limit)];
      const timed: typeof ample.close = async (inputs, from, inner) => {
        const name = places.find((place) => isSame(removed.get(place.name), type, inputs))?.name ?? "";
        const outcome = await (name === at?.name ? short : ample).close(inputs, from, inner);
        after.set(name, Date.now() - begin);
        return outcome;
      };
      return [type, () => ({ ...ample, close: timed })];
    }),
  );
  const inputs = { places: Object.fromEntries(removed) as object };
  const { outputs } = await removalClosing(() => kinds).create(inputs, call);
  const tried = outputs.tried as Readonly<Record<string, { open: string }>>;
  return places.map((place) => {
    const { open } = tried[place.name]!;
    const openFor = open === "" ? [] : removed.get(place.name)!.from;
    return { place, open, openFor, after: after.get(place.name) ?? 0 };
  });
}

function isSame(place: RemovedPlace | undefined, type: string, args: Properties): boolean {
  return place?.type === type && isDeepStrictEqual(place.args, args);
}

const REMOVABLE = {
  "imprimatur:aws:ImageClosing": placeCloserOf(awsImage),
  "imprimatur:gcp:ImageClosing": placeCloserOf(googleImage),
  "imprimatur:azure:GalleryClosing": placeCloserOf(galleryClosingKind),
};

function update(harness: Harness, handlers: Handlers, isDown: boolean, was: Properties, now: Properties) {
  const handler = isDown ? handlers.down : handlers.up;
  if (handler.update === undefined) throw new Error("a closing that cannot be changed");
  return handler.update("x", { inputs: was, outputs: was }, now, harness.call());
}

async function awsPlaces(harness: Harness, handlers: Handlers): Promise<Place[]> {
  const cloud = await harness.start(startAws);
  await harness.disk(1024 ** 3, [0]);
  return Promise.all(REGIONS.map((region) => awsPlace(harness, cloud, handlers, region)));
}

async function awsPlace(
  harness: Harness,
  cloud: RunningCloud,
  handlers: Handlers,
  region: string,
): Promise<Place> {
  const upload = { region, description: "demo", tags: OURS, ...harness.diskInputs() };
  const { id: snapshotId } = await harness.handler("aws:Snapshot").create(upload, harness.call());
  const ec2 = new EC2Client(asAdministrator(region));
  const { ImageId: imageId = "" } = await ec2.send(
    new RegisterImageCommand({
      ...{ Name: "demo-1", Architecture: "x86_64", RootDeviceName: "/dev/xvda", VirtualizationType: "hvm" },
      BlockDeviceMappings: [{ DeviceName: "/dev/xvda", Ebs: { SnapshotId: snapshotId } }],
      TagSpecifications: [{ ResourceType: "image", Tags: [{ Key: "imprimatur:stack", Value: "dev" }] }],
    }),
  );
  ec2.destroy();
  const everyone = { ...NOBODY, public: true };
  const at = { region, image: "demo-1" };
  const most = {
    withdraw: { ...at, ...NOBODY, withdrawn: true },
    "un-share": { ...at, ...NOBODY, withdrawn: false },
    narrow: { ...at, ...NOBODY, accounts: [PARTNER], withdrawn: false },
  };
  return {
    name: `aws ${region}`,
    cloud,
    which: { region, account: "publisher" },
    open: () =>
      harness
        .handler("aws:ImageSharing")
        .create({ region, imageId, snapshotId, ...everyone }, harness.call()),
    close: (road, isDown) =>
      update(harness, handlers, isDown, { ...at, ...everyone, withdrawn: false }, most[road]),
    removed: () => ({
      ...{ type: "imprimatur:aws:ImageClosing", args: { ...at, ...everyone, withdrawn: false } },
      ...{ closings: 0, from: ["public"] },
    }),
    async isSeen() {
      const { STRANGER_AWS_ACCESS_KEY_ID: id = "", STRANGER_AWS_SECRET_ACCESS_KEY: secret = "" } =
        process.env;
      const key = { accessKeyId: id, secretAccessKey: secret };
      return (await imagesById(openSession(region, signal, { key }), [imageId])).size > 0;
    },
  };
}

async function googlePlace(harness: Harness, handlers: Handlers): Promise<Place> {
  const cloud = await harness.start(startGoogle);
  const image = await makeGoogleImage(harness, "demo-1");
  const at = { ...image.place, sha256: "5a".repeat(32) };
  const everyone = ["allAuthenticatedUsers"];
  const most = {
    withdraw: { ...at, members: [], withdrawn: true },
    "un-share": { ...at, members: [], withdrawn: false },
    narrow: { ...at, members: ["user:friend@example.com"], withdrawn: false },
  };
  return {
    name: "gcp",
    cloud,
    which: { service: "compute" },
    open: () => image.share(everyone),
    close: (road, isDown) =>
      update(harness, handlers, isDown, { ...at, members: everyone, withdrawn: false }, most[road]),
    removed: () => ({
      ...{ type: "imprimatur:gcp:ImageClosing", args: { ...at, members: everyone, withdrawn: false } },
      ...{ closings: 0, from: ["public"] },
    }),
    isSeen: async () =>
      (await seenImage(openGoogleSession(signal, { token: process.env.STRANGER_GCP_TOKEN }), image.place)) !==
      undefined,
  };
}

async function azurePlace(harness: Harness, version: Handlers, gallery: Handlers): Promise<Place> {
  const cloud = await runAzure(harness);
  const [API, location] = ["2024-03-03", "westeurope"];
  await arm(rehearsalGroup(), "2024-03-01", { location });
  // A gallery that was shared and is private again cannot be shared again in the same way, so each round has a new
  // gallery.
  let count = 0;
  const name = () => `shared${count}`;
  const source = { id: await emptyDisk("source") };
  const stranger = process.env.STRANGER_AZURE_SUBSCRIPTION_ID ?? "";
  const others = ["11111111-2222-4333-8444-555555555555"];
  const both = { permissions: "Groups", subscriptions: [stranger, ...others], tenants: [] };
  const at = () => ({ resourceGroup: "rehearsal", gallery: name() });
  const versionAt = () => ({ ...at(), definition: "demo", version: "1.0.0" });
  return {
    name: "azure",
    cloud,
    which: { service: "compute" },
    async open() {
      count += 1;
      const galleryId = `${rehearsalGroup()}/providers/Microsoft.Compute/galleries/${name()}`;
      const id = `${galleryId}/images/demo/versions/1.0.0`;
      const properties = { sharingProfile: { permissions: "Groups" } };
      await arm(galleryId, API, { location, tags: OURS, properties });
      await arm(`${galleryId}/images/demo`, API, {
        location,
        properties: {
          ...{ osType: "Linux", osState: "Generalized", hyperVGeneration: "V2", architecture: "x64" },
          identifier: { publisher: "p", offer: "o", sku: "s" },
        },
      });
      const publishingProfile = { targetRegions: [{ name: location }] };
      const storageProfile = { osDiskImage: { source } };
      await arm(id, API, { location, tags: OURS, properties: { publishingProfile, storageProfile } });
      const sharing = { galleryId, community: false, subscriptions: both.subscriptions, tenants: [] };
      await harness.handler("azure:GallerySharing").create(sharing, harness.call());
    },
    close(road, isDown) {
      if (road === "withdraw")
        return update(
          harness,
          version,
          isDown,
          { ...versionAt(), allowed: true },
          { ...versionAt(), allowed: false },
        );
      const most = road === "narrow" ? { ...both, subscriptions: others } : { permissions: "Private" };
      return update(
        harness,
        gallery,
        isDown,
        { ...at(), ...both },
        { ...at(), subscriptions: [], tenants: [], ...most },
      );
    },
    removed: () => ({
      ...{ type: "imprimatur:azure:GalleryClosing", args: { ...at(), ...both } },
      ...{ closings: 0, from: both.subscriptions },
    }),
    async isSeen() {
      const session = openAzureSession(signal, { token: process.env.STRANGER_AZURE_TOKEN });
      const uniqueName = `${process.env.ARM_SUBSCRIPTION_ID}-${name().toUpperCase()}`;
      const door = "sharedGalleries" as const;
      const place = { door, gallery: uniqueName, location, definition: "demo" };
      return (await versionsSeen(session, stranger, place)).length > 0;
    },
  };
}
