/*
 * `npm run measured-boot [-- --disk FILE --record FOLDER --only LAYOUT]`: machines with UEFI firmware and a TPM in software start of disks that are
 * laid out in several ways; what `imprimatur inspect --measured-boot` says of each disk beforehand has to be what was measured, in both banks, and a
 * machine that started another kernel, initrd or command line has to be refused, with that part named.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { type BootChain, type MeasuredBoot, measuredBoot } from "../../config/measured-boot";
import { BANKS } from "../../facts/pcr";
import { programPath } from "../../facts/programs";
import { compareChain } from "../../trust/machine/compare-chain";
import { readEventLog, replayed } from "../../trust/machine/event-log";
import { takeFrom, REPORT } from "./initrd";
import { diskWith, grubLayouts, LAYOUTS, OTHERS, partsOf } from "./layouts";
import { type Measured, startMeasured } from "./machine";

const ROOT = join(__dirname, "..", "..");
const PROGRAMS = [
  "qemu-system-x86_64",
  "swtpm",
  "swtpm_setup",
  "objcopy",
  "mcopy",
  "mkfs.vfat",
  "sfdisk",
  "debugfs",
];

interface Held {
  readonly wrong: readonly string[];
  readonly proved: readonly number[];
  readonly open: readonly number[];
}

/** What `inspect` says of a disk. */
function expectedOf(disk: string): MeasuredBoot {
  const asked = [
    "cli/imprimatur.js",
    "inspect",
    disk,
    "--architecture",
    "x86_64",
    "--measured-boot",
    "--json",
  ];
  const text = execFileSync(process.execPath, asked, {
    cwd: ROOT,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  });
  return measuredBoot.parse((JSON.parse(text) as { measuredBoot: unknown }).measuredBoot);
}

/** Both banks, against the entry that fits best; the log has to bear out the registers that it explains. */
function compare(chains: readonly BootChain[], { registers, log }: Measured): Held {
  const read = log && readEventLog(log, "the event log");
  const held = chains.map((chain) => {
    const banks = BANKS.map((bank) => {
      const compared = compareChain(
        chain,
        { bank, registers: registers[bank], ...(read && { log: read }) },
        false,
      );
      const unborne = [...registers[bank]].filter(
        ([pcr, value]) => read && pcr !== 11 && pcr !== 14 && replayed(read, bank, pcr) !== value,
      );
      return {
        ...compared,
        wrong: [...compared.wrong, ...unborne.map(([pcr]) => `PCR ${pcr}: not as the log`)],
      };
    });
    return {
      wrong: banks.flatMap(({ wrong }) => wrong),
      proved: banks[0]!.proved.filter((pcr) => banks.every(({ proved }) => proved.includes(pcr))),
      open: [...new Set(banks.flatMap(({ open }) => open.map(({ pcr }) => pcr)))],
    };
  });
  return held.sort((a, b) => a.wrong.length - b.wrong.length)[0]!;
}

let failures = 0;
function say(isRight: boolean, line: string): void {
  if (!isRight) failures++;
  process.stdout.write(`${isRight ? "right" : "WRONG"}  ${line}\n`);
}

function sayEqual(name: string, { wrong, proved, open }: Held): void {
  const said = `PCR ${proved.join(", ")} as said beforehand, in both banks; not said: ${open.join(", ") || "none"}`;
  say(wrong.length === 0 && proved.length > 0, `${name}: ${wrong.length === 0 ? said : wrong.join("; ")}`);
}

/** What a reader of docs/machine.md may read again. */
function record(
  folder: string | undefined,
  name: string,
  expected: MeasuredBoot,
  { registers, log }: Measured,
): void {
  if (folder === undefined) return;
  mkdirSync(join(folder, name), { recursive: true });
  const values = Object.fromEntries(BANKS.map((bank) => [bank, Object.fromEntries(registers[bank])]));
  writeFileSync(join(folder, name, "measured-boot.json"), `${JSON.stringify(expected, null, 2)}\n`);
  writeFileSync(join(folder, name, "registers.json"), `${JSON.stringify(values, null, 2)}\n`);
  if (log) writeFileSync(join(folder, name, "event.log"), log);
}

