import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import type { Context } from "../../../../inspection/against-archive/context";
import { initramfs } from "../../../../inspection/against-archive/derive/initramfs";
import type { ExpectedFile } from "../../../../inspection/against-archive/expected";
import { initramfsMembers } from "../../../../inspection/against-archive/initramfs";
import { NotInspectable } from "../../../../inspection/tree";
import { type Made, madeCpio } from "./made-cpio";

/** A frame of Zstandard with one block as it is (RFC 8878, 3.1.1). */
function zstd(content: Buffer): Buffer {
  const head = Buffer.from("28b52ffda000000000000000", "hex");
  head.writeUInt32LE(content.length, 5);
  head.writeUIntLE((content.length << 3) | 1, 9, 3);
  return Buffer.concat([head, content]);
}

const FIRST = madeCpio([{ name: "first", data: "1" }]);
const SECOND = madeCpio([{ name: "./second", data: "2" }]);
const ZEROS = Buffer.alloc(512);

test.each<[string, Buffer[]]>([
  ["as they are", [FIRST, SECOND]],
  ["as they are, with zeros between them", [FIRST, ZEROS, SECOND]],
  ["with zeros behind a name, as of microcode", [madeCpio([{ name: "first\0\0\0", data: "1" }]), SECOND]],
  ["one as it is, one compressed", [FIRST, ZEROS, gzipSync(SECOND)]],
  ["both in what is compressed", [zstd(Buffer.concat([FIRST, ZEROS, SECOND]))]],
  ["each compressed", [gzipSync(FIRST), gzipSync(SECOND)]],
  ["each compressed in another way", [zstd(FIRST), ZEROS, gzipSync(SECOND)]],
  ["compressed, and one as it is behind", [zstd(FIRST), SECOND]],
  ["gzip, and one as it is behind", [gzipSync(FIRST), SECOND]],
])("every archive is read: %s", (_, parts) => {
  expect(initramfsMembers(Buffer.concat(parts), "initrd").map(({ name }) => name)).toEqual([
    "first",
    "second",
  ]);
});

function withExtra(packed: Buffer): Buffer {
  const head = Buffer.from(packed.subarray(0, 10));
  head[3] = 4;
  return Buffer.concat([head, Buffer.from("0300616263", "hex"), packed.subarray(10)]);
}

function hiding(): Buffer {
  const inside = madeCpio([{ name: "evil", data: "x" }]);
  const folder = madeCpio([{ name: "a", mode: 0o40755, data: inside }]);
  folder.write(" ", 6 + 8 * 6);
  return folder;
}

/** The byte that ends the name of the first member is another. */
function endless(archive: Buffer): Buffer {
  const changed = Buffer.from(archive);
  changed[110 + "first".length] = 0x78;
  return changed;
}

/** The header of a file of lzop 1.04. */
function lzo(flags: number): Buffer {
  const head = Buffer.from("894c5a4f000d0a1a0a104020a00940010900000000", "hex");
  head.writeUInt32BE(flags, 17);
  return Buffer.concat([head, Buffer.alloc(64)]);
}

test.each<[string, Buffer]>([
  ["something behind its archive", Buffer.concat([FIRST, Buffer.from("x")])],
  ["something in what is compressed", gzipSync(Buffer.concat([FIRST, Buffer.from("x")]))],
  ["an archive that is cut off", FIRST.subarray(0, 100)],
  ["gzip that is cut off", gzipSync(FIRST).subarray(0, 40)],
  ["Zstandard that is cut off", zstd(FIRST).subarray(0, 40)],
  // The kernel reads no more than the name of a header's optional fields, and takes them for what is compressed.
  ["gzip with a field before what is compressed", withExtra(gzipSync(FIRST))],
  // The kernel reads 0 there: what seems to be a folder's data are members.
  ["a folder that hides members behind a blank", hiding()],
  ["a name that ends before its end", madeCpio([{ name: "a\0b", mode: 0o40755 }])],
  ["a name that does not end", endless(FIRST)],
  [
    "hard links of two contents",
    madeCpio([
      { name: "a", inode: 5, data: "1" },
      { name: "b", inode: 5, data: "2" },
    ]),
  ],
])("%s is refused", (_, bytes) => {
  expect(() => initramfsMembers(bytes, "initrd")).toThrow(NotInspectable);
});

