import { execFileSync } from "node:child_process";
import { GIB } from "../../facts/units";
import type { SpoiledDisk } from "./disk";
import { madeCpio as cpio } from "../unit/inspection/against-archive/made-cpio";
import type { Variant } from "./variants";

const zstd = (input: Buffer) => execFileSync("zstd", ["-1cq"], { input, maxBuffer: GIB });
const unzstd = (input: Buffer) => execFileSync("zstd", ["-dcq"], { input, maxBuffer: GIB });

const EVIL = cpio([{ name: "init", data: "#!/bin/sh\nid\n", mode: 0o100755 }]);
const KERNEL = "usr/lib/modules/6.1.0-57-cloud-amd64";

/** One more initramfs in /boot. */
function one(name: string, file: string, make: (disk: SpoiledDisk) => Buffer, said: RegExp): Variant {
  const path = `/boot/initrd.img-${file}`;
  return {
    name: `an initramfs with ${name}`,
    spoil: (disk) => disk.write(path, make(disk)),
    said: new RegExp(`^${path}: .*${said.source}`),
  };
}

const original = (disk: SpoiledDisk) => {
  const name = /initrd\.img-[\w.+~-]+/.exec(disk.ask("ls -p /boot").replaceAll("/", " "))![0];
  return disk.read(`/boot/${name}`);
};

export const INITRAMFS: readonly Variant[] = [
  one(
    "a second archive in what is compressed",
    "inside",
    (d) => zstd(Buffer.concat([unzstd(original(d)), EVIL])),
    /\/init/,
  ),
  one(
    "a second compressed archive",
    "behind",
    (d) => Buffer.concat([original(d), Buffer.alloc(512), zstd(EVIL)]),
    /\/init/,
  ),
  one(
    "an archive behind what is compressed",
    "plain",
    (d) => {
      const packed = original(d);
      return Buffer.concat([packed, Buffer.alloc(-packed.length & 511), EVIL]);
    },
    /\/init/,
  ),
  one(
    "settings that run commands",
    "settings",
    () => cpio([{ name: "conf/conf.d/modules.x", data: "id\n" }]),
    /\/conf\/conf\.d\/modules\.x/,
  ),
  one(
    "a script in the order of scripts",
    "order",
    () => cpio([{ name: "scripts/init-top/ORDER", data: '/scripts/panic/sh "$@"\n' }]),
    /\/scripts\/init-top\/ORDER/,
  ),
  one(
    "a link to another program",
    "link",
    (d) =>
      cpio([
        { name: "usr/bin/sh", data: d.read("/usr/lib/klibc/bin/sh"), mode: 0o100755 },
        { name: "usr/sbin/modprobe", data: "/usr/bin/sh", mode: 0o120777 },
      ]),
    /\/usr\/sbin\/modprobe/,
  ),
  one(
    "a hard link to another program",
    "hard",
    (d) =>
      cpio([
        { name: "usr/bin/sh", mode: 0o100755, inode: 7, data: d.read("/usr/lib/klibc/bin/sh") },
        { name: "usr/bin/udevadm", mode: 0o100755, inode: 7 },
      ]),
    /\/usr\/bin\/udevadm/,
  ),
  one(
    "a package's file at another place",
    "place",
    (d) => cpio([{ name: "conf/conf.d/nfs", data: d.read("/usr/share/initramfs-tools/scripts/nfs") }]),
    /\/conf\/conf\.d\/nfs/,
  ),
  one(
    "a path that leads back",
    "back",
    (d) =>
      cpio([
        {
          name: "conf/conf.d/../../usr/share/initramfs-tools/init",
          data: d.read("/usr/share/initramfs-tools/init"),
        },
      ]),
    /of no package/,
  ),
  one(
    "a list of modules that names another file",
    "modules",
    () => cpio([{ name: `${KERNEL}/modules.dep`, data: "kernel/x: /usr/bin/x\n" }]),
    /modules\.dep/,
  ),
];