/** The Debian disk as it is, with its own initrd: cloud-init runs the report. */
function startDebian(disk: string, folder: string): Measured {
  const place = mkdtempSync(join(folder, "seed-"));
  const script = `#!/bin/sh\n${REPORT}`;
  const data = JSON.stringify({
    runcmd: [["sh", "-c", script]],
    power_state: { mode: "poweroff", delay: "now" },
  });
  writeFileSync(join(place, "user-data"), `#cloud-config\n${data}\n`);
  writeFileSync(join(place, "meta-data"), "instance-id: measured-boot\n");
  const env = { ...process.env, PATH: `${process.env.PATH}:/usr/sbin` };
  execFileSync("mkfs.vfat", ["-C", "-n", "CIDATA", join(place, "seed"), "1024"], { env, stdio: "ignore" });
  const files = ["user-data", "meta-data"].map((name) => join(place, name));
  execFileSync("mcopy", ["-i", join(place, "seed"), ...files, "::"], { env, stdio: "ignore" });
  return startMeasured(disk, folder, join(place, "seed"));
}

function main(): void {
  const { values } = parseArgs({
    options: { disk: { type: "string" }, record: { type: "string" }, only: { type: "string" } },
  });
  const missing = PROGRAMS.filter((name) => programPath(name) === undefined);
  if (missing.length > 0)
    throw new Error(
      `missing here: ${missing.join(", ")} (Debian: qemu-system-x86, ovmf, swtpm, swtpm-tools, binutils, mtools, dosfstools, fdisk, e2fsprogs)`,
    );
  const isAsked = (name: string) => values.only === undefined || values.only === name;
  const tsx = join(ROOT, "node_modules/tsx/dist/cli.mjs");
  const debian =
    values.disk ??
    execFileSync(process.execPath, [tsx, "tools/image-debian.ts"], { cwd: ROOT, encoding: "utf8" }).trim();
  const folder = mkdtempSync(join(tmpdir(), "imprimatur-measured-"));
  const taken = takeFrom(debian, folder);
  const parts = partsOf(taken);
  const withGrub = isAsked("grub") || isAsked("shim-grub") ? grubLayouts(folder) : {};
  const asked = Object.entries({ ...LAYOUTS, ...withGrub }).filter(([name]) => isAsked(name));
  const expectations = asked.map(([name, files]) => {
    const disk = diskWith(files(parts, folder), folder);
    const [expected, measured] = [expectedOf(disk), startMeasured(disk, folder)];
    sayEqual(`${name}${measured.log ? "" : ", no event log"}`, compare(expected.entries, measured));
    record(values.record, name, expected, measured);
    return { name, files, expected };
  });
  // What GRUB starts is not known beforehand.
  for (const { name, files, expected } of expectations.filter(({ name }) => name in LAYOUTS))
    for (const [part, other] of Object.entries(OTHERS)) {
      const started = startMeasured(diskWith(files(other(parts, taken), folder), folder), folder);
      const { wrong } = compare(expected.entries, started);
      const named = wrong.filter((line) => line.startsWith(`${part} (`));
      say(named.length > 0, `${name}, another ${part}: ${named[0] ?? `not named: ${wrong.join("; ")}`}`);
    }
  if (isAsked("debian")) {
    const [expected, measured] = [expectedOf(debian), startDebian(debian, folder)];
    sayEqual("debian, the whole disk", compare(expected.entries, measured));
  }
  if (failures > 0) throw new Error(`${failures} of these; what each machine left is in ${folder}`);
  rmSync(folder, { recursive: true, force: true });
}

try {
  main();
} catch (error) {
  process.stderr.write(`measured-boot: ${(error as Error).message}\n`);
  process.exitCode = 1;
}
