import { execFileSync } from "node:child_process";
import fs from "node:fs";
import { testWith } from "./harness/needs";
import { bytesRead, peakMemory, processesLike } from "./harness/processes";
import { expectSuccess, Rehearsed } from "./harness/rehearsed";
import { stackFile } from "./harness/stack-file";

const GIB = 1024 ** 3;
const SIZE = 20 * GIB;
const DATA = 2 * GIB;
/** Root of an x86-64 system, by the Discoverable Partitions Specification. */
const ROOT_TYPE = "4f68bce3-e8cd-4db1-96e7-fbcaf984b709";
const PIECE = 16 * 1024 * 1024;

/** What issue and documentation promise of the publisher's own process. */
const MEMORY_LIMIT = 300 * 1024 * 1024;

describe("a large disk that is mostly holes", () => {
  testWith(["sfdisk"])(
    "is published in little memory, and its holes are not read",
    async () => {
      const rehearsed = await Rehearsed.start("large");
      try {
        const { checkout } = rehearsed;
        checkout.write("images/large/.keep", "");
        makeDisk(checkout.path("images/large/large.raw"));
        const imageFile = "images/large/1.json";
        expectSuccess(await rehearsed.inspect("images/large/large.raw", "large", "1", imageFile));
        checkout.write(
          "stacks/Pulumi.large.yaml",
          stackFile({ product: "large", version: "1", imageFile, regions: ["eu-central-1"] }),
        );

        const plugin = new RegExp(`${checkout.folder}.*pulumi-resource-imprimatur`);
        let memory = 0;
        let read = 0;
        const watch = setInterval(() => {
          for (const pid of processesLike(plugin)) {
            memory = Math.max(memory, peakMemory(pid) ?? 0);
            read = Math.max(read, bytesRead(pid) ?? 0);
          }
        }, 500);
        try {
          expectSuccess(await rehearsed.up());
        } finally {
          clearInterval(watch);
        }

        expect(memory).toBeGreaterThan(0);
        expect(memory).toBeLessThan(MEMORY_LIMIT);
        // The disk once, the snapshot read back through the network once, and what a process reads to start.
        expect(read).toBeGreaterThan(DATA);
        expect(read).toBeLessThan(2.5 * DATA);
      } finally {
        await rehearsed.end();
      }
    },
    1_200_000,
  );
});

/** A partitioned disk with pieces of data all over it, each different, so that no block can be told from another. */
function makeDisk(file: string): void {
  fs.writeFileSync(file, "");
  fs.truncateSync(file, SIZE);
  execFileSync("sfdisk", ["--quiet", file], {
    input: `label: gpt\nsize=64MiB, type=U\ntype=${ROOT_TYPE}\n`,
    env: { ...process.env, PATH: `${process.env.PATH}:/usr/sbin:/sbin` },
  });
  const descriptor = fs.openSync(file, "r+");
  const pieces = DATA / PIECE;
  const random = fs.openSync("/dev/urandom", "r");
  const piece = Buffer.alloc(PIECE);
  for (let index = 0; index < pieces; index++) {
    fs.readSync(random, piece);
    const start = Math.floor((index * (SIZE - 4 * PIECE)) / pieces / 4096) * 4096 + PIECE;
    fs.writeSync(descriptor, piece, 0, PIECE, start);
  }
  fs.closeSync(random);
  fs.closeSync(descriptor);
}
