import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { Command, Option } from "commander";
import { CLOUD_LABELS, CLOUDS, isCloud } from "../facts/clouds";
import { listWords, splitList } from "../facts/words";
import { type Answers, Asker } from "./init/answers";
import { CI_SYSTEMS } from "./init/ci";
import { describe, startOf } from "./init/first-disk";
import { projectFiles } from "./init/project-files";
import {
  BACKEND,
  CI,
  DISK,
  KEY_FILE,
  OFFICIAL,
  ORIGIN,
  PASSPHRASE,
  PRODUCT,
  PUBLISHER,
  SECRETS,
  SIGN_WITH,
  WHERE,
  WHO,
} from "./init/questions";
import { makeSecrets, type Secrets } from "./init/secrets";
import { CLOUD_COMMANDS } from "./clouds";
import { architectureOption, bootModeOption, type DiskOptions } from "./disk-options";
import type { Flags } from "./init/section";
import { imageFileOf, stackText } from "./init/stack-text";
import { askEngine } from "./engine";
import type { Io } from "./io";
import { Refusal } from "./problem";
import { checkStackText } from "./stack";

interface Options extends DiskOptions {
  product?: string;
  publisher?: string;
  official?: true;
  basedOn?: string;
  cloud?: string[];
  disk?: string;
  version?: string;
  public?: true;
  private?: true;
  backend?: string;
  secrets?: string;
  signWith: string;
  ci?: string;
  stack: boolean;
}

const HELP = `
At a terminal it asks what the flags do not say. Without one, --product, --publisher, --official or --based-on, and
--cloud are needed, and what a cloud needs.

  imprimatur init --product my-linux --publisher "My Company" --based-on "Debian 13" --cloud aws --cloud azure
  imprimatur init --product my-linux --publisher "My Company" --official --cloud gcp --gcp-project my-project --public

It writes package.json, Pulumi.yaml, index.js, .gitignore and stacks/Pulumi.<product>.yaml into this folder and leaves alone
what is there; a release key and a passphrase for the state go to ~/.config/imprimatur/<product>/ ($XDG_CONFIG_HOME),
its public key beside the project's files. Nothing is published, and no cloud is asked.

Exit codes: 0 written, 1 a problem, which is named; 2 wrong usage.`;

export function command(io: Io): Command {
  const init = new Command("init")
    .description(
      "Begins a project in this folder: a stack file, what the engine needs, and keys outside of it.",
    )
    .option("--product <name>", "name of the product, as debian-13: part of every name and tag")
    .option("--publisher <name>", "who answers for the images, as users know them")
    .addOption(new Option("--official", "built by the publisher from its own sources").conflicts("basedOn"))
    .option("--based-on <product>", 'made from another publisher\'s product, as "Debian 13"')
    .option("--cloud <cloud...>", `where it is published: ${CLOUDS.join(", ")}; repeat it`)
    .option(
      "--disk <file>",
      "raw disk of the first release, below this folder; it is described in its image file",
    )
    .addOption(architectureOption())
    .addOption(bootModeOption())
    .option("--version <version>", "version of the first release; default: today, as 20261120.0")
    .addOption(new Option("--public", "everyone may use what is published").conflicts("private"))
    .option("--private", "only the accounts that publish may, until the stack file says more (default)")
    .option(
      "--backend <url>",
      "where the state is kept: file://…, s3://…, gs://…, azblob://…; default: file://~",
    )
    .option(
      "--secrets <provider>",
      "what encrypts the state's secrets: passphrase (default), awskms://…, gcpkms://…, azurekeyvault://…",
    )
    .option(
      "--sign-with <key>",
      "the release key: file (default: one is made), awskms:///…, gcpkms://…, azurekms://…",
      "file",
    )
    .option("--ci <system>", `a pipeline besides: ${Object.keys(CI_SYSTEMS).join(", ")}`)
    .option("--no-stack", "do not make the stack in that backend");
  for (const cloud of Object.values(CLOUD_COMMANDS))
    for (const [flags, help] of cloud.init().options) init.option(flags, help);
  return init.addHelpText("after", HELP).action(async (options: Options & Flags) => {
    await begin(options, io);
  });
}

async function begin(options: Options & Flags, io: Io): Promise<void> {
  const asker = new Asker(io);
  const asked = await answersOf(options, asker);
  const start = await startOf(asked.disk, options, asker, io);
  const answers = { ...asked, bootMode: start?.bootMode };
  const sections = answers.clouds.map((cloud) => CLOUD_COMMANDS[cloud].init());
  const blocks: string[] = [];
  for (const section of sections) blocks.push(await section.write(answers, options, asker));
  const storage = await storageOf(options, asker);
  asker.settle();
  const ci = options.ci === undefined ? undefined : CI_SYSTEMS[options.ci];

  const stackFile = `stacks/Pulumi.${answers.product}.yaml`;
  if (existsSync(stackFile))
    throw new Refusal(
      `${stackFile} is there already: edit it, or give another --product; nothing was written`,
    );
  const text = stackText(answers, blocks, storage.signWith);
  checkStackText(text, stackFile);
  if (answers.disk !== undefined) {
    const images = await describe(answers.disk, answers, start, io);
    checkStackText(text, stackFile, new Map([[imageFileOf(answers), images]]));
  }
  const hasPassphrase = storage.secrets === PASSPHRASE;
  const hasKeyFile = storage.signWith === undefined;
  const secrets = makeSecrets(answers.product, { hasPassphrase, hasKeyFile });
  const clouds = answers.clouds.map((cloud) => CLOUD_COMMANDS[cloud].pipeline);
  const files = {
    ...projectFiles(answers, sections, storage.backend),
    [stackFile]: text,
    ...(secrets.publicKey !== undefined && { [`${answers.product}.pub.pem`]: secrets.publicKey }),
    ...(ci && { [ci.file]: ci.write({ product: answers.product, clouds, hasPassphrase, hasKeyFile }) }),
  };
  for (const [file, text] of Object.entries(files)) write(file, text, io);
  if (options.stack) await makeStack(answers.product, storage, secrets);
  io.out(nextSteps(answers, secrets, options));
}

