import { createHash } from "node:crypto";
import { MIB } from "../../../../facts/units";
import {
  blobAt,
  download,
  GROUP,
  putGroup,
  qemuVhd,
  type Rehearsal,
  rehearse,
  upload,
  uploadedDisk,
} from "./harness";

const SIZE = 24 * MIB + 512;
const vhd = qemuVhd(24);
let rehearsal: Rehearsal;

beforeAll(async () => {
  rehearsal = await rehearse();
  await putGroup(rehearsal);
});
afterAll(() => rehearsal.end());

const uploadDisk = (name: string, uploadSizeBytes = SIZE) =>
  rehearsal.publisher.disks.createOrUpdate(GROUP, name, {
    location: "West Europe",
    osType: "Linux",
    hyperVGeneration: "V2",
    creationData: { createOption: "Upload", uploadSizeBytes },
  });
const grant = async (name: string, access: "Read" | "Write") =>
  (await rehearsal.publisher.disks.grantAccess(GROUP, name, { access, durationInSeconds: 3600 })).accessSAS ??
  "";
const stateOf = async (name: string) => (await rehearsal.publisher.disks.get(GROUP, name)).diskState;

test("an uploaded disk goes through Azure's states and gives back the bytes of qemu-img's VHD", async () => {
  expect(await uploadDisk("whole")).toMatchObject({
    diskState: "ReadyToUpload",
    location: "westeurope",
    provisioningState: "Succeeded",
  });
  const write = await grant("whole", "Write");
  expect(await stateOf("whole")).toBe("ActiveUpload");
  await upload(write, vhd);
  await rehearsal.publisher.disks.revokeAccess(GROUP, "whole");
  expect(await stateOf("whole")).toBe("Unattached");

  const read = await grant("whole", "Read");
  expect(await stateOf("whole")).toBe("ActiveSAS");
  expect((await download(read)).equals(vhd)).toBe(true);
  await rehearsal.publisher.disks.revokeAccess(GROUP, "whole");
});

test("a link is dead once access has ended, the write link as well as the read link", async () => {
  await uploadDisk("links");
  const write = await grant("links", "Write");
  await upload(write, vhd);
  await rehearsal.publisher.disks.revokeAccess(GROUP, "links");
  await expect(upload(write, vhd)).rejects.toMatchObject({ statusCode: 403 });
  const read = await grant("links", "Read");
  await rehearsal.publisher.disks.revokeAccess(GROUP, "links");
  await expect(download(read)).rejects.toMatchObject({ statusCode: 403 });
});

test("asking again for access that is there gives the same link, so that an upload can go on", async () => {
  await uploadDisk("again");
  const first = await grant("again", "Write");
  expect(await grant("again", "Write")).toBe(first);
  await expect(grant("again", "Read")).rejects.toMatchObject({ code: "OperationNotAllowed" });
});

test.each([
  ["no footer", (copy: Buffer) => copy.fill(0, copy.length - 512), /cookie value 'conectix'/],
  ["a damaged checksum", (copy: Buffer) => copy.writeUInt32BE(1, copy.length - 512 + 64), /checksum/],
  ["a dynamic VHD's type", (copy: Buffer) => restate(copy, 60, 3), /fixed VHD/],
  ["another size", (copy: Buffer) => restate(copy, 52, 23 * MIB), /current size/],
])("an upload with %s is refused when access ends, and can be mended", async (_what, spoil, problem) => {
  const name = `bad${_what.replaceAll(/\W/g, "")}`;
  await uploadDisk(name);
  const write = await grant(name, "Write");
  const copy = Buffer.from(vhd);
  spoil(copy);
  await upload(write, copy);
  await expect(rehearsal.publisher.disks.revokeAccess(GROUP, name)).rejects.toThrow(problem);
  expect(await stateOf(name)).toBe("ActiveUpload");
  await upload(write, vhd);
  await rehearsal.publisher.disks.revokeAccess(GROUP, name);
  expect(await stateOf(name)).toBe("Unattached");
});

/** Changes a word of the footer and corrects its checksum. */
function restate(copy: Buffer, at: number, value: number): void {
  const footer = copy.subarray(copy.length - 512);
  footer.writeUInt32BE(value, at);
  footer.writeUInt32BE(0, 64);
  footer.writeUInt32BE(~footer.reduce((sum, byte) => sum + byte, 0) >>> 0, 64);
}

test.each([
  ["without room for the footer", 24 * MIB],
  ["with a size that is not whole MiB", 24 * MIB + 1024],
  ["smaller than 20 MiB", 19 * MIB + 512],
])("a disk %s is refused", async (_what, size) => {
  await expect(uploadDisk("wrong", size)).rejects.toMatchObject({
    code: "InvalidParameter",
    statusCode: 400,
  });
});

