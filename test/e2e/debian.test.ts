import { execFileSync } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import fs from "node:fs";
import type { Image } from "../../config/image-file";
import type { BootResult } from "../../inspection/boot/result";
import { downloadSnapshot } from "./harness/aws";
import { downloadVersion } from "./harness/azure";
import { bootUntil } from "./harness/boot";
import { withBrokenInit } from "./harness/broken-init";
import { downloadImage } from "./harness/gcp";
import { describeWith } from "./harness/needs";
import { expectSuccess, oneLineError, Rehearsed } from "./harness/rehearsed";
import { BUILDER, signedList } from "./harness/signed-list";
import { stackFile, type StackOutputs } from "./harness/stack-file";

const REGIONS = ["eu-central-1", "us-east-1"];
const RECORD = "records/debian/1.sigstore.json";
const FOLDER = "images/debian";
/** One write of the state for each `up`: nothing is killed here. */
const ENV = {
  IMPRIMATUR_SIGNING_KEY: "release.pem",
  PULUMI_EXPERIMENTAL: "true",
  PULUMI_SKIP_CHECKPOINTS: "true",
};

/**
 * The whole path of a real system, once: a signed list of disks, image policy, boot check, three clouds, record.
 * Release 1 is sound; release 2 is the same disk with an init that is not a program, declared as its own. Each test
 * continues from the previous one.
 */
