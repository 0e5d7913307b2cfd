/** A withdrawal's question to Google and Azure, as strangers ask it, against the stand-ins. */
import { placesOf } from "../../../audit/sight/ask";
import { Deployment } from "../../../audit/deployment";
import { runAzure } from "../administrator";
import { start as startGoogle } from "../../../rehearsal/gcp/index";
import { arm, emptyDisk, rehearsalGroup } from "../provider/azure-arm";
import { makeGoogleImage } from "../provider/google-image";
import { Harness } from "../../unit/provider/harness";
import { exportOf, IDENTITY, releaseResources, state } from "../../unit/audit/exported";

const VERSION = "1.0";

async function asked(resources: readonly object[], env: NodeJS.ProcessEnv) {
  const places = placesOf(Deployment.parse(exportOf(resources)), VERSION, env);
  const open = await Promise.all(places.map(({ isOpen }) => isOpen(new AbortController().signal)));
  return Object.fromEntries(places.map(({ called, by }, index) => [`${called} ${by}`, open[index]]));
}

const ownerOnly = (env: NodeJS.ProcessEnv): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith("STRANGER_")));

test("an image of Google is open to a stranger while everyone may use it, and to nobody afterwards", async () => {
  const harness = new Harness();
  try {
    await harness.start(startGoogle);
    const image = await makeGoogleImage(harness, "demo-1");
    const { project } = image.place;
    const stack = [
      ...releaseResources(VERSION, "withdrawn", { gcp: { global: [] } }),
      state(
        "imprimatur:gcp:Arm64Image",
        `demo-${VERSION}-arm64`,
        `projects/${project}/global/images/demo-1`,
        { project, imageName: "demo-1", description: "demo", labels: {} },
        VERSION,
      ),
    ];
    const called = `gcp ${project} demo-1`;
    for (const [members, open] of [
      [["allAuthenticatedUsers"], true],
      [[], false],
    ] as const) {
      await image.share(members);
      expect(await asked(stack, process.env)).toEqual({ [`${called} stranger`]: open });
      expect(await asked(stack, ownerOnly(process.env))).toEqual({ [`${called} owner`]: open });
    }
    // Shared with another user than this stranger: only the owner can see that.
    await image.share(["user:friend@example.com"]);
    expect(await asked(stack, process.env)).toEqual({ [`${called} stranger`]: false });
    expect(await asked(stack, ownerOnly(process.env))).toEqual({ [`${called} owner`]: true });
  } finally {
    await harness.stop();
  }
});

test("a gallery version is open to a stranger in each region until it is deleted, or the gallery shared no more", async () => {
  const harness = new Harness();
  try {
    await runAzure(harness);
    await arm(rehearsalGroup(), "2024-03-01", { location: "westeurope" });
    const gallery = `${rehearsalGroup()}/providers/Microsoft.Compute/galleries/sighted`;
    const subscription = process.env.STRANGER_AZURE_SUBSCRIPTION_ID ?? "";
    const sharingProfile = { permissions: "Groups" };
    const API = "2024-03-03";
    await arm(gallery, API, { location: "westeurope", tags: IDENTITY, properties: { sharingProfile } });
    await arm(`${gallery}/images/demo`, API, {
      location: "westeurope",
      properties: {
        ...{ osType: "Linux", osState: "Generalized", hyperVGeneration: "V2", architecture: "x64" },
        identifier: { publisher: "p", offer: "o", sku: "s" },
      },
    });
    const id = `${gallery}/images/demo/versions/1.0.0`;
    const targetRegions = ["westeurope", "eastus"].map((name) => ({ name }));
    const source = { id: await emptyDisk("source") };
    await arm(id, API, {
      ...{ location: "westeurope", tags: IDENTITY },
      properties: { publishingProfile: { targetRegions }, storageProfile: { osDiskImage: { source } } },
    });
    const sharing = { galleryId: gallery, community: false, subscriptions: [subscription], tenants: [] };
    const closings = { resourceGroup: "rehearsal", gallery: "sighted" };
    await harness.handler("azure:GallerySharing").create(sharing, harness.call());
    const stack = [
      ...releaseResources(VERSION, "withdrawn", { azure: { westeurope: [] } }),
      state("azure-native:compute:Gallery", "g", gallery, { tags: IDENTITY, sharingProfile }),
      state("imprimatur:azure:GallerySharing", "g", `${gallery}/sharing`, sharing),
      state(
        "azure-native:compute:GalleryImageVersion",
        `demo-${VERSION}-x86_64`,
        id,
        { location: "westeurope", tags: IDENTITY, publishingProfile: { targetRegions } },
        VERSION,
      ),
    ];
    const everywhere = (by: string, open: boolean) =>
      Object.fromEntries(targetRegions.map(({ name }) => [`azure ${name} demo/1.0.0 ${by}`, open]));
    expect(await asked(stack, process.env)).toEqual(everywhere("stranger", true));
    expect(await asked(stack, ownerOnly(process.env))).toEqual(everywhere("owner", true));
    const allowed = { ...closings, definition: "demo", version: "1.0.0", allowed: true };
    await harness
      .handler("azure:VersionClosing")
      .update("x", { inputs: allowed, outputs: allowed }, { ...allowed, allowed: false }, harness.call());
    expect(await asked(stack, process.env)).toEqual(everywhere("stranger", false));
    expect(await asked(stack, ownerOnly(process.env))).toEqual(everywhere("owner", false));
  } finally {
    await harness.stop();
  }
});
