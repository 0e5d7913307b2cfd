import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createHash } from "node:crypto";
import { makeSnapshot } from "../../../../clouds/aws/make-snapshot";
import { deleteSnapshot, setTags } from "../../../../clouds/aws/snapshots";
import { awsError, BLOCK, FakeRegion } from "./fake-region";

const unknown = () => awsError("InvalidSnapshot.NotFound", 400);

/** Endpoints that disagree about a new snapshot: every other call of these names meets one that does not know it. */
function disagreeing(...names: string[]): FakeRegion {
  const region = new FakeRegion();
  const calls = new Map<string, number>();
  region.fault = (name) => {
    if (region.count("CompleteSnapshot") === 0) return;
    const count = (calls.get(name) ?? 0) + 1;
    calls.set(name, count);
    if (names.includes(name) && count < 12 && count % 2 === 1) throw unknown();
  };
  return region;
}

const data = Buffer.alloc(BLOCK, 7);
const make = async (region: FakeRegion): Promise<string> => {
  const journalFolder = mkdtempSync(join(tmpdir(), "journal-"));
  const plan = {
    owner: "urn",
    sha256: "ab".repeat(32),
    size: BLOCK,
    description: "demo",
    tags: { Name: "demo" },
  };
  const disk = {
    dataBlocks: 1,
    check: () => {},
    open: async function* () {
      yield { index: 0, data, sha256: createHash("sha256").update(data).digest() };
    },
  };
  try {
    return await makeSnapshot(region.session(), plan, disk, { waitLimit: 600_000, journalFolder });
  } finally {
    rmSync(journalFolder, { recursive: true });
  }
};

test("a completed snapshot that an endpoint does not know yet is waited for, not made again", async () => {
  const region = disagreeing("DescribeSnapshots", "DeleteTags");
  expect(await make(region)).toBe("snap-1");
  expect(region.only().tags).toEqual({ Name: "demo" });
});

test("nor is it handed on before several looks in a row have found it", async () => {
  const region = disagreeing("DescribeSnapshots");
  await make(region);
  const looks = region.calls.slice(region.calls.indexOf("CompleteSnapshot"));
  expect(looks.filter((name) => name === "DescribeSnapshots").length).toBeGreaterThanOrEqual(12 + 3 - 1);
});

test("its tags are set once the endpoint knows it", async () => {
  const region = new FakeRegion();
  await make(region);
  let tries = 0;
  region.fault = (name) => {
    if (name === "CreateTags" && ++tries === 1) throw unknown();
  };
  await setTags(region.session(), "snap-1", [], { Name: "another" });
  expect(region.only().tags).toEqual({ Name: "another" });
});

test("a deletion that one endpoint answers with not found is asked again while another one knows it", async () => {
  const region = new FakeRegion();
  await make(region);
  let tries = 0;
  region.fault = (name) => {
    if (name === "DeleteSnapshot" && ++tries === 1) throw unknown();
  };
  await deleteSnapshot(region.session(), "snap-1");
  expect(region.snapshots.size).toBe(0);
});
