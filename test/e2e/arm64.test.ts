import { execFileSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { run } from "../../cli/main";
import type { ImageFile } from "../../config/image-file";
import type { BootResult } from "../../inspection/boot/result";
import { makeArm64Disk } from "./harness/arm64-disk";
import { describeWith } from "./harness/needs";

/** Start of the EFI system partition, in bytes. */
const ESP = 1024 * 1024;

describeWith(["qemu-system-aarch64", "sfdisk", "mcopy", "mkfs.vfat", "mke2fs", "apt-get", "dpkg-deb"])(
  "an arm64 disk",
  () => {
    let folder: string;
    const at = (name: string) => path.join(folder, name);
    beforeAll(() => {
      folder = fs.mkdtempSync(path.join(os.tmpdir(), "imprimatur-arm64-"));
      makeArm64Disk(at("arm64.raw"));
    });
    afterAll(() => fs.rmSync(folder, { recursive: true }));

    async function imprimatur(...args: string[]) {
      const said: string[] = [];
      const io = { out: (text: string) => void said.push(text), err: () => undefined, interactive: false };
      return { code: await run(args, io), out: said.join("") };
    }

    test("boots on UEFI firmware to its login, and its image file says so", async () => {
      const named = ["--product", "demo", "--version", "1", "--output", at("1.json")];
      expect((await imprimatur("inspect", at("arm64.raw"), ...named)).code).toBe(0);
      const options = ["--accelerator", "tcg", "--json"];
      const { code, out } = await imprimatur("boot", "--image-file", at("1.json"), ...options);
      expect({ code, results: JSON.parse(out) as BootResult[] }).toMatchObject({
        code: 0,
        results: [
          {
            outcome: "passed",
            architecture: "arm64",
            machine: { accelerator: "tcg" },
            kernel: expect.stringMatching(/-cloud-arm64$/) as string,
            // Read from the disk: dpkg's list has no cloud-init.
            cloudInit: { outcome: "absent" },
          },
        ],
      });
      const { images } = JSON.parse(fs.readFileSync(at("1.json"), "utf8")) as ImageFile;
      expect(images.arm64?.boot).toMatchObject({ outcome: "passed", failedUnits: [] });
    });

    test("without its loader does not, and the firmware's last words are understood long before the time is up", async () => {
      execFileSync("mdel", ["-i", `${at("arm64.raw")}@@${ESP}`, "::EFI/BOOT/BOOTAA64.EFI"]);
      const { code, out } = await imprimatur("boot", at("arm64.raw"), "--accelerator", "tcg", "--json");
      expect({ code, result: JSON.parse(out) as BootResult }).toMatchObject({
        code: 3,
        result: { outcome: "failed", problems: ["the firmware finds nothing to start on the disk"] },
      });
    });
  },
);
