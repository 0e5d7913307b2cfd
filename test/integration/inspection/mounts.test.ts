import fs from "node:fs";
import os from "node:os";
import path from "node:path";

import type { InspectedImage } from "../../../inspection/image";
import { type Expectation, inspectImage, type Rule } from "../../../inspection/rule";
import { kernel } from "../../../inspection/rules/boot";
import { authorizedKeys } from "../../../inspection/rules/keys";
import { partitionsSeen } from "../../../inspection/rules/partitions";
import { filesBelow, NotInspectable } from "../../../inspection/tree";
import { describeWith } from "../../e2e/harness/needs";
import { EXPECTED } from "../../unit/inspection/expected";
import { diskOf, ext4Of, fatOf, type Files, inspecting, MAKERS, type Part, TYPE } from "./small-disk";

const UUID = "11111111-2222-3333-4444-555555555555";
const PARTUUID = "99999999-2222-3333-4444-555555555555";
const KEY = "ssh-ed25519 AAAA builder\n";
const HOME: Files = { "/u/.ssh/authorized_keys": KEY };

let folder: string;
let home: Buffer;
beforeAll(() => (folder = fs.mkdtempSync(path.join(os.tmpdir(), "imprimatur-mounts-"))));
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

const homePart = (part: Partial<Part> = {}): Part => {
  home ??= ext4Of(folder, HOME, ["-U", UUID, "-L", "people"]);
  return { typeGuid: TYPE.linux, content: home, guid: PARTUUID, name: "data", ...part };
};
const PASSWD = "root:x:0:0:root:/root:/bin/bash\n";
const rootPart = (files: Files): Part => ({
  typeGuid: TYPE.root,
  content: ext4Of(folder, { "/etc/passwd": PASSWD, ...files }),
});

function measured(parts: readonly Part[], rule: Rule, expected: Expectation = EXPECTED) {
  return inspecting(
    diskOf(folder, parts),
    (image: InspectedImage) => inspectImage(image, [rule], expected)[0],
  );
}
const aKeyIn = (where: string) => ({ outcome: "failed", findings: [{ where }] });

describeWith(MAKERS)("what other partitions hold is looked at where a machine mounts it", () => {
  test("a partition of the type home is /home", () => {
    const parts = [rootPart({ "/home/.keep/x": "" }), homePart({ typeGuid: TYPE.home })];
    const empty = [rootPart({ "/etc/x": "" }), homePart({ typeGuid: TYPE.home })];
    expect(measured(empty, authorizedKeys)).toMatchObject(aKeyIn("/home/u/.ssh/authorized_keys"));
    expect(measured(empty, partitionsSeen)).toMatchObject({ outcome: "passed" });
    // The mount may hide the folder's contents, or systemd may leave the folder alone: the disk does not tell which.
    expect(measured(parts, authorizedKeys)).toMatchObject({
      outcome: "not-inspected",
      why: expect.stringMatching(/^\/home has content of its own, and partition 2 /) as string,
    });
  });

  test.each([
    `UUID=${UUID}`,
    `UUID="${UUID}"`,
    "LABEL=people",
    `PARTUUID=${PARTUUID.toUpperCase()}`,
    "PARTLABEL=data",
    `/dev/disk/by-uuid/${UUID}`,
    "/dev/sda2",
    "/dev/nvme0n1p2",
  ])("by /etc/fstab: %s", (source) => {
    const parts = [rootPart({ "/etc/fstab": `# all\n${source}\t/home/ ext4 defaults 0 2\n` }), homePart()];
    expect(measured(parts, authorizedKeys)).toMatchObject(aKeyIn("/home/u/.ssh/authorized_keys"));
    expect(measured(parts, partitionsSeen)).toMatchObject({ outcome: "passed" });
  });

  test("through links: of the mount point, and into the mount", () => {
    const root = rootPart({
      "/etc/fstab": "LABEL=people /srv/people ext4 defaults 0 2\n",
      "/srv": { link: "data" },
      "/data/x": "",
      "/home/v/.ssh": { link: "/srv/people/u/.ssh" },
    });
    expect(measured([root, homePart()], authorizedKeys)).toMatchObject(
      aKeyIn("/home/v/.ssh/authorized_keys"),
    );
  });

  test("a kernel in a FAT of the type of /boot is found", () => {
    const boot = { typeGuid: TYPE.boot, content: fatOf(folder, { "/vmlinuz-6": "k" }) };
    expect(measured([rootPart({ "/etc/x": "" }), boot], kernel)).toMatchObject({ outcome: "passed" });
  });

  test("a mounted folder is in the list of the one above it, once, and what is below it is met", () => {
    const root = rootPart({ "/etc/fstab": "LABEL=people /home/more ext4\n", "/home/a/x": "" });
    const found = inspecting(diskOf(folder, [root, homePart()]), ({ root: tree }) => {
      if (tree instanceof NotInspectable) throw tree;
      return [
        tree.list("/home")?.map(({ name }) => name),
        [...filesBelow(tree, "/home")].map((file) => file.path),
      ];
    });
    expect(found).toEqual([
      ["a", "more"],
      ["/home/a/x", "/home/more/u/.ssh/authorized_keys"],
    ]);
  });
});

describeWith(MAKERS)("what of a partition cannot be seen is not inspected", () => {
  const unknown = { typeGuid: TYPE.linux, content: Buffer.alloc(1024 * 1024, 0x55) };

  test.each([
    {
      fstab: "LABEL=elsewhere /home ext4 defaults 0 2\n",
      why: /mounts LABEL=elsewhere on \/home, and no partition/,
    },
    { fstab: "/srv/home /home none bind\n", why: /mounts \/srv\/home on \/home, and no partition/ },
    { fstab: "server:/home /home nfs\n", why: /mounts server:\/home on \/home/ },
    { fstab: "/dev/sda2 /home xfs\n", why: /partition 2 holds neither an ext2, ext3, ext4, XFS nor FAT/ },
  ])("$fstab", ({ fstab, why }) => {
    expect(measured([rootPart({ "/etc/fstab": fstab }), unknown], authorizedKeys)).toMatchObject({
      outcome: "not-inspected",
      why: expect.stringMatching(why) as string,
    });
  });

  test("a mount that no rule looks into stops none", () => {
    const root = rootPart({
      "/etc/fstab": "/dev/disk/cloud/resource /mnt auto nofail\n",
      "/root/.ssh/authorized_keys": KEY,
    });
    expect(measured([root], authorizedKeys)).toMatchObject(aKeyIn("/root/.ssh/authorized_keys"));
  });

  test("a partition that nobody mounts, or nobody can read, is named", () => {
    const root = rootPart({ "/etc/x": "" });
    const swap = { typeGuid: TYPE.swap, content: Buffer.alloc(1024 * 1024) };
    expect(measured([root, swap, homePart(), unknown], partitionsSeen)).toMatchObject({
      outcome: "not-inspected",
      why: "partition 3 is not known to be mounted anywhere; partition 4 holds neither an ext2, ext3, ext4, XFS nor FAT file system",
    });
    expect(measured([root, swap], partitionsSeen)).toMatchObject({ outcome: "passed" });
  });

  test("no kernel is no finding while a partition was not seen", () => {
    expect(measured([rootPart({ "/boot/x": "" }), unknown], kernel)).toMatchObject({
      outcome: "not-inspected",
    });
    expect(measured([rootPart({ "/boot/x": "" })], kernel)).toMatchObject({ outcome: "failed" });
  });
});
