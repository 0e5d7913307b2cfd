import { GIB } from "../../facts/units";
import { testWith } from "./harness/needs";
import { PeakMemory } from "./harness/processes";
import { TracedReads } from "./harness/reads";
import { expectSuccess, Rehearsed } from "./harness/rehearsed";
import { makeSparseDisk } from "./harness/sparse-disk";
import { type StackOutputs, stackFile } from "./harness/stack-file";

const SIZE = 20 * GIB;
const DATA = GIB / 2;

/** Bytes, for all processes of ours that the engine starts, together. */
const MEMORY_LIMIT = 500_000_000;
/** Each upload reads the disk's data once; the tenth is for holes that share a page with data. */
const READ_LIMIT = 1.1 * DATA;

describe("a large disk that is mostly holes", () => {
  testWith(["sfdisk", "strace"])(
    "goes to three clouds at once in little memory: each reads its data once, and none of its holes",
    async () => {
      const rehearsed = await Rehearsed.start("large");
      try {
        const { checkout } = rehearsed;
        const raw = "images/large/large.raw";
        checkout.write("images/large/.keep", "");
        makeSparseDisk(checkout.path(raw), SIZE, DATA);
        const imageFile = "images/large/1.0.0.json";
        expectSuccess(await rehearsed.inspect(raw, "large", "1.0.0", imageFile));
        checkout.write(
          "stacks/Pulumi.large.yaml",
          stackFile({
            product: "large",
            version: "1.0.0",
            imageFile,
            regions: ["eu-central-1"],
            azureRegions: ["westeurope"],
          }),
        );
        const reads = TracedReads.of(checkout, raw);
        const memory = new PeakMemory(new RegExp(`^\\S*node ${checkout.folder}\\S*/provider/start.js`));
        try {
          expectSuccess(await rehearsed.up());
        } finally {
          memory.stop();
        }

        const { releases } = await rehearsed.outputs<StackOutputs>();
        expect(Object.keys(releases["1.0.0"]?.proof ?? {}).sort()).toEqual(["aws", "azure", "gcp"]);
        expect(memory.bytes).toBeGreaterThan(0);
        expect(memory.bytes).toBeLessThan(MEMORY_LIMIT);
        const perCloud = reads.perOpening();
        expect(perCloud).toHaveLength(3);
        for (const read of perCloud) {
          expect(read).toBeGreaterThanOrEqual(DATA);
          expect(read).toBeLessThanOrEqual(READ_LIMIT);
        }
        process.stderr.write(
          `publisher's peak memory ${mib(memory.bytes)} MiB; read of ${mib(DATA)} MiB data: ` +
            `${perCloud.map(mib).join(", ")} MiB\n`,
        );
      } finally {
        await rehearsed.end();
      }
    },
    1_200_000,
  );
});

function mib(bytes: number): string {
  return (bytes / 1024 ** 2).toFixed(0);
}
