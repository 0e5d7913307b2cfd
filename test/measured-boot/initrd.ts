/** An initrd that says what the TPM holds, with klibc's programs of the Debian disk, and switches the machine off. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { MIB } from "../../facts/units";

const PROGRAMS = ["sh", "cat", "mount", "mkdir", "poweroff"];
const REGISTERS = [4, 7, 8, 9, 11, 12, 13, 14];

/** What firmware says comes before it. */
export const MARK = "what follows is the event log";

/** Registers to the first serial line, the event log as it is to the second; where a kernel has none, nothing. */
export const REPORT = `for bank in sha256 sha384; do for pcr in ${REGISTERS.join(" ")}; do
echo "pcr $bank $pcr $(cat /sys/class/tpm/tpm0/pcr-$bank/$pcr)" > /dev/ttyS0; done; done
echo "${MARK}" > /dev/ttyS1
[ ! -e /sys/kernel/security/tpm0/binary_bios_measurements ] || cat /sys/kernel/security/tpm0/binary_bios_measurements > /dev/ttyS1
`;

const INIT = `#!/bin/sh
mount -t devtmpfs dev /dev
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t securityfs sec /sys/kernel/security
${REPORT}
poweroff
`;

/** Where the root of the Debian disk begins: tools/image-debian.ts. */
const ROOT_AT = 257 * MIB;

/** Files of the Debian disk's root. */
export function takeFrom(disk: string, folder: string) {
  const debugfs = (request: string) =>
    execFileSync("/usr/sbin/debugfs", ["-R", request, `${disk}?offset=${ROOT_AT}`], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
    });
  return {
    names: (path: string) =>
      debugfs(`ls -p ${path}`)
        .split("\n")
        .map((line) => line.split("/")[5] ?? "")
        .filter((name) => name !== ""),
    file(path: string): Buffer {
      const into = join(mkdtempSync(join(folder, "taken-")), "file");
      debugfs(`dump ${path} ${into}`);
      return readFileSync(into);
    },
    folder(path: string): Map<string, Buffer> {
      const into = mkdtempSync(join(folder, "taken-"));
      debugfs(`rdump ${path} ${into}`);
      const at = join(into, path.slice(path.lastIndexOf("/") + 1));
      return new Map(readdirSync(at).map((name) => [name, readFileSync(join(at, name))]));
    },
  };
}

/** @param more text of a file that is in it besides: another initrd */
export function initrdOf(taken: ReturnType<typeof takeFrom>, more = ""): Buffer {
  const klibc = taken.names("/usr/lib").find((name) => /^klibc-.*\.so$/.test(name));
  if (klibc === undefined) throw new Error("the disk has no klibc: is it that of npm run image:debian?");
  const programs = PROGRAMS.map(
    (name) => [`bin/${name}`, 0o100755, taken.file(`/usr/lib/klibc/bin/${name}`)] as const,
  );
  const folders = ["bin", "lib", "dev", "proc", "sys"].map(
    (name) => [name, 0o040755, Buffer.alloc(0)] as const,
  );
  return cpioOf([
    ...folders,
    ...programs,
    [`lib/${klibc}`, 0o100755, taken.file(`/usr/lib/${klibc}`)],
    ["init", 0o100755, Buffer.from(INIT)],
    ...(more === "" ? [] : [["more", 0o100644, Buffer.from(more)] as const]),
  ]);
}

/** In the format newc: kernel documentation, driver-api/early-userspace/buffer-format. */
function cpioOf(members: readonly (readonly [name: string, mode: number, data: Buffer])[]): Buffer {
  const padded = (bytes: Buffer) => Buffer.concat([bytes, Buffer.alloc((4 - (bytes.length % 4)) % 4)]);
  const all = [...members, ["TRAILER!!!", 0, Buffer.alloc(0)] as const].map(([name, mode, data], index) => {
    const fields = [index + 1, mode, 0, 0, 1, 0, data.length, 0, 0, 0, 0, name.length + 1, 0];
    const header = `070701${fields.map((field) => field.toString(16).padStart(8, "0")).join("")}${name}\0`;
    return Buffer.concat([padded(Buffer.from(header, "latin1")), padded(data)]);
  });
  return Buffer.concat(all);
}