/** Where the state is kept, what encrypts its secrets, and what signs. */
interface Storage {
  readonly backend: string;
  /** `passphrase`, or the engine's URL of a key. */
  readonly secrets: string;
  /** Key in a KMS; absent: a key file. */
  readonly signWith?: string;
}

async function storageOf(options: Options, asker: Asker): Promise<Storage> {
  const backend = await asker.answer(options.backend, BACKEND);
  const secrets = await asker.answer(options.secrets, SECRETS);
  const signWith = await asker.answer(options.signWith, SIGN_WITH);
  if (options.ci !== undefined) {
    await asker.answer(options.ci, CI);
    if (backend.startsWith("file:"))
      asker.refuse("--ci needs a --backend that a runner reaches too: s3://…, gs://… or azblob://…");
  }
  return { backend, secrets, ...(signWith !== KEY_FILE && { signWith }) };
}

async function answersOf(options: Options, asker: Asker): Promise<Answers> {
  const product = await asker.answer(options.product, PRODUCT);
  const publisher = await asker.answer(options.publisher, PUBLISHER);
  const origin = await asker.answer(options.official ? OFFICIAL : options.basedOn, ORIGIN);
  const clouds = await asker.answer(options.cloud?.join(","), WHERE);
  const disk = await asker.answer(options.disk, DISK);
  const who = options.public ? "public" : options.private ? "private" : undefined;
  const isPublic = (await asker.answer(who, WHO)) === "public";
  const version = options.version ?? `${new Date().toISOString().slice(0, 10).replaceAll("-", "")}.0`;
  return {
    product,
    publisher,
    basedOn: origin === OFFICIAL ? undefined : origin,
    clouds: splitList(clouds).filter(isCloud),
    disk: disk || undefined,
    isPublic,
    version,
  };
}

/** A file that is there is the user's. */
function write(file: string, text: string, io: Io): void {
  if (existsSync(file)) {
    if (readFileSync(file, "utf8") !== text) io.err(`${file} is there and is left as it is\n`);
    return;
  }
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text);
  io.err(`wrote ${file}\n`);
}

/**
 * Makes the stack in the backend, unless it is there. The engine is fetched if it is not on PATH.
 *
 * @throws {Refusal} when the backend or the KMS refuses; the project's files are written by then
 */
async function makeStack(
  stack: string,
  { backend, secrets }: Storage,
  { passphrase }: Secrets,
): Promise<void> {
  const env: Record<string, string> =
    passphrase === undefined ? {} : { PULUMI_CONFIG_PASSPHRASE_FILE: passphrase };
  const [, folder] = /^file:\/\/(\/.+)$/.exec(backend) ?? [];
  if (folder !== undefined) mkdirSync(folder, { recursive: true, mode: 0o700 });
  const provider = ["--secrets-provider", secrets];
  try {
    await askEngine(["stack", "select", stack, "--create", ...provider], { env });
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    throw new Refusal(
      `${error.message}. The project is written, but ${backend} has no stack ${stack} yet; once that is mended, run: ` +
        `npx imprimatur pulumi stack select ${stack} --create ${provider.join(" ")}`,
    );
  }
}

function nextSteps(
  { product, clouds, disk }: Answers,
  { key, passphrase }: Secrets,
  options: Options,
): string {
  const describe = `npx imprimatur inspect images/${product}/disk.raw --product ${product} --version …`;
  const first =
    disk === undefined ? [`${describe.padEnd(62)}   # then name its image file in the stack file`] : [];
  const made = options.stack ? [] : [`npx imprimatur pulumi stack init ${product}`];
  const kept = [passphrase, key].filter((file) => file !== undefined);
  return `
Next:
${[
  ...(passphrase === undefined ? [] : [`  export PULUMI_CONFIG_PASSPHRASE_FILE=${passphrase}`]),
  ...(key === undefined ? [] : [`  export IMPRIMATUR_SIGNING_KEY=${key}`]),
]
  .map((line) => `${line}\n`)
  .join(
    "",
  )}${clouds.map((cloud) => `  # ${CLOUD_LABELS[cloud]}: ${CLOUD_COMMANDS[cloud].init().credentials}`).join("\n")}
  ${["npm install", ...made, ...first, "npx imprimatur doctor", "npx imprimatur plan", "npx imprimatur up"].join("\n  ")}
${
  kept.length === 0
    ? ""
    : `Keep ${listWords(kept)} well and elsewhere too: without the passphrase the state cannot be read, and users know your images by the key.
`
}`;
}