test.each<[string, number]>([
  ["a field that the kernel does not know", 0x41],
  ["more digests for a block than the kernel skips", 0x3],
  ["no digest for a block, where the kernel skips one", 0],
])("LZO with %s is refused, whether or not lzop is here", (_, flags) => {
  expect(() => initramfsMembers(lzo(flags), "initrd")).toThrow("lzop and the kernel read in two ways");
});

const packaged: ExpectedFile[] = [
  ["/usr/lib/klibc/bin/sh", "SH"],
  ["/bin/kmod", "KMOD"],
  ["/usr/share/initramfs-tools/scripts/nfs", "nfs"],
  ["/usr/share/initramfs-tools/scripts/init-top/udev", "udev"],
  ["/usr/share/initramfs-tools/init", "init"],
].map(([path = "", text = ""]) => ({
  ...{ path, kind: "file", mode: 0o755, uid: 0, gid: 0, package: "x", isSetting: false },
  sha256: createHash("sha256").update(text).digest("hex"),
}));
const modprobe: ExpectedFile = {
  ...{ path: "/sbin/modprobe", kind: "link", mode: 0o777, uid: 0, gid: 0, package: "x", isSetting: false },
  target: "/bin/kmod",
};
const place = (path: string) => path.replace(/^\/(?=s?bin\/)/, "/usr/");

function problemWith(members: readonly Made[]): string | undefined {
  const context: Partial<Context> = {
    place,
    expected: new Map([...packaged, modprobe].map((each) => [place(each.path), [each]])),
    contents: new Map(packaged.map(({ path, sha256 = "" }) => [sha256, new Set([path])])),
    walked: { entries: new Map(), read: () => madeCpio(members), sha256: () => "", target: () => undefined },
  };
  return initramfs("/boot/initrd.img-6.1", context as Context);
}

const LINK = 0o120777;
const ORDER = '/scripts/init-top/udev "$@"\n[ -e /conf/param.conf ] && . /conf/param.conf\n';

test("what initramfs-tools makes of packages has no findings", () => {
  const members: Made[] = [
    { name: ".", mode: 0o40755 },
    { name: "bin", mode: LINK, data: "usr/bin" },
    { name: "init", data: "init" },
    { name: "scripts/nfs", data: "nfs" },
    { name: "scripts/init-top/udev", data: "udev" },
    { name: "scripts/init-top/ORDER", data: ORDER },
    { name: "usr/bin/sh", data: "SH" },
    { name: "usr/bin/kmod", data: "KMOD" },
    { name: "usr/sbin/modprobe", mode: LINK, data: "/bin/kmod" },
    { name: "conf/arch.conf", data: "DPKG_ARCH=amd64\n" },
  ];
  expect(problemWith(members)).toBeUndefined();
});

test.each<[string, Made[], string]>([
  ["a changed script", [{ name: "init", data: "other" }], "/init"],
  ["settings that are sourced", [{ name: "conf/conf.d/modules.x", data: "id\n" }], "/conf/conf.d/modules.x"],
  ["a package's script where it is sourced", [{ name: "conf/conf.d/nfs", data: "nfs" }], "/conf/conf.d/nfs"],
  ["a path that leads back", [{ name: "conf/../init", data: "init" }], "/conf/../init"],
  [
    "a script that is called and not there",
    [{ name: "scripts/init-top/ORDER", data: ORDER }],
    "/scripts/init-top/ORDER",
  ],
  [
    "a link to another program",
    [{ name: "usr/sbin/modprobe", mode: LINK, data: "/usr/bin/sh" }],
    "/usr/sbin/modprobe",
  ],
  ["a link that no package has", [{ name: "init", mode: LINK, data: "usr/bin/sh" }], "/init"],
  [
    "a hard link to another program",
    [
      { name: "usr/bin/kmod", inode: 5 },
      { name: "usr/bin/sh", inode: 5, data: "SH" },
    ],
    "/usr/bin/kmod",
  ],
  [
    "a link whose target ends before its end",
    [{ name: "usr/sbin/modprobe", mode: LINK, data: "evil\0/../../../bin/kmod" }],
    "/usr/sbin/modprobe",
  ],
  ["an empty program", [{ name: "usr/bin/kmod" }], "/usr/bin/kmod"],
])("%s is named", (_, members, named) => {
  expect(problemWith(members)).toBe(`it holds ${named}, of no package`);
});
