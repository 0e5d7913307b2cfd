// Starts fast: modules are loaded when needed.
import { Command, InvalidArgumentError } from "commander";
import { withRecordSourceOptions } from "./catalogue/source-options";
import { EXIT, type Io } from "./io";
import { repeated } from "./repeated";
import type { PendingRoot, RoleOptions } from "./signed-index/roots";
import type { UpdateOptions, Written } from "./signed-index/update";

/* eslint-disable @typescript-eslint/no-require-imports -- loaded when used, not before */
const load = {
  roots: () => require("./signed-index/roots") as typeof import("./signed-index/roots"),
  update: () => require("./signed-index/update") as typeof import("./signed-index/update"),
  show: () => require("./signed-index/show") as typeof import("./signed-index/show"),
};
/* eslint-enable @typescript-eslint/no-require-imports */

const HELP = `
An index says what a record cannot: that a release is withdrawn, that a newer one is out, that nothing is kept from the asker. It
is made of static files in the form of The Update Framework (TUF 1.0): upload the folder to any web server or bucket, timestamp.json last.
Users get trust.json once, over another way than the index.

Steps:
  imprimatur index init --product debian-13 --url https://images.example.org/index/debian-13 \\
    --root alice.pem --root bob.pub.pem --root carol.pub.pem --root-threshold 2 \\
    --targets release.pem --timestamp awskms:///arn:aws:kms:eu-central-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab
  imprimatur index sign --sign bob.pem             # where Bob's key is
  imprimatur index update --key publisher.pem --sign release.pem --sign timestamp.pem
  imprimatur index refresh --sign timestamp.pem    # each day, by a scheduler

Keys are files (Ed25519 or ECDSA P-256, PEM) or keys of a KMS, named as in signWith.kms. Where --sign names none, those of the variable
IMPRIMATUR_INDEX_KEYS sign, with commas between them. The passphrase of a file is in IMPRIMATUR_SIGNING_PASSPHRASE.

Exit codes: 0 done; 1 a problem; 2 wrong usage; 3 signatures of others are needed, or (show) something is not as it should be.`;

type Global = { readonly json?: boolean };

/** `imprimatur index`: the signed index of a product. */
export function command(io: Io): Command {
  const index = new Command("index")
    .description(
      "Keeps the signed index of a product: which releases are good, withdrawn or replaced, as of now.",
    )
    .addHelpText("after", HELP);

  withRoles(at(index.command("init"), "begin an index: who signs for which role"))
    .option("--url <address>", "where it will be published, as https://images.example.org/index/debian-13")
    .action(async (options: Parameters<ReturnType<typeof load.roots>["initIndex"]>[0] & Global) =>
      reportRoot(await load.roots().initIndex(options, io), options, io),
    );
  withSign(at(index.command("sign"), "add a signature to a root that waits for it")).action(
    async (options: UpdateOptions & Global) =>
      reportRoot(await load.roots().signIndex(options, io), options, io),
  );
  withDays(
    withSign(
      withRecordSourceOptions(
        at(
          index.command("update"),
          "sign what is published now, from the records and the state of the stack",
        ),
      ),
    ),
  ).action(async (options: UpdateOptions & Global) =>
    report(await load.update().updateIndex(options, io), options, io),
  );
  withDays(
    withSign(at(index.command("refresh"), "sign a new timestamp: nothing newer is out, as of now")),
  ).action(async (options: UpdateOptions & Global) =>
    report(await load.update().refreshIndex(options, io), options, io),
  );
  withRoles(
    at(index.command("rotate"), "a new root: other keys or thresholds, or the same for another year"),
  ).action(async (options: RoleOptions & UpdateOptions & Global) =>
    reportRoot(await load.roots().rotateIndex(options, io), options, io),
  );
  at(index.command("show"), "say what it says, who signs it, and what expires soon")
    .option("--trust <file>", "look at what is published, as a user who has this trust file")
    .option("--root <file>", "the same with --index and this root")
    .option("--within <days>", "what expires within so many days is a problem", days, 2)
    .action(async (options: Parameters<ReturnType<typeof load.show>["showIndex"]>[0] & Global) => {
      const { showIndex, renderIndex } = load.show();
      const shown = await showIndex(options, io);
      io.out(options.json ? json(shown) : renderIndex(shown));
      if (shown.problems.length > 0) io.exitWith(EXIT.drift);
    });
  return index;
}

function at(command: Command, summary: string): Command {
  return command
    .description(summary)
    .option("--product <name>", "the product; its index is in index/<product>")
    .option("--index <folder>", "another folder of an index")
    .option("--json", "print it as JSON");
}

function withSign(command: Command): Command {
  const what = "private key or KMS key that signs; may be repeated; default: IMPRIMATUR_INDEX_KEYS";
  return command.option("--sign <key>", what, repeated, []);
}

function withDays(command: Command): Command {
  return command.option("--days <number>", "days until users no longer believe it; default: 7", days);
}

function withRoles(command: Command): Command {
  const role = (name: string, what: string) =>
    command
      .option(`--${name} <key>`, `${what}; may be repeated`, repeated, [])
      .option(`--${name}-threshold <number>`, `how many of them have to sign as ${name}`, days);
  role("root", "key that may change all others: offline, several people's");
  role("targets", "key that vouches for releases and their state");
  role("snapshot", "key for which files belong together; default: those of targets");
  role("timestamp", "key for a timestamp, at hand of a scheduler");
  return withSign(command);
}

/** A whole number from 1 on. */
function days(value: string): number {
  if (!/^[1-9]\d{0,3}$/.test(value))
    throw new InvalidArgumentError("It has to be a whole number from 1 to 9999.");
  return Number(value);
}

function json(value: object): string {
  return `${JSON.stringify({ schemaVersion: 1, ...value }, null, 2)}\n`;
}

function reportRoot({ folder, version, missing }: PendingRoot, options: Global, io: Io): void {
  const next =
    version === 1
      ? "`imprimatur index update` signs what is published now"
      : "the next `imprimatur index update` or `refresh` publishes it (update, if the keys of targets or snapshot changed)";
  if (options.json) io.out(json({ folder, rootVersion: version, missing }));
  else if (missing.length === 0) io.out(`${folder}: root ${version} has all its signatures; ${next}\n`);
  else {
    const line = `${folder}: root ${version} needs ${missing.join(" and ")}`;
    io.out(`${line}: run \`imprimatur index sign --index ${folder} --sign <key>\` where they are\n`);
  }
  if (missing.length > 0) io.exitWith(EXIT.proposed);
}

function report(written: Written, options: Global, io: Io): void {
  const { folder, version, expires, changes, staged } = written;
  for (const release of staged) io.err(`left out: ${release} is staged\n`);
  if (options.json) {
    io.out(json(written));
    return;
  }
  io.out([...changes, ""].join("\n"));
  const what = changes.length === 0 ? "nothing changed; signed again" : "signed";
  io.out(
    `${folder}: ${what}: version ${version}, good until ${expires}; upload it, ${folder}/timestamp.json last\n`,
  );
}
