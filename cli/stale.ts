import { existsSync } from "node:fs";
import { Command } from "commander";
import { ARCHIVE_KEYRING } from "./archive-keyring";
import { startWaiting } from "./waiting";
import { EXIT, type ExitCode, type Io } from "./io";
import { renderStale } from "./stale/report";
import { staleImages } from "./stale/images";
import type { Options } from "./stale/options";
import { UsageProblem } from "./problem";
import { repeated } from "./repeated";
import { signerProblems, withSignerOptions } from "./signer-options";

const HELP = `
For each image of the newest release of a product, the packages for which the archive has newer versions: what
'apt list --upgradable' would say inside of it, from the bill of materials that its signed record names. Nothing is started, and no cloud is
asked. The image's own apt sources, pins and default release count.

Examples:
  imprimatur stale --records records/ --key publisher.pem
  imprimatur stale --records records/ --key publisher.pem --archive /srv/mirror/debian --archive /srv/mirror/debian-security
  imprimatur stale --records records/ --key publisher.pem --tracker security-tracker.json --json

A bill of materials is looked for beside its record, and in --sboms (docs/stale.md). An archive is read where the image's own sources say,
or in the first --archive that has the suite: a mirror, or a folder with its dists/. Its signature is checked.

Exit codes, for a scheduler: 0 nothing newer; 1 it could not be looked at, or not for every image; 2 wrong usage; 3 newer packages,
none of them from security; 4 newer packages from security.`;

/** `imprimatur stale`: published images whose packages have newer versions. */
export function command(io: Io): Command {
  const asked = new Command("stale")
    .description(
      "Says which packages of the published images have newer versions in the distribution's archive.",
    )
    .option("--records <folder>", "the signed records");
  return withSignerOptions(asked)
    .option(
      "--sboms <folder>",
      "where else the bills of materials are, e.g. images/; default: each beside its record",
    )
    .option(
      "--archive <path or URL>",
      "where the archive is read; may be repeated; default: the image's sources",
      repeated,
      [],
    )
    .option(
      "--keyring <file>",
      `OpenPGP keys of the archive; may be repeated; default: ${ARCHIVE_KEYRING}`,
      repeated,
      [],
    )
    .option(
      "--tracker <file>",
      "the Debian security tracker's JSON: says which issues the newer versions fix",
    )
    .option("--all", "every release that is not withdrawn, and not the newest alone")
    .option("--json", "print what was found as JSON")
    .addHelpText("after", HELP)
    .action(async (options: Options) => {
      io.exitWith(await stale(options, io));
    });
}

async function stale(given: Options, io: Io): Promise<ExitCode> {
  const options = withKeyring(given);
  const waiting = startWaiting(io);
  try {
    const images = await staleImages(options, { now: Date.now(), onStep: waiting.status, io });
    io.out(options.json ? `${JSON.stringify({ schemaVersion: 1, images }, null, 2)}\n` : renderStale(images));
    const upgrades = images.flatMap(({ upgrades }) => upgrades ?? []);
    const problems = new Set(images.flatMap(({ problems }) => problems ?? []));
    for (const line of problems) io.err(`imprimatur: ${line}\n`);
    if (problems.size > 0) return EXIT.problem;
    if (upgrades.some(({ security }) => security)) return EXIT.insecure;
    return upgrades.length > 0 ? EXIT.stale : EXIT.ok;
  } finally {
    waiting.end();
  }
}

function withKeyring(options: Options): Options {
  const { records, keyring } = options;
  const problems = [
    ...(records === undefined ? ["--records is missing: the folder with the signed records"] : []),
    ...signerProblems(options),
    ...(keyring.length === 0 && !existsSync(ARCHIVE_KEYRING)
      ? [
          `--keyring is missing, and there is no ${ARCHIVE_KEYRING}: install debian-archive-keyring, or name the archive's keys`,
        ]
      : []),
  ];
  if (problems.length > 0) throw new UsageProblem(problems.join("\n"));
  return keyring.length > 0 ? options : { ...options, keyring: [ARCHIVE_KEYRING] };
}
