/**
 * Records the state that `test/e2e/upgrade.test.ts` compares later code with: a stack file, its image files, and the
 * state after `pulumi up`. Once for each release of this project: `npx tsx test/e2e/harness/record-state.ts`. Never
 * edit the result.
 */
import fs from "node:fs";
import path from "node:path";
import { EVERY_STATE, everyStateStack } from "./every-state";
import { expectSuccess, Rehearsed } from "./rehearsed";
import { smallRelease } from "./small-disk";

const PRODUCT = "upgrade";
const { version } = JSON.parse(fs.readFileSync(path.join(__dirname, "../../../package.json"), "utf8")) as {
  version: string;
};

async function record(): Promise<void> {
  const folder = path.join(__dirname, "../../fixtures", `state-${version}`);
  const rehearsed = await Rehearsed.start(PRODUCT);
  try {
    const { checkout } = rehearsed;
    for (const release of Object.keys(EVERY_STATE)) await smallRelease(checkout, PRODUCT, release);
    checkout.write(`stacks/Pulumi.${PRODUCT}.yaml`, everyStateStack(PRODUCT));
    expectSuccess(await rehearsed.up());
    expectSuccess(await rehearsed.up("--expect-no-changes"));
    const exported = await rehearsed.pulumi(["stack", "export"]);
    expectSuccess(exported);
    fs.mkdirSync(path.join(folder, "images"), { recursive: true });
    fs.writeFileSync(path.join(folder, "state.json"), JSON.stringify(JSON.parse(exported.stdout)));
    fs.copyFileSync(
      checkout.path(`stacks/Pulumi.${PRODUCT}.yaml`),
      path.join(folder, `Pulumi.${PRODUCT}.yaml`),
    );
    for (const release of Object.keys(EVERY_STATE))
      fs.copyFileSync(
        checkout.path(`images/${PRODUCT}/${release}.json`),
        path.join(folder, "images", `${release}.json`),
      );
  } finally {
    await rehearsed.end();
  }
}

void record();
