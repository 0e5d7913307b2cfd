import fs from "node:fs";
import os from "node:os";
import path from "node:path";

import { inspectImage } from "../../../inspection/rule";
import { authorizedKeys } from "../../../inspection/rules/keys";
import { leftoverLogs } from "../../../inspection/rules/leftovers";
import { machineId } from "../../../inspection/rules/secrets";
import { type Entry, filesBelow, NotInspectable, type Tree } from "../../../inspection/tree";
import { describeWith } from "../../e2e/harness/needs";
import { EXPECTED } from "../../unit/inspection/expected";
import { diskOf, ext4Of, type Files, inspecting, MAKERS, run, TYPE, withDebugfs } from "./small-disk";

let folder: string;
beforeAll(() => (folder = fs.mkdtempSync(path.join(os.tmpdir(), "imprimatur-ext4-"))));
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

const diskWith = (root: Buffer, name?: string) =>
  diskOf(folder, [{ typeGuid: TYPE.root, content: root }], name);

/** The result of `use` on the tree, or the reason why it cannot be inspected. */
function seeing<T>(root: Buffer, use: (tree: Tree) => T): T | string {
  return inspecting(diskWith(root), ({ root: tree }) => {
    if (tree instanceof NotInspectable) return tree.message;
    try {
      return use(tree);
    } catch (error) {
      if (error instanceof NotInspectable) return error.message;
      throw error;
    }
  });
}

const textAt = (at: string) => (tree: Tree) => tree.read(at)?.toString();
const LONG = `/srv/${"x".repeat(70)}`;

describeWith(MAKERS)("paths lead where Linux finds them", () => {
  test.each<{ what: string; files: Files; at: string; want: string | undefined }>([
    { what: "a short link", files: { "/a": { link: "srv/b" }, "/srv/b": "x" }, at: "/a", want: "x" },
    {
      what: "a link of 60 bytes and more",
      files: { "/a": { link: `${LONG}/k` }, [`${LONG}/k`]: "x" },
      at: "/a",
      want: "x",
    },
    {
      what: "a long link of a folder",
      files: { "/etc/d": { link: LONG }, [`${LONG}/k`]: "x" },
      at: "/etc/d/k",
      want: "x",
    },
    {
      what: "a target with a quote and a line break",
      files: { "/a": { link: 'b"\nc"' }, '/b"\nc"': "x" },
      at: "/a",
      want: "x",
    },
    {
      what: "`..` from where a link leads to",
      files: {
        "/root/k": { link: "l/../k2" },
        "/root/l": { link: "../srv/deep" },
        "/srv/deep/x": "",
        "/srv/k2": "x",
      },
      at: "/root/k",
      want: "x",
    },
    { what: "a link to nothing", files: { "/a": { link: "b" } }, at: "/a", want: undefined },
    {
      what: "a link to itself",
      files: { "/a": { link: "a" } },
      at: "/a",
      want: "/a: more than 40 symbolic links",
    },
    {
      what: "links in a circle",
      files: { "/a": { link: "b/c" }, "/b": { link: "a" } },
      at: "/a",
      want: "/a: more than 40 symbolic links",
    },
    { what: "a file inside a file", files: { "/a": "x" }, at: "/a/b", want: undefined },
  ])("$what", ({ files, at, want }) => {
    expect(seeing(ext4Of(folder, files), textAt(at))).toBe(want);
  });

  test("names with quotes, line breaks and bytes that are no UTF-8 are there and can be read", () => {
    const names = ['q"u', "new\nline", "\xff\xfe", "back\\slash", "<12>", "a b"];
    const root = ext4Of(folder, Object.fromEntries(names.map((name) => [`/home/${name}/k`, "x"])));
    const read = (tree: Tree) =>
      (tree.list("/home") ?? []).map(({ name }) => tree.read(`/home/${name}/k`)?.toString());
    expect(seeing(root, read)).toEqual(names.map(() => "x"));
  });

  test("two names of other bytes are never one", () => {
    // The second name is the first one's bytes, each encoded in UTF-8.
    const root = ext4Of(folder, { "/home/\xff/k": "one", "/home/\xc3\xbf/k": "two" });
    const read = (tree: Tree) =>
      (tree.list("/home") ?? []).map(({ name }) => tree.read(`/home/${name}/k`)?.toString());
    expect(new Set(seeing(root, read))).toEqual(new Set(["one", "two"]));
  });

  test("a disk whose name has a question mark", () => {
    const disk = diskWith(ext4Of(folder, { "/a": "x" }), "a?b.raw");
    expect(inspecting(disk, ({ root }) => root instanceof NotInspectable || textAt("/a")(root))).toBe("x");
  });
});

