import { execFileSync } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import fs from "node:fs";
import { publishedImages } from "../../rehearsal/guided/outputs";
import { readPublished } from "../../rehearsal/guided/read-back";
import { differentBlocks, digestsOfFile } from "../../rehearsal/guided/read-back/blocks";
import { flipBit } from "./harness/flip-bit";
import { expectSuccess, oneLineError, Rehearsed } from "./harness/rehearsed";
import { seenByStrangers } from "./harness/seen";
import { signedList } from "./harness/signed-list";
import { smallRelease } from "./harness/small-disk";
import { stackFile, type StackOutputs } from "./harness/stack-file";

const PLACES = { product: "bits", regions: ["eu-central-1", "us-east-1"], azureRegions: ["westeurope"] };
const COMMUNITY = {
  publicNamePrefix: "imprimatur",
  publisherUri: "https://imprimatur.example",
  publisherContact: "images@imprimatur.example",
  eula: "https://imprimatur.example/eula",
};
const ENV = {
  IMPRIMATUR_SIGNING_KEY: "release.pem",
  PULUMI_EXPERIMENTAL: "true",
  PULUMI_SKIP_CHECKPOINTS: "true",
};

/** Offset of data in the disks of this test, in bytes; and the number of its block of 512 KiB. */
const DATA = 4 * 1024 * 1024 + 100;
const BLOCK = 8;
const DIFFERS = `1 block of 512 KiB differs \\(${BLOCK}\\)`;

/** A bit that is inverted before the gate. Each release has one; the check that finds it reports where. */
interface Row {
  where: string;
  turn: (rehearsed: Rehearsed, version: string) => Promise<void> | void;
  /** Expected lines of the message. */
  says: (version: string) => RegExp[];
  /** It is found before any cloud creates an image. */
  early?: true;
}

