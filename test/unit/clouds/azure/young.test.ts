import { makeDiskFromVersion } from "../../../../clouds/azure/api/disks";
import { resetSharing } from "../../../../clouds/azure/gallery-sharing";
import { findIdentity } from "../../../../clouds/azure/object-identity";
import { scripted } from "./script";

/** What Azure shows only some time after it has reported it done, and what tells an object from its successor. */
const GROUP = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute";
const GALLERY = `${GROUP}/galleries/demo`;
const VERSION = `${GALLERY}/images/trixie/versions/1.0.0`;

/** Up to ten minutes after replication was reported done: github.com/Azure/AgentBaker/pull/8373 (2026-04-22). */
test("a version that Azure does not find in its region yet is asked for again", async () => {
  let refusals = 20;
  const message = "The image is not available in westeurope region.";
  const { session, asked, waits } = scripted(() =>
    refusals-- > 0
      ? { status: 404, body: { error: { code: "GalleryImageNotFound", message } } }
      : { status: 200, body: { id: `${GROUP}/disks/d` } },
  );
  const disk = { versionId: VERSION, location: "westeurope", tags: {} };
  await makeDiskFromVersion(session, `${GROUP}/disks/d`, disk);
  expect(asked).toHaveLength(21);
  expect(waits.reduce((sum, wait) => sum + wait, 0)).toBeGreaterThan(5 * 60_000);
});

test("a gallery is private once Azure shows it so, not when the operation is reported done", async () => {
  let shown = 4;
  const { session, asked } = scripted(({ method }) => {
    if (method === "POST") return { status: 200 };
    const permissions = shown-- > 0 ? "Community" : "Private";
    return {
      status: 200,
      body: { id: GALLERY, name: "demo", properties: { sharingProfile: { permissions } } },
    };
  });
  await resetSharing(session, GALLERY);
  expect(asked.filter((line) => line.startsWith("POST"))).toHaveLength(1);
  expect(shown).toBe(-1);
});

/** azure-cli, test_gallery_e2e.yaml and test_vm_disk_upload.yaml, 2023. */
test("a version is told from a later one of its number by its date, a disk by its unique id too", async () => {
  const made = "2023-06-25T03:02:01.1234567+00:00";
  const { session } = scripted(({ url }) => ({
    status: 200,
    body: /\/disks\//.test(url)
      ? { id: "d", name: "d", properties: { uniqueId: "u-1", timeCreated: made } }
      : { id: "v", name: "v", properties: { publishingProfile: { publishedDate: made } } },
  }));
  expect(await findIdentity(session, VERSION)).toEqual({ createdAt: made });
  expect(await findIdentity(session, `${GROUP}/disks/d`)).toEqual({ uid: "u-1", createdAt: made });
});
