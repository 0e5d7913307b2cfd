import { execFileSync } from "node:child_process";
import fs from "node:fs";
import type { BootResult } from "../../inspection/boot/result";
import { withBrokenInit } from "./harness/broken-init";
import { testWith } from "./harness/needs";
import { expectSuccess, oneLineError, Rehearsed } from "./harness/rehearsed";
import { stackFile } from "./harness/stack-file";

const CHECKS = { input: "required", policy: "required", boot: "required" };

/** `SHA512SUMS` of the disks, as a builder signs it; gives what inspect needs to believe it. */
async function signedList(folder: string, disks: string[]): Promise<string[]> {
  const { createMessage, generateKey, readPrivateKey, sign } = await import("openpgp");
  const list = execFileSync("sha512sum", disks, { cwd: folder, encoding: "utf8" });
  const { privateKey, publicKey } = await generateKey({ userIDs: [{ name: "Builder" }], format: "armored" });
  const signature = (await sign({
    message: await createMessage({ binary: Buffer.from(list) }),
    signingKeys: await readPrivateKey({ armoredKey: privateKey }),
    detached: true,
    format: "armored",
  })) as string;
  const files = { sums: list, signature, keyring: publicKey };
  return Object.entries(files).flatMap(([option, text]) => {
    fs.writeFileSync(`${folder}/${option}`, text);
    return [`--${option}`, `${folder}/${option}`];
  });
}

describe("what must be checked before a release is published", () => {
  testWith(["mmdebstrap", "mcopy", "sfdisk", "mkfs.vfat", "qemu-system-x86_64"])(
    "a real Debian disk passes signature, policy and boot; one whose init is broken is refused in the preview",
    async () => {
      const rehearsed = await Rehearsed.start("debian");
      try {
        const { checkout } = rehearsed;
        const built = await checkout.run("npm", ["run", "--silent", "image:debian"]);
        expectSuccess(built);
        const folder = checkout.path("images/debian");
        fs.mkdirSync(folder, { recursive: true });
        fs.symlinkSync(built.stdout.trim(), `${folder}/sound.raw`);
        withBrokenInit(`${folder}/sound.raw`, `${folder}/broken.raw`);
        const trust = await signedList(folder, ["sound.raw", "broken.raw"]);
        const inspect = (disk: string, version: string) =>
          checkout.imprimatur([
            ...["inspect", `${folder}/${disk}`, "--policy", ...trust],
            ...["--product", "debian", "--version", version],
          ]);
        // Its init is no program, and no rule of the policy looks at that.
        expectSuccess(await inspect("sound.raw", "1"));
        expectSuccess(await inspect("broken.raw", "2"));

        const preview = (version: string, state: string) => {
          const imageFile = `images/debian/${version}.json`;
          const file = JSON.parse(
            stackFile({ product: "debian", version, imageFile, regions: ["eu-central-1"] }),
          ) as { config: Record<string, unknown> };
          file.config["imprimatur:checks"] = CHECKS;
          file.config["imprimatur:releases"] = [{ version, state, imageFile, protect: false }];
          checkout.write("stacks/Pulumi.debian.yaml", JSON.stringify(file));
          return rehearsed.pulumi(["preview"]);
        };
        expect(oneLineError(await preview("1", "published"), /checks\.boot/)).toContain(
          "images/debian/1.json`, or leave the release staged",
        );

        const boot = async (version: string) => {
          const imageFile = checkout.path(`images/debian/${version}.json`);
          const options = ["--accelerator", "tcg", "--json"];
          const ran = await checkout.imprimatur(["boot", "--image-file", imageFile, ...options]);
          return { status: ran.status, result: (JSON.parse(ran.stdout) as BootResult[])[0] };
        };
        expect(await boot("1")).toMatchObject({
          status: 0,
          result: {
            outcome: "passed",
            os: expect.stringContaining("Debian GNU/Linux") as string,
            failedUnits: [],
            cloudInit: { outcome: "done", datasource: "DataSourceNoCloud" },
          },
        });
        expectSuccess(await preview("1", "published"));

        const broken = await boot("2");
        expect(broken).toMatchObject({
          status: 3,
          result: { outcome: "failed", cloudInit: { outcome: "failed" } },
        });
        expect(broken.result?.problems[0]).toContain("the kernel panicked: Attempted to kill init!");
        expect(broken.result?.console?.join("\n")).toContain("Kernel panic");
        expect(oneLineError(await preview("2", "published"), /checks\.boot/)).toContain(
          "a failed one: the kernel panicked",
        );
        expectSuccess(await preview("2", "staged"));
      } finally {
        await rehearsed.end();
      }
    },
    1_200_000,
  );
});
