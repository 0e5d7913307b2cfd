import type { Properties } from "../../../plugin/resource";
import type { RunningCloud } from "../../../rehearsal/cloud";
import { start } from "../../../rehearsal/gcp/index";
import { google, makeGoogleImage, type TestImage } from "./google-image";
import { failure, Harness } from "../../unit/provider/harness";

/** An image of the stack `dev`, and another stack that wants the same names in the same project and bucket. */
let harness: Harness;
let cloud: RunningCloud;
let image: TestImage;
let project: string;
beforeAll(async () => {
  harness = new Harness();
  cloud = await harness.start(start);
  image = await makeGoogleImage(harness, "demo-1");
  ({ project } = image.place);
});
afterAll(() => harness.stop());

const call = (stack: string, project = "imprimatur") => ({
  ...harness.call(),
  urn: `urn:pulumi:${stack}::${project}::imprimatur:test:Thing::x`,
});
const SHA256 = "5a".repeat(32);
const archive = (stack: string, object = "demo/1.tar.gz") => ({
  ...{ project, bucket: "archives", object, keep: true, neededFor: "1", image: "demo-1" },
  metadata: { "imprimatur-stack": stack, "imprimatur-product": "demo" },
  ...harness.diskInputs(),
});
const preflight = (more: Properties) => ({
  ...{
    project,
    bucket: "archives",
    images: [],
    storageLocations: [],
    archives: [],
    families: [],
    public: false,
  },
  ...more,
});
const ask = (more: Properties, by = call("other")) =>
  harness.handler("gcp:Preflight").create(preflight(more), by);

test("an image's name, an archive and a family of another stack are refused before the first byte, with owner and cure", async () => {
  await harness.handler("gcp:ImageArchive").create(archive("dev"), call("dev"));
  await harness.handler("gcp:ImageFamily").create({ ...image.place, family: "demo" }, call("dev"));
  const wanted = {
    images: [{ name: "demo-1", sha256: SHA256 }],
    archives: ["demo/1.tar.gz"],
    families: ["demo"],
  };
  const { message } = await failure(ask(wanted));
  expect(message.split("\n").slice(1)).toEqual([
    "- gs://archives/demo/1.tar.gz is the archive of the stack dev, which publishes the same disk as the same release; wait until that is done with it (`keepArchive: true` keeps it), or name a bucket of its own in imprimatur:gcp.bucket",
    `- users of the family ${project}/demo get demo-1 of the stack dev, and would get this stack's images; change \`family\` in imprimatur:gcp, or withdraw that release first`,
    `- the image name demo-1 is taken in ${project}, by an image which this stack did not make (the stack dev did); change \`image.nameTemplate\` in imprimatur:gcp, or delete it if it may go`,
  ]);
  // Without a common name there is no message.
  await ask({ images: [{ name: "other-1", sha256: SHA256 }], archives: ["o"], families: ["other"] });
  // A stack of the same name, from another project and from another backend.
  await expect(ask(wanted, call("dev", "acme"))).rejects.toThrow("(the stack dev did)");
  await expect(ask({ images: wanted.images }, call("dev"))).rejects.toThrow(
    "which bears the tags of the stack dev, and is not in this state: ",
  );
});

test("a race that preflight did not see: archive and family of another stack stay as they are", async () => {
  const before = await cloud.inventory();
  const upload = harness.handler("gcp:ImageArchive").create(archive("other"), call("other"));
  await expect(upload).rejects.toThrow("is the archive of the stack dev");
  const state = { inputs: archive("other"), outputs: archive("other") };
  await harness.handler("gcp:ImageArchive").delete("", state, call("other"));
  await harness.handler("gcp:ImageArchiveRemoval").create(archive("other"), call("other"));
  const rename = { project, image: "demo-1", family: "demo" };
  await expect(harness.handler("gcp:ImageFamily").create(rename, call("other"))).rejects.toThrow(
    "would get this stack's images",
  );
  expect(await cloud.inventory()).toEqual(before);
});

test("the same disk under the same name: another stack's withdrawal takes it from nobody", async () => {
  await image.share(["allAuthenticatedUsers"]);
  const inputs = { ...image.place, sha256: SHA256, members: [], withdrawn: true };
  const shown: string[] = [];
  const log = (_severity: string, line: string) => void shown.push(line);
  const done = await harness
    .handler("gcp:ImageClosing")
    .create(inputs, { ...call("other"), log })
    .catch((error: unknown) => error as Error);
  expect(await image.users()).toEqual(["allAuthenticatedUsers"]);
  expect(JSON.stringify(done) + shown.join()).toContain("names another stack, dev");
});

describe("the deletion of the bucket that a stack made", () => {
  const inputs = { project: "", bucket: "archives" };
  const destroy = (stack: string) =>
    harness
      .handler("gcp:BucketDeletion")
      .delete("", { inputs, outputs: { ...inputs, project } }, call(stack));

  test("is refused while another stack's archive is in it, or a stranger's file, with owner and cure", async () => {
    const before = await cloud.inventory();
    await expect(destroy("other")).rejects.toThrow(
      "bucket gs://archives stays: it holds demo/1.tar.gz of the stack dev; and demo-1.tar.gz, which bears no stack's mark; " +
        "destroy that stack first, or let it publish through another bucket; copy out what is needed, and delete it",
    );
    const { message } = await failure(destroy("dev"));
    expect(message).toContain("it holds demo-1.tar.gz, which bears no stack's mark; copy out");
    expect(message).not.toContain("demo/1.tar.gz");
    expect(await cloud.inventory()).toEqual(before);
  });

  test("cannot see an upload that is under way, which then says that the bucket is gone, and what to do", async () => {
    const bucket = "lost-archives";
    await google("POST", `/storage/v1/b?project=${project}`, { name: bucket });
    await cloud.fault!({ kind: "hang", operation: "PUT /upload*", times: 1 });
    const stop = new AbortController();
    const begun = failure(
      harness
        .handler("gcp:ImageArchive")
        .create({ ...archive("other"), bucket }, { ...call("other"), signal: stop.signal }),
    );
    while (!harness.requests.some((line) => line.includes("PUT /upload"))) await new Promise(setImmediate);
    const guard = { project, bucket };
    await harness.handler("gcp:BucketDeletion").delete("", { inputs: guard, outputs: guard }, call("dev"));
    await google("DELETE", `/storage/v1/b/${bucket}`).catch(() => undefined);
    stop.abort();
    await begun;
    const again = harness.handler("gcp:ImageArchive").create({ ...archive("other"), bucket }, call("other"));
    await expect(again).rejects.toThrow(
      /begin the upload of gs:\/\/lost-archives\/\S+ .*notFound.*somebody deleted it since.*buckets create gs:\/\/lost-archives.*imprimatur:gcp\.bucket/,
    );
  });

  test("goes on where only its own is left, or the bucket is gone; a refresh forgets it with the bucket", async () => {
    await google("DELETE", "/storage/v1/b/archives/o/demo-1.tar.gz").catch(() => undefined);
    await destroy("dev");
    const gone = { ...inputs, project, bucket: "gone-archives" };
    const guard = harness.handler("gcp:BucketDeletion");
    const state = { inputs: gone, outputs: gone };
    await guard.delete("", state, call("dev"));
    expect(await guard.read?.("", state, call("dev"))).toBeUndefined();
    expect(await guard.read?.("id", { inputs, outputs: { ...inputs, project } }, call("dev"))).toBeDefined();
  });
});
