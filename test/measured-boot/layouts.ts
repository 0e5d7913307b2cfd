/** Disks that start in different ways, of the Debian disk's kernel, stub and boot loader. */
import { execFileSync } from "node:child_process";
import {
  closeSync,
  ftruncateSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { MIB } from "../../facts/units";
import { initrdOf, type takeFrom } from "./initrd";

const PATH = `${process.env.PATH}:/usr/sbin:/sbin`;
const ESP_TYPE = "c12a7328-f81f-11d2-ba4b-00a0c93ec93b";
const SIZE = 160;

/** What a machine starts of. */
export interface Parts {
  readonly kernel: Buffer;
  readonly initrd: Buffer;
  readonly line: string;
  readonly stub: Buffer;
  readonly loader: Buffer;
}

export function partsOf(taken: ReturnType<typeof takeFrom>): Parts {
  const kernel = taken.names("/boot").find((name) => name.startsWith("vmlinuz-"));
  const efi = "/usr/lib/systemd/boot/efi";
  return {
    kernel: taken.file(`/boot/${kernel}`),
    initrd: initrdOf(taken),
    line: "console=ttyS0 quiet",
    stub: taken.file(`${efi}/linuxx64.efi.stub`),
    loader: taken.file(`${efi}/systemd-bootx64.efi`),
  };
}

/** Each with one part that is another. */
export const OTHERS: Readonly<Record<string, (parts: Parts, taken: ReturnType<typeof takeFrom>) => Parts>> = {
  // Data after a program's end is part of its Authenticode digest, and nobody reads it.
  kernel: (parts) => ({ ...parts, kernel: Buffer.concat([parts.kernel, Buffer.alloc(8, 1)]) }),
  initrd: (parts, taken) => ({ ...parts, initrd: initrdOf(taken, "more") }),
  "command line": (parts) => ({ ...parts, line: `${parts.line} init=/bin/sh` }),
};

type Files = Readonly<Record<string, Buffer | string>>;

const ENTRY = ({ line }: Parts) => `title Debian\nlinux /vmlinuz\ninitrd /initrd\noptions ${line}\n`;

export const LAYOUTS: Readonly<Record<string, (parts: Parts, folder: string) => Files>> = {
  "unified-image": (parts, folder) => ({ "EFI/BOOT/BOOTX64.EFI": unified(parts, folder) }),
  "systemd-boot": (parts) => ({
    "EFI/BOOT/BOOTX64.EFI": parts.loader,
    "loader/loader.conf": "timeout 0\n",
    "loader/entries/d.conf": ENTRY(parts),
    vmlinuz: parts.kernel,
    initrd: parts.initrd,
  }),
  "systemd-boot-unified-image": (parts, folder) => ({
    "EFI/BOOT/BOOTX64.EFI": parts.loader,
    "loader/loader.conf": "timeout 0\n",
    "EFI/Linux/debian.efi": unified(parts, folder),
  }),
};

/** Debian's signed GRUB, alone and started by shim: its packages are fetched, and not installed. */
export function grubLayouts(folder: string): typeof LAYOUTS {
  const place = mkdtempSync(join(folder, "grub-"));
  const packages = ["grub-efi-amd64-signed", "shim-signed"];
  execFileSync("apt-get", ["download", "-qq", ...packages], {
    cwd: place,
    stdio: ["ignore", "ignore", "pipe"],
  });
  execFileSync("sh", ["-c", "for deb in *.deb; do dpkg-deb -x $deb .; done"], { cwd: place });
  const grub = readFileSync(join(place, "usr/lib/grub/x86_64-efi-signed/grubx64.efi.signed"));
  const shim = readFileSync(join(place, "usr/lib/shim/shimx64.efi.signed"));
  const menu = ({ line }: Parts) => `linux /vmlinuz ${line}\ninitrd /initrd\nboot\n`;
  const common = (parts: Parts) => ({
    "EFI/debian/grub.cfg": menu(parts),
    vmlinuz: parts.kernel,
    initrd: parts.initrd,
  });
  return {
    grub: (parts) => ({ ...common(parts), "EFI/BOOT/BOOTX64.EFI": grub }),
    "shim-grub": (parts) => ({
      ...common(parts),
      "EFI/BOOT/BOOTX64.EFI": shim,
      "EFI/BOOT/grubx64.efi": grub,
    }),
  };
}

/** The stub with its sections behind each other, as ukify(1) and systemd-stub(7) place them. */
function unified({ kernel, initrd, line, stub }: Parts, folder: string): Buffer {
  const place = mkdtempSync(join(folder, "uki-"));
  const sections = {
    ".osrel": Buffer.from("ID=debian\nVERSION_ID=12\n"),
    ".cmdline": Buffer.from(line),
    ".linux": kernel,
    ".initrd": initrd,
  };
  writeFileSync(join(place, "stub"), stub);
  const header = execFileSync("objdump", ["-h", join(place, "stub")], { encoding: "utf8" });
  const ends = [...header.matchAll(/^ +\d+ \S+ +([0-9a-f]{8}) +([0-9a-f]+) /gm)].map(
    ([, size = "", start = ""]) => parseInt(size, 16) + parseInt(start, 16),
  );
  let next = Math.max(...ends);
  const added = Object.entries(sections).flatMap(([name, data]) => {
    const file = join(place, name.slice(1));
    writeFileSync(file, data);
    const start = Math.ceil(next / 4096) * 4096;
    next = start + data.length;
    return ["--add-section", `${name}=${file}`, "--change-section-vma", `${name}=0x${start.toString(16)}`];
  });
  execFileSync("objcopy", [...added, join(place, "stub"), join(place, "uki.efi")]);
  return readFileSync(join(place, "uki.efi"));
}

/** A disk with an EFI system partition alone. */
export function diskWith(files: Files, folder: string): string {
  const place = mkdtempSync(join(folder, "disk-"));
  const [esp, disk] = [join(place, "esp"), join(place, "disk.raw")];
  const env = { ...process.env, PATH };
  execFileSync("mkfs.vfat", ["-F", "32", "-C", esp, String((SIZE - 2) * 1024)], { env, stdio: "ignore" });
  for (const [name, content] of Object.entries(files)) {
    const file = join(place, "files", name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
  }
  execFileSync("sh", ["-c", `mcopy -s -i "$0" "$1"/* ::`, esp, join(place, "files")], {
    env,
    stdio: "ignore",
  });
  const handle = openSync(disk, "w");
  ftruncateSync(handle, SIZE * MIB);
  closeSync(handle);
  execFileSync("dd", [`if=${esp}`, `of=${disk}`, "bs=1M", "seek=1", "conv=notrunc,sparse"], {
    stdio: "ignore",
  });
  const table = `label: gpt\nstart=2048, size=${((SIZE - 2) * MIB) / 512}, type=${ESP_TYPE}\n`;
  execFileSync("sfdisk", ["-q", "--wipe", "never", disk], {
    input: table,
    env,
    stdio: ["pipe", "ignore", "ignore"],
  });
  return disk;
}
