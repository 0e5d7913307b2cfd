/** The product against Keystone and Glance themselves; skipped, and said, where they are not installed. */
import fs from "node:fs";
import path from "node:path";
import { blockMapRoot } from "../../../disk/block-map";
import { addMember, changeImage, findImage, getImageFile } from "../../../clouds/openstack/api/images";
import { identify, openOpenstackSession } from "../../../clouds/openstack/api/session";
import { BRISK } from "../../../clouds/retry";
import { PartialFailure, type Properties } from "../../../plugin/resource";
import type { RunningCloud } from "../../../rehearsal/cloud";
import { start } from "../../../rehearsal/openstack";
import { missingServices } from "../../../rehearsal/openstack/programs";
import { BLOCK, failure, Harness } from "../../unit/provider/harness";

const missing = missingServices();
if (missing !== undefined) console.warn(`skipped: OpenStack's services are not installed; ${missing}`);
const onServices = missing === undefined ? describe : describe.skip;

const REGION = "RegionTwo";
const LABELS = {
  "imprimatur-product": "demo",
  "imprimatur-release": "1",
  "imprimatur-digest": "sha256:x",
  "imprimatur-stack": "dev",
};

onServices("OpenStack", () => {
  let harness: Harness;
  let cloud: RunningCloud;
  let folder: string;
  let partner: string;

  const session = (name: string) =>
    openOpenstackSession({ cloud: name, region: REGION }, new AbortController().signal, { policy: BRISK });
  const handler = (type: string) => harness.handler(`openstack:${type}`);
  const inputs = (change: Properties = {}): Properties => ({
    ...{ region: REGION, imageName: "demo-1", labels: LABELS, properties: { os_distro: "debian" } },
    ...{ minDisk: 1, minRam: 0, protected: true, ...harness.diskInputs(), ...change },
  });
  const verification = (imageId: unknown) => {
    const { size, blockMapRoot: root } = harness.diskInputs();
    return { region: REGION, imageId, size, blockMapRoot: root };
  };
  const sharing = (imageId: unknown, visibility: string, projects: string[] = [], hidden = false) => ({
    ...{ region: REGION, imageId, visibility, projects, hidden },
  });
  const sees = async (name: string, id: unknown) =>
    (await findImage(session(name), String(id))) !== undefined;
  const fileOf = (id: unknown) => path.join(folder, REGION, "images", String(id));
  const remove = (outputs: Properties) =>
    handler("Image").delete("", { inputs: {}, outputs }, harness.call());

  beforeAll(async () => {
    harness = new Harness();
    cloud = await harness.start(async (options) => {
      folder = options.directory;
      return start(options);
    });
    // The last block is short, and blocks 1 and 2 are a hole.
    await harness.disk(3 * BLOCK + 4096, [0, 3]);
    partner = (await identify(session("partner"))).project.id;
  }, 600_000);
  afterEach(async () => expect(await cloud.inventory()).toEqual([]));
  afterAll(async () => {
    await cloud.stop();
    await harness.stop();
  });

  test("the disk is published byte by byte, shared, hidden, narrowed and deleted", async () => {
    const { outputs } = await handler("Image").create(inputs(), harness.call());
    const { imageId } = outputs;
    expect(await findImage(session("publisher"), String(imageId))).toMatchObject({
      ...{ ...LABELS, name: "demo-1", status: "active", visibility: "private", protected: true },
      ...{ os_distro: "debian", min_disk: 1, size: 3 * BLOCK + 4096, disk_format: "raw" },
    });
    await handler("Verification").create(verification(imageId), harness.call());
    expect(await sees("stranger", imageId)).toBe(false);

    const open = await handler("ImageSharing").create(sharing(imageId, "community"), harness.call());
    const pieces: Uint8Array[] = [];
    await getImageFile(session("stranger"), String(imageId), async (stream) => {
      for await (const piece of stream) pieces.push(piece);
    });
    expect(Buffer.concat(pieces).equals(fs.readFileSync(path.join(harness.folder, "demo.raw")))).toBe(true);

    // A member from before counts again once an image is shared: nobody but those named may be one.
    await changeImage(session("publisher"), String(imageId), { visibility: "shared" });
    await addMember(session("publisher"), String(imageId), (await identify(session("stranger"))).project.id);
    const update = (old: Properties, now: Properties) =>
      handler("ImageSharing").update(open.id, { inputs: old, outputs: old }, now, harness.call());
    const narrow = await update(open.outputs, sharing(imageId, "shared", [partner], true));
    expect([await sees("stranger", imageId), await sees("partner", imageId)]).toEqual([false, true]);
    expect(await cloud.inventory()).toMatchObject([{ state: "shared, hidden" }]);

    const closing = { region: REGION, image: "demo-1", product: "demo", release: "1", withdrawn: false };
    const shared = { ...closing, visibility: "shared", projects: [partner] };
    const closed = await handler("ImageClosing").update(
      "",
      { inputs: shared, outputs: { ...shared, open: "", openFor: [], closings: 0 } },
      { ...closing, visibility: "private", projects: [], withdrawn: true },
      harness.call(),
    );
    expect(closed).toMatchObject({ open: "", closings: 1 });
    expect(await sees("partner", imageId)).toBe(false);
    // The members went too: sharing it again lets nobody in by itself.
    await changeImage(session("publisher"), String(imageId), { visibility: "shared" });
    expect(await sees("partner", imageId)).toBe(false);
    await handler("ImageSharing").delete("", { inputs: narrow, outputs: narrow }, harness.call());
    await remove(outputs);
  });

  test("one bit that flips in the store is found before anybody may have it", async () => {
    const { outputs } = await handler("Image").create(inputs(), harness.call());
    const file = fs.openSync(fileOf(outputs.imageId), "r+");
    fs.writeSync(file, Buffer.from([1]), 0, 1, 2 * BLOCK + 77);
    fs.closeSync(file);
    const said = await failure(handler("Verification").create(verification(outputs.imageId), harness.call()));
    expect(said.message).toMatch(
      /is not the inspected disk: 1 block of 512 KiB differs \(2\); it was not shared/,
    );
    await remove(outputs);
  });

  test("a creation that was interrupted is gone on with, and the image is there once", async () => {
    const first = await handler("Image").create(inputs(), harness.call());
    // The engine was killed before it wrote that down.
    const again = await handler("Image").create(inputs(), harness.call());
    expect(again.outputs.imageId).toBe(first.outputs.imageId);
    await remove(again.outputs);
  });

  test("a stranger may not publish to everyone, and what is left is told as it is", async () => {
    process.env.OS_CLOUD = "stranger";
    try {
      const { outputs } = await handler("Image").create(inputs(), harness.call());
      const wanted = sharing(outputs.imageId, "public");
      const failed: unknown = await handler("ImageSharing")
        .create(wanted, harness.call())
        .then(
          () => undefined,
          (error: unknown) => error,
        );
      expect(failed).toBeInstanceOf(PartialFailure);
      expect((failed as PartialFailure).reasons[0]).toMatch(
        /HTTP 403: You are not authorized to complete publicize_image action.*docs\/permissions\.md/,
      );
      expect((failed as PartialFailure).outputs.unfinished).toEqual({ has: [], may: [] });
      await remove(outputs);
    } finally {
      process.env.OS_CLOUD = "publisher";
    }
  });

  test("what was made outlives the services, which answer at the same places again", async () => {
    const { outputs } = await handler("Image").create(inputs(), harness.call());
    const before = await cloud.inventory();
    await cloud.stop();
    cloud = await start({ directory: folder, pace: 0 });
    expect(await cloud.inventory()).toEqual(before);
    expect(before).toMatchObject([
      {
        account: "publisher",
        region: REGION,
        id: outputs.imageId,
        state: "private",
        bytes: 3 * BLOCK + 4096,
      },
    ]);
    await remove(outputs);
  });

  test("what names another region, or a cloud that is not there, is refused with what there is", async () => {
    const elsewhere = openOpenstackSession({ region: "RegionNine" }, new AbortController().signal);
    await expect(findImage(elsewhere, "x")).rejects.toThrow(
      /no image service in RegionNine.*RegionOne, RegionTwo/,
    );
    const nobody = openOpenstackSession({ cloud: "nobody", region: REGION }, new AbortController().signal);
    await expect(findImage(nobody, "x")).rejects.toThrow(
      /has no cloud nobody; it has admin, partner|publisher/,
    );
    expect(blockMapRoot({ size: 0, blocks: [] })).toHaveLength(64);
  });
});
