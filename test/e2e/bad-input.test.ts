import { execFileSync } from "node:child_process";
import fs from "node:fs";
import { GIB } from "../../facts/units";
import { type ImageFile, writeImageFile } from "../../config/image-file";
import { rightsFault } from "../published-rights";
import type { Ran } from "./harness/checkout";
import { flipBit } from "./harness/flip-bit";
import { expectSuccess, oneLineError, Rehearsed } from "./harness/rehearsed";

const RAW = "images/demo/demo.raw";
const IMAGE = "images/demo/20261120.0.json";

/** Faults of a disk that no image file describes yet: `inspect` refuses the disk and writes nothing. */
const REFUSED_BY_INSPECT: { name: string; spoil: (disk: string) => void; says: RegExp }[] = [
  {
    name: "a file that is no disk",
    spoil: (disk) => fs.writeFileSync(disk, Buffer.alloc(1 << 20, "no disk ")),
    says: /partition table/,
  },
  {
    name: "a truncated disk",
    spoil: (disk) => fs.truncateSync(disk, fs.statSync(disk).size / 2),
    says: /is cut off/,
  },
  {
    name: "a broken checksum of the partition table",
    spoil: (disk) => flipBit(disk, 512 + 56),
    says: /CRC|checksum/,
  },
  {
    name: "a size that is no multiple of 512",
    spoil: (disk) => fs.appendFileSync(disk, "and a little more"),
    says: /512/,
  },
];

/** A stack file with a value that each cloud refuses, and the message about it. */
const REFUSED_BY_PREVIEW = {
  "imprimatur:product": { name: "demo", publisher: "Test", provenance: "official" },
  "imprimatur:checks": { input: "optional", policy: "optional", record: "optional" },
  "imprimatur:releases": [{ version: "20261120.0", state: "published", imageFile: IMAGE, protect: false }],
  "imprimatur:allow": ["make-public"],
  "imprimatur:aws": {
    homeRegion: "eu-centrall-1",
    regions: { "eu-centrall-1": {} },
    image: { tags: { "aws:team": "cloud" } },
  },
  "imprimatur:gcp": {
    project: "rehearsal-publisher",
    bucket: { name: "Archives" },
    image: { storageLocations: ["europe"], labels: { Team: "Cloud" } },
  },
  "imprimatur:azure": {
    resourceGroup: { name: "demo." },
    location: "westeurope",
    gallery: { name: "my-gallery" },
    regions: { westeurope: {}, "west-us": {} },
    tags: { "team?": "cloud" },
  },
};
const SAID_BY_PREVIEW = [
  /aws\.homeRegion: .*Did you mean eu-central-1\?/,
  /aws\.image\.tags\.aws:team: .*begins neither with aws:/,
  /gcp\.bucket\.name: .*3 to 63 characters/,
  /gcp\.image\.storageLocations\[0\]: .*a location of Google Cloud/,
  /gcp\.image\.labels\.Team: .*a label key/,
  /azure\.resourceGroup\.name: .*no dot last/,
  /azure\.gallery\.name: .*no dash/,
  /azure\.regions\.west-us: .*Azure region/,
  /azure\.tags\.team\?: .*a tag name .* without < > %/,
];

/** Disks that a release may have and that a cloud still refuses: `demo` with another version and size. */
const REFUSED_DISKS: { version: string; size: number }[] = [
  { version: "20261201.0", size: 10 * 1024 ** 2 },
  { version: "20261202.0", size: 65 * 1024 * GIB },
  { version: "20261203.0", size: GIB },
  // The same gallery version as the one before.
  { version: "0.20261203.0", size: GIB },
  // Not a whole number of sectors: `inspect` refuses such a disk, and a preview refuses an image file of that size.
  { version: "20261204.0", size: GIB + 1 },
];
const SAID_OF_DISKS = [
  /releases\[0\]\.imageFile: .*20 MiB to 2040 GiB for Azure.*10485760 bytes.*Resize/,
  /releases\[1\]\.imageFile: .*at most 64 TiB for AWS.*Make the raw disk smaller/,
  /releases\[1\]\.imageFile: .*at most 2048 GiB for Google Cloud.*Make the raw disk smaller/,
  /releases\[1\]\.imageFile: .*20 MiB to 2040 GiB for Azure/,
  /releases\[3\]\.version: .*another version of Azure's galleries than 0\.20261203\.0.*Name the release otherwise/,
  /20261204\.0\.json.*size: .*a multiple of 512/,
];

