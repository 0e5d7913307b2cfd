import { execFileSync } from "node:child_process";
import fs from "node:fs";
import { downloadSnapshot } from "./harness/aws";
import { bootUntil } from "./harness/boot";
import { testWith } from "./harness/needs";
import { expectSuccess, Rehearsed } from "./harness/rehearsed";
import { stackFile, type StackOutputs } from "./harness/stack-file";

const REGIONS = ["eu-central-1", "us-east-1"];

describe("a real Debian disk", () => {
  testWith(["mmdebstrap", "mcopy", "sfdisk", "mkfs.vfat", "qemu-system-x86_64"])(
    "is published, and the bytes of a copied region boot to a login",
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
          stackFile({ product: "debian", version: "1", imageFile, regions: REGIONS }),
        );
        expectSuccess(await rehearsed.up());

        const { releases } = await rehearsed.outputs<StackOutputs>();
        const snapshot = releases["1"]!.snapshots.x86_64!["us-east-1"]!;
        const copy = checkout.path("copied.img");
        const { size } = fs.statSync(raw);
        await downloadSnapshot(rehearsed.env, "us-east-1", snapshot, copy, size);
        execFileSync("cmp", [raw, copy]);
        expect(await bootUntil(copy, /\blogin: /)).toContain(`Debian GNU/Linux`);

        expectSuccess(await rehearsed.pulumi(["destroy", "--yes", "--skip-preview"]));
        expect(await rehearsed.inventory()).toEqual([]);
      } finally {
        await rehearsed.end();
      }
    },
    1_200_000,
  );
});