describeWith(["mmdebstrap", "mcopy", "sfdisk", "mkfs.vfat", "qemu-system-x86_64"])("a real Debian", () => {
  let rehearsed: Rehearsed;
  let raw: string;
  let trust: string[];
  let release: StackOutputs["releases"][string];

  beforeAll(async () => {
    rehearsed = await Rehearsed.start("debian", { sources: true });
    const { checkout } = rehearsed;
    const built = await checkout.run("npm", ["run", "--silent", "image:debian"]);
    expectSuccess(built);
    raw = checkout.path(FOLDER, "sound.raw");
    fs.mkdirSync(checkout.path(FOLDER), { recursive: true });
    fs.symlinkSync(built.stdout.trim(), raw);
    withBrokenInit(raw, checkout.path(FOLDER, "broken.raw"));
    trust = await signedList(checkout.path(FOLDER), ["sound.raw", "broken.raw"]);
    const { privateKey, publicKey } = generateKeyPairSync("ed25519");
    checkout.write("release.pem", privateKey.export({ format: "pem", type: "pkcs8" }).toString());
    checkout.write("publisher.pem", publicKey.export({ format: "pem", type: "spki" }).toString());
  });
  afterAll(() => rehearsed?.end());

  /** The stack file of an official Debian with these releases and every check required. */
  function write(releases: Record<string, string>): void {
    const { config } = JSON.parse(
      stackFile({
        ...{ product: "debian", version: "1", imageFile: "", regions: REGIONS },
        azureRegions: ["westeurope"],
      }),
    ) as { config: Record<string, unknown> };
    config["imprimatur:checks"] = { input: "required", policy: "required", boot: "required" };
    config["imprimatur:record"] = {};
    config["imprimatur:releases"] = Object.entries(releases).map(([version, state]) => ({
      ...{ version, state, imageFile: `${FOLDER}/${version}.json`, protect: false },
    }));
    rehearsed.checkout.write("stacks/Pulumi.debian.yaml", JSON.stringify({ config }));
  }
  const pulumi = (...args: string[]) => rehearsed.pulumi(args, { env: ENV });

  test("has a signed input and passes the image policy; so does the one whose init is broken", async () => {
    for (const [version, disk] of [
      ["1", "sound.raw"],
      ["2", "broken.raw"],
    ] as const) {
      const named = ["--product", "debian", "--version", version];
      // Its publisher declares the program as their own; that it is not a program is found only by starting it.
      if (disk === "broken.raw") {
        rehearsed.checkout.write("own.yaml", "ownFiles: [/usr/lib/systemd/systemd]\n");
        named.push("--expect", "own.yaml");
      }
      expectSuccess(
        await rehearsed.checkout.imprimatur(["inspect", `${FOLDER}/${disk}`, "--policy", ...trust, ...named]),
      );
    }
    write({ "1": "published" });
    expect(oneLineError(await pulumi("preview"), /checks\.boot/)).toContain(
      `${FOLDER}/1.json\`, or leave the release staged`,
    );
  });

  test("boots by imprimatur boot; the one whose init is broken does not, and its console says why", async () => {
    const boot = async (version: string) => {
      const imageFile = rehearsed.checkout.path(FOLDER, `${version}.json`);
      const options = ["--accelerator", "tcg", "--json"];
      const ran = await rehearsed.checkout.imprimatur(["boot", "--image-file", imageFile, ...options]);
      return { status: ran.status, result: (JSON.parse(ran.stdout) as BootResult[])[0] };
    };
    const [sound, broken] = await Promise.all([boot("1"), boot("2")]);
    expect(sound).toMatchObject({
      status: 0,
      result: {
        outcome: "passed",
        os: expect.stringContaining("Debian GNU/Linux") as string,
        failedUnits: [],
        cloudInit: { outcome: "done", datasource: "DataSourceNoCloud" },
      },
    });
    expect(broken).toMatchObject({
      status: 3,
      result: { outcome: "failed", cloudInit: { outcome: "failed" } },
    });
    expect(broken.result?.problems[0]).toContain("the kernel panicked: Attempted to kill init!");
    expect(broken.result?.console?.join("\n")).toContain("Kernel panic");
  });

  test("is published to three clouds, and each one's copy is the raw disk byte for byte", async () => {
    write({ "1": "published" });
    expectSuccess(await pulumi("up", "--yes", "--skip-preview"));
    release = (await rehearsed.outputs<StackOutputs>()).releases["1"]!;
    const { env, checkout } = rehearsed;
    const { size } = fs.statSync(raw);
    const downloads = {
      aws: (to: string) =>
        downloadSnapshot(env, "us-east-1", release.snapshots.x86_64!["us-east-1"]!, to, size),
      gcp: (to: string) => downloadImage(env, release.gcp!.x86_64!, to),
      azure: (to: string) => downloadVersion(env, release.azure!.x86_64!, to, size),
    };
    for (const [cloud, download] of Object.entries(downloads)) {
      await download(checkout.path(`${cloud}.img`));
      execFileSync("cmp", ["-n", String(size), raw, checkout.path(`${cloud}.img`)]);
      // The boot used these bytes. Google's copy is kept for the next test, since its size is rounded up to whole
      // GiB.
      if (cloud !== "gcp") fs.rmSync(checkout.path(`${cloud}.img`));
    }
  });

  test("boots from Google's copy too, whose end is not the raw disk's", async () => {
    const copy = rehearsed.checkout.path("gcp.img");
    expect(await bootUntil(copy, /\blogin: /)).toContain("Debian GNU/Linux");
    fs.rmSync(copy);
  });

  test("is genuine by its record, which says who signed the input, what the policy found and how it booted", async () => {
    const { checkout } = rehearsed;
    const asked = ["verify", "disk", raw, "--record", RECORD, "--key", "publisher.pem"];
    const verified = await checkout.imprimatur(asked);
    expectSuccess(verified);
    expect(verified.stdout).toContain("is genuine: debian 1 (x86_64), official image by Test");

    const image = imageInRecord(fs.readFileSync(checkout.path(RECORD), "utf8"));
    expect(image).toMatchObject({
      input: { signer: { user: BUILDER }, checksums: "SHA512SUMS", sha512: image.sha512 },
      policy: { outcome: "passed", failed: [], declared: { provenance: "official" } },
      boot: {
        outcome: "passed",
        problems: [],
        kernel: expect.stringMatching(/^\d+\.\d+\..*-cloud-amd64$/) as string,
        cloudInit: { outcome: "done", datasource: "DataSourceNoCloud" },
        failedUnits: [],
      },
    });
  });

  test("with a broken init is refused in the preview, and nothing of it is in any cloud", async () => {
    const before = await rehearsed.inventory();
    write({ "1": "published", "2": "published" });
    for (const command of [["preview"], ["up", "--yes", "--skip-preview"]]) {
      const refused = oneLineError(await pulumi(...command), /checks\.boot/);
      expect(refused).toContain("releases[1].imageFile");
      expect(refused).toContain("a failed one: the kernel panicked");
    }
    expect(await rehearsed.inventory()).toEqual(before);
    write({ "1": "published", "2": "staged" });
    expectSuccess(await pulumi("preview"));
  });

  test("is gone from every account after destroy", async () => {
    expectSuccess(await pulumi("destroy", "--yes", "--skip-preview"));
    expect(await rehearsed.inventory()).toEqual([]);
  });
});

/** The disk's description in the payload of a record that `verify` has accepted. */
function imageInRecord(record: string): Image {
  const { dsseEnvelope } = JSON.parse(record) as { dsseEnvelope: { payload: string } };
  const { predicate } = JSON.parse(Buffer.from(dsseEnvelope.payload, "base64").toString()) as {
    predicate: {
      imageFile: { images: { x86_64: Image } };
    };
  };
  return predicate.imageFile.images.x86_64;
}