describeWith(MAKERS)("files are whole", () => {
  const content = {
    "/empty": "",
    "/short": "s".repeat(54),
    "/middle": "m".repeat(90),
    "/long": "l".repeat(5000),
  };
  test.each([
    { options: [] },
    { options: ["-O", "inline_data", "-I", "256"] },
    { options: ["-O", "^has_journal"] },
    { options: ["-O", "^extent,^64bit,^flex_bg"] },
    { options: ["-O", "casefold"] },
    { options: ["-O", "encrypt"] },
  ])("with mke2fs $options", ({ options }) => {
    const root = ext4Of(folder, { ...content, "/d/x": "", "/e": { link: "d" } }, options);
    expect(seeing(root, (tree) => Object.keys(content).map((at) => tree.read(at)?.toString()))).toEqual(
      Object.values(content),
    );
    expect(seeing(root, (tree) => tree.list("/e")?.map(({ name }) => name))).toEqual(["x"]);
  });

  test("a file that is larger than it may be is not inspected", () => {
    const root = ext4Of(folder, { "/a": "x".repeat(2000) });
    expect(seeing(root, (tree) => tree.read("/a", 1000))).toBe("/a has 2000 bytes; at most 1000 are read");
  });

  test("a folder with an inode that is none is not inspected", () => {
    const root = ext4Of(folder, { "/d/a": "x", "/d/unlikely": "x" }, ["-O", "^metadata_csum"]);
    // The inode number of a name is in the 8 bytes before it.
    root.writeUInt32LE(99_999_999, root.indexOf("unlikely") - 8);
    expect(seeing(root, (tree) => tree.list("/d"))).toMatch(/^\/d: it cannot be read: /);
  });

  test("a folder that compares names without case, or is encrypted, is not inspected", () => {
    const root = ext4Of(folder, { "/d/a": "x" }, ["-O", "casefold,encrypt"]);
    const flagged = (flags: string) => withDebugfs(folder, root, `set_inode_field /d flags ${flags}`);
    expect(seeing(flagged("0x40080000"), textAt("/d/a"))).toBe("/d: it compares names without case");
    expect(seeing(flagged("0x80800"), textAt("/d/a"))).toBe("/d: it is encrypted");
  });

  test("a file system that is larger than its partition is not inspected", () => {
    const root = ext4Of(folder, { "/a": "x" });
    const { file, partitions } = diskWith(root);
    const small = { file, partitions: partitions.map((place) => ({ ...place, length: root.length - 1024 })) };
    expect(inspecting(small, ({ root: tree }) => tree)).toMatchObject({
      message: expect.stringMatching(/root partition has .* bytes, and its file system/) as string,
    });
  });
});

describeWith(MAKERS)("what the journal holds is not overlooked", () => {
  /** An image whose journal changes the text of /secret when it is replayed. */
  const journalled = () => {
    const root = ext4Of(folder, { "/secret": "locked" });
    const image = path.join(folder, "journalled");
    fs.writeFileSync(image, root);
    const block = run("debugfs", "-R", "blocks /secret", image).trim();
    fs.writeFileSync(path.join(folder, "block"), Buffer.concat([Buffer.from("open!!"), Buffer.alloc(1018)]));
    return withDebugfs(folder, root, "jo -c", `jw -b ${block} ${path.join(folder, "block")}`, "jc");
  };

  test("a root that was not unmounted is not inspected, and the cure is named", () => {
    expect(seeing(journalled(), textAt("/secret"))).toMatch(
      /^the root partition was not unmounted, .*; shut the machine down cleanly .* e2fsck -p/,
    );
  });

  test("nor if only its superblock says that nothing is to be done: e2fsck looks at the journal", () => {
    const image = journalled();
    const features = 1024 + 0x60;
    // needs_recovery is cleared; that makes the checksum of the superblock wrong, so it is recomputed.
    image.writeUInt32LE(image.readUInt32LE(features) & ~4, features);
    const whole = withDebugfs(folder, image, "set_super_value mnt_count 0");
    expect(seeing(whole, textAt("/secret"))).toMatch(/was not unmounted/);
  });

  test("a root that e2fsck has cared for is inspected, and shows what the journal held", () => {
    const image = path.join(folder, "replayed");
    fs.writeFileSync(image, journalled());
    try {
      run("e2fsck", "-p", image);
    } catch {
      // It exits with 1 after a repair.
    }
    expect(seeing(fs.readFileSync(image), textAt("/secret"))).toBe("open!!");
  });
});

describeWith(MAKERS)("rules on a hostile ext4", () => {
  const verdictOf = (root: Buffer, rule: typeof authorizedKeys) =>
    inspecting(diskWith(root), (image) => inspectImage(image, [rule], EXPECTED)[0]);

  test("a folder that contains itself ends, not inspected", () => {
    const root = withDebugfs(folder, ext4Of(folder, { "/var/log/a/x": "y" }), "link /var/log/a /var/log/a/b");
    expect(verdictOf(root, leftoverLogs)).toMatchObject({
      outcome: "not-inspected",
      why: "the folder /var/log/a/b is in two places: the file system is damaged",
    });
  });

  test("a key behind a long link is found", () => {
    const files = {
      "/etc/passwd": "root:x:0:0:root:/root:/bin/bash\n",
      "/root/.ssh/authorized_keys": { link: `${LONG}/k` },
      [`${LONG}/k`]: "ssh-ed25519 AAAA b\n",
    };
    expect(verdictOf(ext4Of(folder, files), authorizedKeys)).toMatchObject({
      outcome: "failed",
      findings: [{ where: "/root/.ssh/authorized_keys" }],
    });
  });

  test("a machine id that is a link to itself is not inspected", () => {
    const root = ext4Of(folder, { "/etc/machine-id": { link: "machine-id" } });
    expect(verdictOf(root, machineId)).toMatchObject({ outcome: "not-inspected" });
  });
});

test("a tree without end is given up, however it came about", () => {
  const none = {
    read: () => undefined,
    md5: () => undefined,
    sha256: () => undefined,
    target: () => undefined,
  };
  const deep: Tree = { ...none, list: () => [{ name: "d", kind: "folder", size: 0 }] };
  expect(() => [...filesBelow(deep, "/a")]).toThrow("/a is more than 200 folders deep");
  const many: Entry[] = Array.from({ length: 1000 }, (_, index) => ({
    name: `${index}`,
    kind: "folder",
    size: 0,
  }));
  const wide: Tree = { ...none, list: () => many };
  expect(() => [...filesBelow(wide, "/a")]).toThrow(NotInspectable);
});
