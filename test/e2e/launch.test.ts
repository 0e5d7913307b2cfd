import { generateKeyPairSync } from "node:crypto";
import fs from "node:fs";
import { DescribeImagesCommand, DescribeInstancesCommand, type Instance } from "@aws-sdk/client-ec2";
import { ec2, type Who } from "./harness/aws";
import { withBrokenInit } from "./harness/broken-init";
import { testWith } from "./harness/needs";
import { expectSuccess, oneLineError, Rehearsed } from "./harness/rehearsed";
import { stackFile, type StackOutputs } from "./harness/stack-file";

const [HOME, AWAY] = ["eu-central-1", "us-east-1"];

describe("an instance that is launched from the staged image", () => {
  testWith(["mmdebstrap", "mcopy", "sfdisk", "mkfs.vfat", "qemu-system-x86_64"])(
    "boots, and the image is shared; one whose init is broken stays private, and no instance is left",
    async () => {
      const rehearsed = await Rehearsed.start("debian", { sources: true });
      const { checkout, env } = rehearsed;
      const imagesSeenBy = async (who: Who, region: string) => {
        const client = ec2(env, region, who);
        const owner = who === "publisher" ? ["self"] : ["111111111111"];
        const { Images = [] } = await client.send(new DescribeImagesCommand({ Owners: owner }));
        client.destroy();
        return Images.map(({ Name }) => Name);
      };
      const instances = async (): Promise<Instance[]> => {
        const client = ec2(env, HOME);
        const { Reservations = [] } = await client.send(new DescribeInstancesCommand({}));
        client.destroy();
        return Reservations.flatMap(({ Instances = [] }) => Instances);
      };
      try {
        const built = await checkout.run("npm", ["run", "--silent", "image:debian"]);
        expectSuccess(built);
        const folder = checkout.path("images/debian");
        fs.mkdirSync(folder, { recursive: true });
        fs.symlinkSync(built.stdout.trim(), `${folder}/sound.raw`);
        withBrokenInit(`${folder}/sound.raw`, `${folder}/broken.raw`);
        for (const [version, disk] of [
          ["1", "sound"],
          ["2", "broken"],
        ] as const) {
          const raw = `images/debian/${disk}.raw`;
          expectSuccess(await rehearsed.inspect(raw, "debian", version, `images/debian/${version}.json`));
        }
        const publish = (...versions: string[]) => {
          const imageFile = "images/debian/1.json";
          const regions = [HOME, AWAY];
          const file = JSON.parse(stackFile({ product: "debian", version: "1", imageFile, regions })) as {
            config: Record<string, Record<string, unknown> | unknown[]>;
          };
          file.config["imprimatur:aws"] = { ...file.config["imprimatur:aws"], bootCheck: {} };
          file.config["imprimatur:record"] = { signWith: { keyFile: "release.pem" } };
          file.config["imprimatur:releases"] = versions.map((version) => {
            return {
              version,
              state: "published",
              imageFile: `images/debian/${version}.json`,
              protect: false,
            };
          });
          checkout.write("stacks/Pulumi.debian.yaml", JSON.stringify(file));
          return rehearsed.up();
        };
        const { privateKey } = generateKeyPairSync("ed25519");
        checkout.write("release.pem", privateKey.export({ format: "pem", type: "pkcs8" }).toString());

        expectSuccess(await publish("1"));
        for (const region of [HOME, AWAY])
          expect(await imagesSeenBy("stranger", region)).toEqual(["debian-x86_64-1"]);
        expect(await rehearsed.kindsWithBytes()).toEqual(expect.not.arrayContaining(["instance", "volume"]));
        const bundle = JSON.parse(
          fs.readFileSync(checkout.path("records/debian/1.sigstore.json"), "utf8"),
        ) as {
          dsseEnvelope: { payload: string };
        };
        const record = Buffer.from(bundle.dsseEnvelope.payload, "base64").toString();
        expect(record).toContain('"datasource":"DataSourceEc2Local"');
        const { releases } = await rehearsed.outputs<StackOutputs>();
        expect(releases["1"]!.aws.x86_64![HOME]).toMatch(/^ami-/);

        // Nothing is launched again.
        expectSuccess(await rehearsed.up("--expect-no-changes"));
        expect(await instances()).toHaveLength(1);

        // Its init is not a program: no rule of a policy looks at that, and it was not booted before.
        const refused = oneLineError(await publish("1", "2"), /boot check/);
        expect(refused).toContain("the kernel panicked: Attempted to kill init!");
        expect(await imagesSeenBy("publisher", HOME)).toContain("debian-x86_64-2");
        expect(await imagesSeenBy("publisher", AWAY)).toEqual(["debian-x86_64-1"]);
        expect(await imagesSeenBy("stranger", HOME)).toEqual(["debian-x86_64-1"]);
        expect(fs.existsSync(checkout.path("records/debian/2.sigstore.json"))).toBe(false);
        expect(await rehearsed.kindsWithBytes()).toEqual(expect.not.arrayContaining(["instance", "volume"]));
        const launched = await instances();
        expect(launched.map(({ State }) => State?.Name)).toEqual(["terminated", "terminated"]);
      } finally {
        await rehearsed.end();
      }
    },
    1_200_000,
  );
});
