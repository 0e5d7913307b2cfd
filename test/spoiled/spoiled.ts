/*
 * `npm run spoiled [-- DISK]`: the Debian disk of `npm run image:debian`, spoiled in many ways at once, against the signed
 * archive. Each way has to be found and named; the disk as it is has to pass.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { join } from "node:path";
import { MIB } from "../../facts/units";
import { SpoiledDisk } from "./disk";
import { BELIEFS } from "./beliefs";
import { INITRAMFS } from "./initramfs";
import { VARIANTS as PLAIN } from "./variants";

const VARIANTS = [...PLAIN, ...BELIEFS, ...INITRAMFS];

const ARCHIVES = ["http://deb.debian.org/debian", "http://deb.debian.org/debian-security"];

/** Findings of `imprimatur inspect --archive`, as `path: message`. */
function findingsOf(disk: string): string[] {
  const program = join(__dirname, "..", "..", "cli", "imprimatur.js");
  const archives = ARCHIVES.flatMap((each) => ["--archive", each]);
  const { stdout, stderr } = spawnSync(process.execPath, [program, "inspect", disk, ...archives, "--json"], {
    encoding: "utf8",
    maxBuffer: 64 * MIB,
  });
  if (stdout === "") throw new Error(`${disk}: ${stderr}`);
  const { contents } = JSON.parse(stdout) as {
    contents?: { findings: { where?: string; message: string }[] };
  };
  if (!contents) throw new Error(stdout);
  return contents.findings.map(({ where, message }) =>
    where === undefined ? message : `${where}: ${message}`,
  );
}

function main(): void {
  const [given] = process.argv.slice(2);
  const original =
    given ??
    execFileSync(
      process.execPath,
      [join(__dirname, "..", "..", "node_modules/tsx/dist/cli.mjs"), "tools/image-debian.ts"],
      {
        encoding: "utf8",
      },
    ).trim();
  const alarms = findingsOf(original);
  for (const alarm of alarms) process.stdout.write(`FALSE ALARM  ${alarm}\n`);
  const disk = new SpoiledDisk(original);
  try {
    const kernel = /vmlinuz-(\S+)/.exec(
      execFileSync("/usr/sbin/debugfs", ["-R", "ls -p /boot", `${disk.path}?offset=${257 * MIB}`], {
        encoding: "utf8",
      }).replaceAll("/", " "),
    )![1]!;
    for (const { spoil } of VARIANTS) spoil(disk, kernel);
    const findings = findingsOf(disk.path);
    const missed = VARIANTS.filter(({ said }) => !findings.some((finding) => said.test(finding)));
    for (const { name, said } of VARIANTS) {
      const finding = findings.find((each) => said.test(each));
      process.stdout.write(
        finding === undefined ? `MISSED  ${name}\n` : `found   ${name}\n        ${finding}\n`,
      );
    }
    const others = findings.filter((finding) => !VARIANTS.some(({ said }) => said.test(finding)));
    for (const finding of others) process.stdout.write(`besides ${finding}\n`);
    process.stdout.write(
      `${VARIANTS.length - missed.length} of ${VARIANTS.length} found; ${alarms.length} false alarms on the disk as it is\n`,
    );
    process.exitCode = missed.length > 0 || alarms.length > 0 ? 1 : 0;
  } finally {
    disk.remove();
  }
}

main();
