import { execFileSync, spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { MIB } from "../../facts/units";
import { readExpectation } from "../../cli/policy";
import { measurePolicy } from "../../inspection/measure";
import { Disk } from "../../disk/disk";
import { readPartitionTable } from "../../disk/partition-table";
import { testWith } from "./harness/needs";

const ROOT = path.join(__dirname, "..", "..");
/** Offsets of the partitions as tools/image-debian.ts places them, in bytes. */
const ESP = MIB;
const ROOT_FS = 257 * MIB;

/** Writes into the ext4 root of a raw disk, without mounting it. */
function change(disk: string, ...requests: string[]): void {
  const script = path.join(path.dirname(disk), "requests");
  fs.writeFileSync(script, `${requests.join("\n")}\n`);
  execFileSync("debugfs", ["-w", "-f", script, `${disk}?offset=${ROOT_FS}`], {
    stdio: "ignore",
    env: { ...process.env, PATH: `${process.env.PATH}:/usr/sbin:/sbin` },
  });
}

describe("the image policy on a real Debian disk", () => {
  testWith(["mmdebstrap", "mcopy", "sfdisk", "mkfs.vfat"])(
    "passes as it is, and of ten spoiled variants finds exactly what was spoiled",
    async () => {
      const folder = fs.mkdtempSync(path.join(os.tmpdir(), "imprimatur-policy-"));
      const write = (name: string, text: string) => {
        fs.writeFileSync(path.join(folder, name), text);
        return path.join(folder, name);
      };
      // The command would hash the whole disk too; for the variants the rules alone are enough.
      const measure = async (path: string) => {
        const disk = await Disk.open(path);
        const table = await readPartitionTable(disk).finally(() => disk.close());
        const subject = {
          path,
          size: disk.size,
          blockMapRoot: "",
          architecture: "x86_64",
          bootMode: "uefi",
        } as const;
        const { rules } = measurePolicy({ ...subject, partitionTable: table }, readExpectation(undefined));
        return rules.filter(({ outcome }) => outcome !== "passed").map(({ id }) => id);
      };
      /** The disk's own file with text appended. */
      const extended = (file: string, more: string) => {
        const args = ["-c", "-R", `cat ${file}`, `${sound}?offset=${ROOT_FS}`];
        const env = { ...process.env, PATH: `${process.env.PATH}:/usr/sbin:/sbin` };
        return write(
          "extended",
          execFileSync("debugfs", args, { env, maxBuffer: 64 * MIB }).toString() + more,
        );
      };
      const put = (source: string, target: string) => [`rm ${target}`, `write ${source} ${target}`];
      const dpkg = (fields: string) =>
        extended(
          "/var/lib/dpkg/status",
          `\nPackage: spoiled\nStatus: install ok installed\nVersion: 1\n${fields}\n`,
        );

      const sound = execFileSync("npm", ["run", "--silent", "image:debian"], {
        cwd: ROOT,
        encoding: "utf8",
      }).trim();
      const variants: { what: string; spoil: (disk: string) => void; want: string }[] = [
        {
          what: "a host key",
          spoil: (disk) => change(disk, `write ${write("k", "key")} /etc/ssh/ssh_host_ed25519_key`),
          want: "ssh-host-keys",
        },
        {
          what: "a password",
          spoil: (disk) =>
            change(disk, ...put(write("s", "root:$y$j9T$abc:20000:0:99999:7:::\n"), "/etc/shadow")),
          want: "passwords",
        },
        {
          what: "a contrib package",
          spoil: (disk) =>
            change(disk, ...put(dpkg("Architecture: amd64\nSection: contrib/net"), "/var/lib/dpkg/status")),
          want: "package-areas",
        },
        {
          what: "a package of a foreign architecture",
          spoil: (disk) =>
            change(disk, ...put(dpkg("Architecture: i386\nSection: net"), "/var/lib/dpkg/status")),
          want: "package-architecture",
        },
        {
          what: "the wrong datasources",
          spoil: (disk) =>
            change(
              disk,
              `write ${write("d", "datasource_list: [ OpenStack ]\n")} /etc/cloud/cloud.cfg.d/99_own.cfg`,
            ),
          want: "cloud-init-datasources",
        },
        {
          what: "a machine id",
          spoil: (disk) =>
            change(disk, ...put(write("m", "0123456789abcdef0123456789abcdef\n"), "/etc/machine-id")),
          want: "machine-id",
        },
        {
          what: "caches",
          spoil: (disk) =>
            change(disk, `write ${write("c", "x".repeat(MIB))} /var/cache/apt/archives/spoiled_1_amd64.deb`),
          want: "leftover-caches",
        },
        {
          what: "an authorized key",
          spoil: (disk) =>
            change(
              disk,
              "mkdir /root/.ssh",
              `write ${write("a", "ssh-ed25519 AAAA x\n")} /root/.ssh/authorized_keys`,
            ),
          want: "authorized-keys",
        },
        {
          what: "non-free in apt",
          spoil: (disk) =>
            change(
              disk,
              ...put(
                write("l", "deb http://deb.example.org/debian x main non-free\n"),
                "/etc/apt/sources.list",
              ),
            ),
          want: "package-sources",
        },
        {
          what: "a broken ESP",
          spoil: (disk) => execFileSync("mdel", ["-i", `${disk}@@${ESP}`, "::EFI/BOOT/BOOTX64.EFI"]),
          want: "boot-loader",
        },
      ];

      try {
        const command = path.join(ROOT, "cli", "imprimatur.js");
        const said = spawnSync(process.execPath, [command, "inspect", "--policy", sound], {
          encoding: "utf8",
        });
        expect(said.stdout).toMatch(/^policy passed: \d+ passed, 0 failed, 0 not inspected$/m);
        const disk = path.join(folder, "spoiled.raw");
        const found = [];
        for (const { what, spoil } of variants) {
          execFileSync("cp", ["--sparse=always", "--reflink=auto", sound, disk]);
          spoil(disk);
          found.push({ what, failed: await measure(disk) });
        }
        expect(found).toEqual(variants.map(({ what, want }) => ({ what, failed: [want] })));
      } finally {
        fs.rmSync(folder, { recursive: true, force: true });
      }
    },
    900_000,
  );
});