const ROWS: Row[] = [
  {
    where: "the raw disk, after inspect",
    turn: ({ checkout }, version) => flipBit(checkout.path(`images/bits/${version}-x86_64.raw`), DATA),
    says: (version) => [new RegExp(`${version}-x86_64\\.raw has changed since it was inspected`)],
    early: true,
  },
  {
    where: "the image file: the disk's digest",
    turn: (rehearsed, version) => turnDigit(rehearsed, version, /"sha256": "/),
    says: (version) => [new RegExp(`images/bits/${version}\\.json.*edit`)],
    early: true,
  },
  {
    where: "the image file: the root of the block map",
    turn: (rehearsed, version) => turnDigit(rehearsed, version, /"root": "(sha256:)?/),
    says: (version) => [new RegExp(`images/bits/${version}\\.json.*edit`)],
    early: true,
  },
  {
    where: "what AWS keeps of the upload",
    turn: (rehearsed) => rehearsed.fault({ kind: "rot", region: "eu-central-1", block: BLOCK }),
    says: () => [new RegExp(`snapshot snap-\\w+ in eu-central-1 .*${DIFFERS}.*it was not shared`)],
  },
  {
    where: "one region's copy of the AMI",
    turn: (rehearsed) => rehearsed.fault({ kind: "rot", region: "us-east-1", block: BLOCK }),
    says: () => [new RegExp(`snapshot snap-\\w+ in us-east-1 .*${DIFFERS}.*it was not shared`)],
  },
  {
    where: "the archive in Google's bucket",
    // Offset of the random bytes: in compressed zeros many bits can be inverted without a change of the data.
    turn: (rehearsed) => rehearsed.fault({ cloud: "gcp", kind: "rot", byte: 6000 }),
    says: (version) => [
      new RegExp(`gs://bits-archives/bits/${version}/x86_64.* arrived damaged \\(read back as sha256 `),
    ],
  },
  {
    where: "the managed disk on Azure",
    turn: (rehearsed) => rehearsed.fault({ cloud: "azure", kind: "rot", of: "disk", offset: DATA }),
    says: () => [new RegExp(`disk bits-.*${DIFFERS}.*it was not shared`)],
  },
  {
    where: "the gallery version on Azure",
    turn: (rehearsed) => rehearsed.fault({ cloud: "azure", kind: "rot", of: "version", offset: DATA }),
    says: (version) => [new RegExp(`0\\.${version}.*${DIFFERS}.*it was not shared`)],
  },
];

/** Inverts one bit of a hex digit in the image file, so that it is still a hex digit. */
function turnDigit({ checkout }: Rehearsed, version: string, before: RegExp): void {
  const file = checkout.path(`images/bits/${version}.json`);
  const found = before.exec(fs.readFileSync(file, "utf8"));
  if (!found) throw new Error(`${file} has no ${before}`);
  flipBit(file, found.index + found[0].length);
}

describe("one flipped bit", () => {
  let rehearsed: Rehearsed;
  const GOOD = "20261130.0";
  const RECORD = `records/bits/${GOOD}.sigstore.json`;

  beforeAll(async () => {
    rehearsed = await Rehearsed.start("bits");
    const { privateKey, publicKey } = generateKeyPairSync("ed25519");
    rehearsed.checkout.write("release.pem", privateKey.export({ format: "pem", type: "pkcs8" }).toString());
    rehearsed.checkout.write("publisher.pem", publicKey.export({ format: "pem", type: "spki" }).toString());
  });
  afterAll(() => rehearsed?.end());

  /** Runs the engine on a stack with this release only, public wherever an image can be. */
  async function publish(version: string) {
    const { product, regions, azureRegions } = PLACES;
    const imageFile = `images/bits/${version}.json`;
    const { config } = JSON.parse(stackFile({ product, version, imageFile, regions, azureRegions })) as {
      config: Record<string, object>;
    };
    Object.assign(config["imprimatur:aws"]!, { pointers: [`/${product}/{architecture}/latest`] });
    Object.assign(config["imprimatur:azure"]!, {
      gallery: { name: "bits", sharing: { community: COMMUNITY } },
    });
    Object.assign(config, {
      "imprimatur:record": {},
      "imprimatur:allow": ["make-public", "delete-published"],
    });
    const up = () => {
      rehearsed.checkout.write("stacks/Pulumi.bits.yaml", JSON.stringify({ config }));
      return rehearsed.pulumi(["up", "--yes", "--skip-preview"], { env: ENV });
    };
    // A version in the gallery that failed its checks is deleted before the gallery is opened: in one `up` it would
    // be visible for a while.
    const kept = (await rehearsed.inventory()).filter(({ kind }) => kind === "image version");
    if (!kept.every(({ id }) => id.includes(version))) {
      const { "imprimatur:releases": releases, "imprimatur:azure": azure } = config;
      Object.assign(config, {
        "imprimatur:releases": [],
        "imprimatur:azure": { ...azure, gallery: { name: "bits" } },
      });
      expectSuccess(await up());
      Object.assign(config, { "imprimatur:releases": releases, "imprimatur:azure": azure });
    }
    return up();
  }

  test.each(ROWS.map((row, index) => ({ ...row, version: `202611${10 + index}.0` })))(
    "in $where is caught and named, and nothing is public on any cloud",
    async ({ turn, says, early, version }) => {
      await smallRelease(rehearsed.checkout, "bits", version);
      await turn(rehearsed, version);
      const up = await publish(version);
      for (const line of says(version)) oneLineError(up, line);
      expect(await seenByStrangers(rehearsed, PLACES)).toEqual([]);
      expect(fs.existsSync(rehearsed.checkout.path(`records/bits/${version}.sigstore.json`))).toBe(false);
      const images = (await rehearsed.inventory()).filter(({ kind }) => /^image( version)?$/.test(kind));
      if (early) expect(images).toEqual([]);
    },
  );

  test("on the wire is refused by each cloud; AWS and Azure are sent the block again, Google the archive by the next up", async () => {
    await smallRelease(rehearsed.checkout, "bits", GOOD);
    await rehearsed.fault({ kind: "flip", action: "PutSnapshotBlock", path: `/blocks/${BLOCK}` });
    await rehearsed.fault({ cloud: "azure", kind: "flip" });
    await rehearsed.fault({ cloud: "gcp", kind: "flip", method: "PUT", path: "/upload/", byte: 100 });
    const up = await publish(GOOD);
    expect(oneLineError(up, /CRC32C/)).toContain(`gs://bits-archives/bits/${GOOD}/x86_64`);
    expect(await seenByStrangers(rehearsed, PLACES)).toEqual([]);

    expectSuccess(await publish(GOOD));
    expect(rehearsed.requests("PutSnapshotBlock").filter((line) => / 403 /.test(line))).toHaveLength(1);
    expect(rehearsed.log()).toMatch(/^\S+ azure .*page.* 400 Md5Mismatch/m);
    const outputs = await rehearsed.outputs<StackOutputs>();
    const raw = await digestsOfFile(rehearsed.checkout.path(`images/bits/${GOOD}-x86_64.raw`));
    for (const image of publishedImages(outputs)) {
      const different = differentBlocks(raw, await readPublished(rehearsed.env, image));
      expect({ image: image.id, different }).toEqual({ image: image.id, different: [] });
    }
    // The same view as above, which shows that it sees what is public: AMI, snapshot and pointer in both regions …
    expect(await seenByStrangers(rehearsed, PLACES)).toHaveLength(2 * 3 + 2 + 1);
  });

  /** Everything that a bundle's signature covers, and the hint that names the key. */
  test.each([
    { where: "the payload of the record", part: "payload", says: /changed after it was signed/ },
    { where: "the signature in the bundle", part: "sig", says: /changed after it was signed/ },
    { where: "the key hint in the bundle", part: "hint", says: /signed by another key/ },
    { where: "the payload type in the bundle", part: "payloadType", says: /not of an in-toto statement/ },
    { where: "the bundle's media type", part: "mediaType", says: /not a sigstore bundle/ },
  ])("in $where is refused by verify, which names the file", async ({ part, says }) => {
    const { checkout } = rehearsed;
    const text = fs.readFileSync(checkout.path(RECORD), "utf8");
    const found = new RegExp(`"${part}": ?"[^"]{20}`).exec(text);
    checkout.write("turned/record.sigstore.json", text);
    flipBit(checkout.path("turned/record.sigstore.json"), found!.index + found![0].length - 1);
    const ran = await checkout.imprimatur([
      ...["verify", "disk", `images/bits/${GOOD}-x86_64.raw`],
      ...["--record", "turned/record.sigstore.json", "--key", "publisher.pem"],
    ]);
    expect(ran.status).toBe(1);
    expect(oneLineError(ran, says)).toContain("turned/record.sigstore.json");
    expect(ran.stdout).toBe("");
  });

  test.each([
    { where: "SHA512SUMS", file: "SHA512SUMS", says: /no valid signature of \S+SHA512SUMS / },
    { where: "its signature", file: "SHA512SUMS.sign", says: /SHA512SUMS\.sign: (no valid|not a detached)/ },
    // The bit may break the keyring's form, or the signature on the key.
    {
      where: "the keyring",
      file: "builder.asc",
      says: /builder\.asc: not|no valid signature .*self-signature/,
    },
  ])("in $where is refused by inspect before the disk is read; no image file is written", async (row) => {
    const { checkout } = rehearsed;
    const folder = checkout.path("signed");
    fs.mkdirSync(folder, { recursive: true });
    // A file that takes long to read and is not a disk: reading it would end with another message.
    execFileSync("truncate", ["-s", "1T", `${folder}/disk.raw`]);
    fs.writeFileSync(`${folder}/small.raw`, "not read either");
    const trust = await signedList(folder, ["small.raw"]);
    flipBit(`${folder}/${row.file}`, fs.statSync(`${folder}/${row.file}`).size >> 1);
    const output = ["--product", "bits", "--version", "1", "--output", "images/bits/never.json"];
    const ran = await checkout.imprimatur(["inspect", `${folder}/disk.raw`, ...trust, ...output]);
    oneLineError(ran, row.says);
    expect(fs.existsSync(checkout.path("images/bits/never.json"))).toBe(false);
  });

  test("leaves nothing behind after destroy", async () => {
    expectSuccess(await rehearsed.pulumi(["destroy", "--yes", "--skip-preview"], { env: ENV }));
    expect(await rehearsed.inventory()).toEqual([]);
  });
});
