/**
 * The guided rehearsal behind `npm start` and `imprimatur rehearsal start`: stand-in clouds, the real engine, one product published, every published
 * image read back, an image of each cloud checked by a stranger, and suggested next steps. Idempotent.
 */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join, relative } from "node:path";
import { parseArgs } from "node:util";
import { rehearsalEnvironment } from "./command/env";
import { releaseKey } from "./command/release-key";
import { buildCatalogue } from "./guided/catalogue";
import { Engine } from "./guided/engine";
import { type PublishedImage, publishedImages } from "./guided/outputs";
import {
  needsInspection,
  placeOwnDisk,
  type PreparedDisk,
  prepareStackFile,
  type Published,
} from "./guided/own-disk";
import { readPublished } from "./guided/read-back";
import { type BlockDigests, differentBlocks, digestsOfFile } from "./guided/read-back/blocks";
import { catalogueWord, type CheckedImage, idTable, nextSteps, strangersWord } from "./guided/report";
import { checkAsStranger } from "./guided/stranger";
import { productCommand, PROJECT, rehearsalFolder } from "./place";

const USAGE = `npm start                                        publishes the demo disk to stand-in clouds on this machine
npm start -- --image my.raw --product my-linux   publishes your own raw disk there
imprimatur rehearsal start …                     the same in a project that has imprimatur installed

  --architecture x86_64|arm64   of your disk; default: what its partitions say
  --boot-mode legacy-bios       of your disk; default: what its partitions say
  --version 20261120.0          of your disk; default: the day on which the file was last written
  --stack my-linux              stack, and its file below stacks/; default: the product
`;

const DEMO: PreparedDisk = {
  stack: "demo",
  product: "demo",
  stackFile: "stacks/Pulumi.demo.yaml",
  imageFile: "images/demo/20261120.0.json",
  rawDisk: "images/demo/demo.raw",
  version: "20261120.0",
};

// Suppresses the AWS SDK's warning about newer Node versions; package.json states the supported ones.
process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] ??= "true";

/**
 * @param argv what follows `npm start --`, or `imprimatur rehearsal start`
 * @throws one line with the cure
 */
export async function guide(argv: string[]): Promise<void> {
  const { values } = parseArgs({
    args: argv,
    options: {
      image: { type: "string" },
      product: { type: "string" },
      architecture: { type: "string" },
      "boot-mode": { type: "string" },
      version: { type: "string" },
      stack: { type: "string" },
      help: { type: "boolean" },
    },
  });
  if (values.help) return void process.stdout.write(USAGE);
  const { image, product, architecture, version, stack } = values;
  if ((image === undefined) !== (product === undefined))
    throw new Error("--image and --product belong together");
  if (image === undefined && !existsSync(join(PROJECT, DEMO.imageFile)))
    throw new Error("which disk? Say --image my.raw --product my-linux: the demo disk is in a checkout only");
  if (!existsSync(join(PROJECT, "Pulumi.yaml")))
    throw new Error(
      `${PROJECT} has no Pulumi.yaml, nor has a folder above it; npx imprimatur init begins a project`,
    );
  const started = Date.now();

  const own = image && product ? { image, product, version, stack } : undefined;
  const disk = own ? placeOwnDisk(own) : DEMO;
  const clouds = once(() => startClouds(disk.stack));
  const published = once(async () => publishedBy((await clouds()).engine, disk.product));
  if (own && (await needsInspection(own, disk, published))) {
    const named = ["--product", disk.product, "--version", disk.version, "--output", disk.imageFile];
    const chosen = Object.entries({ architecture, "boot-mode": values["boot-mode"] }).flatMap(
      ([name, value]) => (value === undefined ? [] : [`--${name}`, value]),
    );
    inspect(disk.rawDisk, [...named, ...chosen]);
  }
  const { env, engine } = await clouds();
  const done = own && (await prepareStackFile(disk, published));
  if (done !== undefined) say(done);
  await engine.ensureStack();
  say(`publishing ${disk.product} ${disk.version} as ${disk.stackFile} says\n`);
  await engine.up();

  const key = relative(PROJECT, releaseKey(rehearsalFolder()).publicKey);
  // Meanwhile: it needs the state alone.
  const catalogue = buildCatalogue(env, { ...disk, key, folder: rehearsalFolder() });
  const images = publishedImages(await engine.outputs());
  const ours = images.filter((published) => published.version === disk.version);
  say(`reading back what was published, block by block: ${ours.length} images`);
  const raw = await digestsOfFile(join(PROJECT, disk.rawDisk));
  const checked = await Promise.all(ours.map((published) => check(published, env, raw)));

  say("asking as a stranger, with the signed record and the public key");
  const stranger = await checkAsStranger(env, `records/${disk.product}/${disk.version}.sigstore.json`, key);

  process.stdout.write(`\n${disk.product} ${disk.version} is published:\n\n${idTable(checked)}\n`);
  if (stranger) process.stdout.write(`${strangersWord(stranger)}\n`);
  process.stdout.write(`${catalogueWord(await catalogue)}\n`);
  process.stdout.write(nextSteps(disk.stack, disk.stackFile));
  say(`\ndone in ${Math.round((Date.now() - started) / 1000)} s`);
}

/**
 * Reads a published image back and compares it with the raw disk.
 *
 * @throws when one byte differs
 */
async function check(
  image: PublishedImage,
  env: Record<string, string>,
  raw: BlockDigests,
): Promise<CheckedImage> {
  const found = await readPublished(env, image);
  const different = differentBlocks(raw, found);
  if (different.length === 0) return { ...image, blocks: found.size };
  const first = different.slice(0, 5).join(", ");
  throw new Error(
    `${image.id} is not the disk: ${count(different.length, "block")} of 512 KiB differ, the first at ${first}; ` +
      "do not use it, 'pulumi destroy' and 'npx imprimatur rehearsal reset' start afresh",
  );
}

async function startClouds(stack: string): Promise<{ env: Record<string, string>; engine: Engine }> {
  say("starting the stand-in clouds");
  const env = await rehearsalEnvironment(rehearsalFolder(), 1);
  Object.assign(process.env, { PATH: env["PATH"] });
  const engine = new Engine(stack, env);
  return { env, engine };
}

/** By the state and not by the files that lie there: what was refused, or never begun, is not published. */
async function publishedBy(engine: Engine, product: string): Promise<Published> {
  if (!(await engine.hasStack())) return { versions: [], holds: () => false };
  const names = await engine.resourceNames();
  return {
    versions: [...new Set(publishedImages(await engine.outputs()).map(({ version }) => version))],
    holds: (version) => names.some((name) => name.startsWith(`${product}-${version}-`)),
  };
}

/** Calls it once, and keeps the answer. */
function once<T>(call: () => Promise<T>): () => Promise<T> {
  let answer: Promise<T> | undefined;
  return () => (answer ??= call());
}

/** Runs `imprimatur inspect`, whose own message suffices on failure. */
function inspect(rawDisk: string, args: string[]): void {
  say(`inspecting ${rawDisk}`);
  const { status } = spawnSync(process.execPath, [productCommand(), "inspect", rawDisk, ...args], {
    cwd: PROJECT,
    stdio: ["ignore", 2, 2],
  });
  if (status !== 0) throw new Error(`inspecting ${rawDisk} failed, see above`);
}

function count(number: number, thing: string): string {
  return `${number} ${thing}${number === 1 ? "" : "s"}`;
}

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

if (require.main === module) {
  guide(process.argv.slice(2)).catch((error: unknown) => {
    process.stderr.write(`start: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  });
}
