import { execFileSync } from "node:child_process";
import fs from "node:fs";
import { downloadSnapshot } from "./harness/aws";
import { downloadVersion } from "./harness/azure";
import { bootUntil } from "./harness/boot";
import { downloadImage } from "./harness/gcp";
import { testWith } from "./harness/needs";
import { expectSuccess, Rehearsed } from "./harness/rehearsed";
import { stackFile, type StackOutputs } from "./harness/stack-file";

const REGIONS = ["eu-central-1", "us-east-1"];

describe("a real Debian disk", () => {
  testWith(["mmdebstrap", "mcopy", "sfdisk", "mkfs.vfat", "qemu-system-x86_64"])(
    "is published to three clouds, and the bytes of each one's copy boot to a login",
    async () => {
      const rehearsed = await Rehearsed.start("debian");
      try {
        const { checkout } = rehearsed;
        const built = await checkout.run("npm", ["run", "--silent", "image:debian"]);
        expectSuccess(built);
        const raw = built.stdout.trim();
        fs.mkdirSync(checkout.path("images/debian"), { recursive: true });
        fs.symlinkSync(raw, checkout.path("images/debian/debian.raw"));
        const imageFile = "images/debian/1.json";
        expectSuccess(await rehearsed.inspect("images/debian/debian.raw", "debian", "1", imageFile));
        checkout.write(
          "stacks/Pulumi.debian.yaml",
          stackFile({
            product: "debian",
            version: "1",
            imageFile,
            regions: REGIONS,
            azureRegions: ["westeurope"],
          }),
        );
        expectSuccess(await rehearsed.up());

        const { releases } = await rehearsed.outputs<StackOutputs>();
        const release = releases["1"]!;
        const { env } = rehearsed;
        const { size } = fs.statSync(raw);
        const copy = checkout.path("copied.img");
        const downloads = {
          aws: () => downloadSnapshot(env, "us-east-1", release.snapshots.x86_64!["us-east-1"]!, copy, size),
          gcp: () => downloadImage(env, release.gcp!.x86_64!, copy),
          azure: () => downloadVersion(env, release.azure!.x86_64!, copy, size),
        };
        for (const download of Object.values(downloads)) {
          await download();
          // Google's disks are whole GiB: what is added to the raw disk is zeros.
          execFileSync("cmp", ["-n", String(size), raw, copy]);
          expect(await bootUntil(copy, /\blogin: /)).toContain("Debian GNU/Linux");
          fs.rmSync(copy);
        }

        expectSuccess(await rehearsed.pulumi(["destroy", "--yes", "--skip-preview"]));
        expect(await rehearsed.inventory()).toEqual([]);
      } finally {
        await rehearsed.end();
      }
    },
    1_200_000,
  );
});