test("a disk with an active read link cannot be deleted; deleting what is not there is fine", async () => {
  await uploadedDisk(rehearsal, "held", vhd);
  await grant("held", "Read");
  await expect(rehearsal.publisher.disks.delete(GROUP, "held")).rejects.toThrow(/EndGetAccess/);
  await rehearsal.publisher.disks.revokeAccess(GROUP, "held");
  await rehearsal.publisher.disks.delete(GROUP, "held");
  await rehearsal.publisher.disks.delete(GROUP, "held");
  await expect(rehearsal.publisher.disks.get(GROUP, "held")).rejects.toMatchObject({
    code: "ResourceNotFound",
  });
});

test("an empty disk reads as a blank fixed VHD", async () => {
  await rehearsal.publisher.disks.createOrUpdate(GROUP, "empty", {
    location: "westeurope",
    creationData: { createOption: "Empty" },
    diskSizeGB: 1,
  });
  const read = await grant("empty", "Read");
  const blob = blobAt(read);
  expect((await blob.getProperties()).contentLength).toBe(1024 * MIB + 512);
  expect((await blob.downloadToBuffer(1024 * MIB, 8)).toString()).toBe("conectix");
  await rehearsal.publisher.disks.revokeAccess(GROUP, "empty");
});

test("a page write is compared with its MD5, so that a bit that turned on the way is not kept", async () => {
  await uploadDisk("turned");
  const blob = blobAt(await grant("turned", "Write"));
  const page = Buffer.alloc(MIB, "page");
  const put = (transactionalContentMD5: Uint8Array) =>
    blob.uploadPages(page, 0, page.length, { transactionalContentMD5 });
  const md5 = createHash("md5").update(page).digest();
  const mismatch = { statusCode: 400, code: "Md5Mismatch" };
  await expect(put(createHash("md5").update("other").digest())).rejects.toMatchObject(mismatch);
  await rehearsal.cloud.fault?.({ kind: "flip" });
  await expect(put(md5)).rejects.toMatchObject(mismatch);
  await put(md5);
  expect((await blob.downloadToBuffer(0, MIB)).equals(page)).toBe(true);
});

test("a page write takes 4 MiB and not one page more", async () => {
  await uploadDisk("large");
  const link = await grant("large", "Write");
  const put = (length: number) => {
    const headers = { "x-ms-page-write": "update", "x-ms-range": `bytes=0-${length - 1}` };
    return fetch(`${link}&comp=page`, { method: "PUT", headers, body: Buffer.alloc(length, 1) });
  };
  const refused = await put(4 * MIB + 512);
  expect([refused.status, refused.headers.get("x-ms-error-code")]).toEqual([413, "RequestBodyTooLarge"]);
  expect(await refused.text()).toContain(`<MaxLimit>${4 * MIB}</MaxLimit>`);
  expect(await blobAt(link).downloadToBuffer(0, 512)).toEqual(Buffer.alloc(512));
  expect((await put(4 * MIB)).status).toBe(201);
});

test("a disk's link writes and clears pages and nothing else, so that its blob stays what it is", async () => {
  await uploadDisk("pages");
  const link = await grant("pages", "Write");
  const blob = blobAt(link);
  const refused = { statusCode: 403, code: "AuthorizationPermissionMismatch" };
  await expect(blob.getBlockBlobClient().upload("raw", 3)).rejects.toMatchObject(refused);
  await expect(blob.getBlockBlobClient().stageBlock("AAAA", "raw", 3)).rejects.toMatchObject(refused);
  await expect(blob.create(SIZE)).rejects.toMatchObject(refused);
  await expect(blob.resize(SIZE + MIB)).rejects.toMatchObject(refused);
  await expect(blob.delete()).rejects.toMatchObject(refused);
  await blob.clearPages(0, MIB);
  await upload(link, vhd);
  await rehearsal.publisher.disks.revokeAccess(GROUP, "pages");
  expect(await stateOf("pages")).toBe("Unattached");
});

test("storage that keeps one bit wrong says nothing", async () => {
  const at = 12 * MIB + 5;
  await rehearsal.cloud.fault?.({ kind: "rot", of: "disk", offset: at });
  await uploadedDisk(rehearsal, "rotten", vhd);
  const read = await download(await grant("rotten", "Read"));
  expect(read[at]).toBe((vhd[at] ?? 0) ^ 1);
  read[at] = vhd[at] ?? 0;
  expect(read.equals(vhd)).toBe(true);
});
