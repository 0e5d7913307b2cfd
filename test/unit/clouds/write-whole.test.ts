import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { UnwritableFile, writeWhole } from "../../../clouds/write-whole";
import { UploadJournal } from "../../../clouds/gcp/upload-journal";
import { Journal } from "../../../clouds/journal";

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "whole-"));
const file = path.join(folder, "sub", "state.json");
afterEach(() => jest.restoreAllMocks());
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

/** A disk with room for this many bytes: the part that fits is written, and then nothing more. */
function roomFor(bytes: number): void {
  const write = fs.writeSync;
  let room = bytes;
  jest.spyOn(fs, "writeSync").mockImplementation(((handle: number, content: Buffer, at?: number) => {
    if (room === 0) throw Object.assign(new Error("no space left on device"), { code: "ENOSPC" });
    const part = Math.min(room, content.length - (at ?? 0));
    room -= part;
    return write(handle, content, at ?? 0, part);
  }) as typeof fs.writeSync);
}

test("a full disk leaves the file as it was and nothing half written, and says which file and what helps", () => {
  writeWhole(file, "before");
  roomFor(3);
  expect(() => writeWhole(file, "afterwards")).toThrow(UnwritableFile);
  expect(() => writeWhole(file, "afterwards")).toThrow(
    `${file}: cannot be written (ENOSPC); 10 B are needed: free some space there, and run the same command again`,
  );
  expect(fs.readdirSync(path.dirname(file))).toEqual(["state.json"]);
  expect(fs.readFileSync(file, "utf8")).toBe("before");
});

test("with room for it in parts it is whole", () => {
  const write = fs.writeSync;
  jest
    .spyOn(fs, "writeSync")
    .mockImplementation(((handle: number, content: Buffer, at?: number) =>
      write(handle, content, at ?? 0, Math.min(4, content.length - (at ?? 0)))) as typeof fs.writeSync);
  writeWhole(file, "in three parts");
  expect(fs.readFileSync(file, "utf8")).toBe("in three parts");
});

test("a journal of blocks that was cut short is right as far as it goes, whatever comes after", () => {
  const digest = Buffer.alloc(32, 7);
  const journal = Journal.open(folder, "snap-1");
  journal.add(1, digest);
  roomFor(20);
  journal.add(2, digest);
  jest.restoreAllMocks();
  journal.add(3, digest);
  journal.close();
  const again = Journal.open(folder, "snap-1");
  expect([1, 2, 3].map((index) => again.knows(index))).toEqual([true, false, false]);
  again.remove();
});

test("half the URL of an upload session is no session", () => {
  const place = { bucket: "b", object: "o" };
  UploadJournal.open(place, folder).begin("https://storage.example/old");
  roomFor(10);
  UploadJournal.open(place, folder).begin("https://storage.example/new");
  expect(UploadJournal.open(place, folder).url).toBeUndefined();
});

test("a checksum that a kill or a full disk cut short is none: it would say that another archive was sent", () => {
  const place = { bucket: "b", object: "cut" };
  const journal = UploadJournal.open(place, folder);
  journal.begin("https://storage.example/new");
  journal.mark(8, 1234);
  journal.mark(16, 5678);
  const [file = ""] = fs.readdirSync(folder).filter((name) => name.startsWith("gcs."));
  const text = fs.readFileSync(path.join(folder, file), "utf8");
  fs.writeFileSync(path.join(folder, file), text.slice(0, -3));
  const again = UploadJournal.open(place, folder);
  expect([again.agrees(8, 1234), again.agrees(16, 5678)]).toEqual([true, undefined]);
  // What is written behind the cut is not read as something else.
  again.mark(24, 9);
  again.mark(32, 10);
  const last = UploadJournal.open(place, folder);
  expect([16, 24, 32].map((at) => last.agrees(at, 10))).toEqual([undefined, undefined, true]);
  journal.remove();
});
