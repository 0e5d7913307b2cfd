import { libraryCacheProblem } from "../../../../inspection/against-archive/library-cache";
import { moduleListProblem } from "../../../../inspection/against-archive/module-lists";

/** ld.so.cache of glibc 2.36, with each string where `at` says, or one after the other. */
function cache(libraries: readonly { name: string; path: string; within?: string }[]): Buffer {
  const start = 48 + 24 * libraries.length;
  const head = Buffer.alloc(start);
  head.write("glibc-ld.so.cache1.1");
  head.writeUInt32LE(libraries.length, 20);
  let strings = "";
  for (const [index, { name, path, within = path }] of libraries.entries()) {
    const at = 48 + 24 * index;
    head.writeUInt32LE(start + strings.length, at + 4);
    strings += `${name}\0`;
    head.writeUInt32LE(start + strings.length + within.indexOf(path), at + 8);
    strings += `${within}\0`;
  }
  return Buffer.concat([head, Buffer.from(strings, "latin1")]);
}

const isKnown = (path: string) => ["/lib/libpam.so.0", "/lib/libacl.so.1"].includes(path);

test.each([
  [[{ name: "libpam.so.0", path: "/lib/libpam.so.0" }], undefined],
  [[{ name: "libpam.so.0", path: "/lib/libacl.so.1" }], "it leads to /lib/libacl.so.1 for libpam.so.0"],
  [[{ name: "x", path: "/var/x" }], "it leads to /var/x, which no package brings"],
  // Where the string begins, the offset alone says.
  [[{ name: "x", path: "/var/x", within: "zzz/var/x" }], "it leads to /var/x, which no package brings"],
])("libraries of ld.so.cache: %j", (libraries, problem) => {
  expect(libraryCacheProblem(cache(libraries), isKnown)).toBe(problem);
});

/** depmod's binary index with one key. */
function index(key: string, value: string): Buffer {
  const head = Buffer.alloc(12);
  head.writeUInt32BE(0xb007f457, 0);
  head.writeUInt32BE(0x00020001, 4);
  // A node with a prefix and values.
  head.writeUInt32BE((0xc0000000 + 12) >>> 0, 8);
  const values = Buffer.alloc(8);
  values.writeUInt32BE(1, 0);
  return Buffer.concat([head, Buffer.from(`${key}\0`), values, Buffer.from(`${value}\0`)]);
}

const isModule = (path: string) => ["kernel/loop.ko.xz", "kernel/aes-x86.ko"].includes(path);

test.each<[string, string | Buffer, string | undefined]>([
  ["modules.dep", "kernel/loop.ko.xz:\nkernel/aes-x86.ko: kernel/loop.ko.xz\n", undefined],
  ["modules.dep", "kernel/loop.ko.xz: /var/x\n", "it names /var/x, which no package brings"],
  ["modules.dep.bin", index("aes_x86", "kernel/aes-x86.ko: kernel/loop.ko.xz"), undefined],
  ["modules.dep.bin", index("loop", "/var/lib/x:"), "it names /var/lib/x, which no package brings"],
  ["modules.dep.bin", index("loop", "kernel/aes-x86.ko:"), "it has kernel/aes-x86.ko for the module loop"],
  ["modules.alias", "# words\nalias fs-ext4 ext4\n", undefined],
  ["modules.alias", "install ext4 /bin/id\n", "it has a line of another kind: install ext4 /bin/id"],
  ["modules.alias.bin", index("fs-ext4", "/bin/id"), "it has /bin/id for fs-ext4"],
  ["modules.softdep", "softdep cifs gcm\nsoftdep a pre: b c post: d\n", undefined],
  ["modules.builtin.bin", index("loop", ""), undefined],
  ["modules.payload", "x", "depmod makes no list of this name"],
])("%s: %j", (name, list, problem) => {
  expect(moduleListProblem(`/lib/modules/6.1/${name}`, Buffer.from(list as string), isModule)).toBe(problem);
});
