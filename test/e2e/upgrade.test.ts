import fs from "node:fs";
import path from "node:path";
import { expectSuccess, Rehearsed } from "./harness/rehearsed";

const FIXTURES = path.join(__dirname, "../fixtures");
const PRODUCT = "upgrade";
/** States that earlier versions left, as recorded by `test/e2e/harness/record-state.ts`. */
const RECORDED = fs.readdirSync(FIXTURES).filter((name) => name.startsWith("state-"));
/** Operations that an upgrade may do to images in use. */
const HARMLESS = ["same", "update", "read"];

test.each(RECORDED)(
  "a stack in %s is previewed without a deletion or a replacement, and not changed in the same up",
  async (recorded) => {
    const folder = path.join(FIXTURES, recorded);
    const rehearsed = await Rehearsed.start(PRODUCT);
    try {
      const { checkout } = rehearsed;
      for (const file of fs.readdirSync(path.join(folder, "images")))
        checkout.write(
          `images/${PRODUCT}/${file}`,
          fs.readFileSync(path.join(folder, "images", file), "utf8"),
        );
      const stackFile = fs.readFileSync(path.join(folder, `Pulumi.${PRODUCT}.yaml`), "utf8");
      checkout.write(`stacks/Pulumi.${PRODUCT}.yaml`, stackFile);
      expectSuccess(await rehearsed.pulumi(["stack", "import", "--file", path.join(folder, "state.json")]));

      const preview = await rehearsed.pulumi(["preview", "--json"]);
      expectSuccess(preview);
      // Unchanged resources are counted and not listed.
      const { steps, changeSummary } = JSON.parse(preview.stdout) as {
        steps: { op: string; urn: string }[];
        changeSummary: Record<string, number>;
      };
      expect(changeSummary.same).toBeGreaterThan(50);
      // Creating a resource of a type that came later is harmless; nothing that was there may be deleted.
      const harmful = steps.filter(({ op }) => ![...HARMLESS, "create"].includes(op));
      expect(harmful.map(({ op, urn }) => `${op} ${urn}`)).toEqual([]);

      // Before one `up` the state does not say which properties of images cannot change: refused, on each cloud.
      const changed = stackFile
        .replace('"homeRegion"', '"image": {"bootMode": "uefi-preferred"}, "homeRegion"')
        .replace('"project"', '"image": {"nameTemplate": "x-{product}-{architecture}-{version}"}, "project"')
        .replace('"gallery": {"name": "upgrade"', '"gallery": {"name": "other"');
      checkout.write(`stacks/Pulumi.${PRODUCT}.yaml`, changed);
      const refused = await rehearsed.pulumi(["preview"]);
      expect(refused.status).not.toBe(0);
      for (const change of [
        "bootMode uefi becomes uefi-preferred on aws",
        "becomes x-upgrade-x86-64-20261115-0 on gcp",
        "gallery upgrade becomes other on azure",
        "run `pulumi up` once with this version, and make the change then",
      ])
        expect(refused.stdout + refused.stderr).toContain(change);
    } finally {
      await rehearsed.end();
    }
  },
);