describe("bad input", () => {
  let rehearsed: Rehearsed;
  beforeAll(async () => {
    rehearsed = await Rehearsed.start("demo");
    copy(rehearsed.checkout.path(RAW), rehearsed.checkout.path("good.raw"));
  });
  afterAll(() => rehearsed?.end());
  beforeEach(() => copy(rehearsed.checkout.path("good.raw"), rehearsed.checkout.path(RAW)));

  /** A preview of the demo's stack file after `change`. */
  async function previewOf(change: (good: string) => string): Promise<Ran> {
    const stackFile = rehearsed.checkout.path("stacks/Pulumi.demo.yaml");
    const good = fs.readFileSync(stackFile, "utf8");
    try {
      fs.writeFileSync(stackFile, change(good));
      return await rehearsed.pulumi(["preview"]);
    } finally {
      fs.writeFileSync(stackFile, good);
    }
  }

  test.each(REFUSED_BY_INSPECT)(
    "$name is refused by inspect in one line, and nothing is written",
    async ({ spoil, says }) => {
      const { checkout } = rehearsed;
      checkout.write("images/bad/.keep", "");
      copy(checkout.path("good.raw"), checkout.path("images/bad/bad.raw"));
      spoil(checkout.path("images/bad/bad.raw"));
      oneLineError(await rehearsed.inspect("images/bad/bad.raw", "bad", "1", "images/bad/1.json"), says);
      expect(fs.existsSync(checkout.path("images/bad/1.json"))).toBe(false);
    },
  );

  test("an image file that was edited by hand is refused in preview", async () => {
    const { checkout } = rehearsed;
    const text = fs.readFileSync(checkout.path(IMAGE), "utf8");
    try {
      fs.writeFileSync(
        checkout.path(IMAGE),
        text.replace(/"sha256": "./, '"sha256": "f').replace(/"dataBytes": \d/, '"dataBytes": 9'),
      );
      expect(oneLineError(await rehearsed.pulumi(["preview"]), /20261120\.0\.json/)).toMatch(
        /edited|seal|changed/i,
      );
    } finally {
      fs.writeFileSync(checkout.path(IMAGE), text);
    }
  });

  test("what a cloud would refuse is refused in preview, all clouds at once, with field and cure", async () => {
    const preview = await previewOf(() => JSON.stringify({ config: REFUSED_BY_PREVIEW }));
    for (const about of SAID_BY_PREVIEW) oneLineError(preview, about);
    expect(await rehearsed.inventory()).toEqual([]);
  });

  test("disks and versions that a cloud does not take are refused in preview, all at once, with field and cure", async () => {
    const { checkout } = rehearsed;
    const image = JSON.parse(fs.readFileSync(checkout.path(IMAGE), "utf8")) as ImageFile;
    const { x86_64: disk } = image.images;
    const releases = REFUSED_DISKS.map(({ version, size }) => {
      const imageFile = `images/demo/${version}.json`;
      const blockMap = { ...disk!.blockMap, blocks: Math.ceil(size / disk!.blockMap.blockSize) };
      const partitionTable = { ...disk!.partitionTable, partitions: [] };
      const images = { x86_64: { ...disk!, size, blockMap, partitionTable } };
      checkout.write(imageFile, writeImageFile({ ...image, version, images }));
      return { version, state: "published", imageFile, protect: false };
    });
    const config = {
      ...REFUSED_BY_PREVIEW,
      "imprimatur:releases": releases,
      "imprimatur:aws": {
        homeRegion: "eu-central-1",
        regions: { "eu-central-1": {} },
      },
      "imprimatur:gcp": {
        project: "rehearsal-publisher",
        bucket: { name: "archives" },
      },
      "imprimatur:azure": {
        resourceGroup: { name: "demo" },
        location: "westeurope",
        gallery: { name: "demo" },
        regions: { westeurope: {} },
      },
    };
    const preview = await previewOf(() => JSON.stringify({ config }));
    for (const about of SAID_OF_DISKS) oneLineError(preview, about);
    expect(await rehearsed.inventory()).toEqual([]);
  });

  test("a release whose gallery version on Azure is another one's is refused in preview", async () => {
    const twin = `    - { version: "0.20261120.0", state: published, imageFile: ${IMAGE}, protect: false }\n`;
    const preview = await previewOf((good) =>
      good.replace("  imprimatur:releases:\n", `  imprimatur:releases:\n${twin}`),
    );
    oneLineError(
      preview,
      /releases\[\d\]\.version: .*another version of Azure's galleries than 0\.20261120\.0.*Name the release otherwise/,
    );
  });

  test("a right that the publisher lacks on each cloud is named before a byte is sent", async () => {
    const lacking = {
      aws: "ec2:RegisterImage",
      gcp: "compute.images.create",
      azure: "Microsoft.Compute/disks/write",
    } as const;
    const without = (cloud: keyof typeof lacking) =>
      rehearsed.fault({ cloud, ...rightsFault(cloud, undefined, { without: [lacking[cloud]] }) });
    await Promise.all([without("aws"), without("gcp"), without("azure")]);
    const { status, stdout, stderr } = await rehearsed.up("--continue-on-error");
    expect(status).not.toBe(0);
    for (const name of Object.values(lacking)) {
      expect(`${stdout}${stderr}`).toMatch(new RegExp(`may not, on [^\n]*: ${name} \\([^\n]*docs/policies/`));
    }
    expect(await rehearsed.kindsWithBytes()).toEqual([]);
    await rehearsed.may();
  });

  test("a disk that was truncated since inspect is refused before a byte is sent, and destroy leaves nothing", async () => {
    fs.truncateSync(rehearsed.checkout.path(RAW), 1 << 20);
    oneLineError(await rehearsed.up(), /demo\.raw is truncated/);
    expect(await rehearsed.kindsWithBytes()).toEqual([]);
    expectSuccess(await rehearsed.pulumi(["destroy", "--yes", "--skip-preview"]));
    expect(await rehearsed.inventory()).toEqual([]);
  });
});

function copy(from: string, to: string): void {
  execFileSync("cp", ["--sparse=always", from, to]);
}
