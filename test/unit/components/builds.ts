import { GIB } from "../../../facts/units";
import type { ReleaseBuild } from "../../../components/cloud";
import type { Architecture, Release } from "../../../config/release";
import { parseStackConfig } from "../../../config/parse";
import type { StackConfig } from "../../../config/stack";

/** A release with its image file; the architecture determines the digests. */
export function build(
  release: Partial<Release> = {},
  architectures: Architecture[] = ["x86_64"],
): ReleaseBuild {
  const version = release.version ?? "20261120.0";
  const images = Object.fromEntries(
    architectures.map((architecture) => [
      architecture,
      {
        file: `${version}-${architecture}.raw`,
        size: 3 * GIB + 1024 ** 2,
        dataBytes: GIB,
        sha256: (architecture === "x86_64" ? "a" : "b").repeat(64),
        sha512: "c".repeat(128),
        blockMap: { blockSize: 524288, blocks: 6146, dataBlocks: 2048, root: "d".repeat(64) },
        bootMode: "uefi",
        partitionTable: { type: "gpt", diskGuid: "00000000-0000-4000-8000-000000000000", partitions: [] },
      },
    ]),
  );
  return {
    release: { version, state: "published", imageFile: `images/${version}.json`, ...release },
    imageFile: { schemaVersion: 1, product: "demo", version, images, seal: "sha256:" },
  };
}

/** The same of disks whose SHA-256 was not taken. */
export function withoutSha256({ release, imageFile }: ReleaseBuild): ReleaseBuild {
  const images = Object.fromEntries(
    Object.entries(imageFile.images).map(([architecture, { sha256: _1, sha512: _2, ...image }]) => [
      architecture,
      image,
    ]),
  );
  return { release, imageFile: { ...imageFile, images } };
}

/** The parsed config with defaults filled in, with the releases of the builds. */
export function stackOf(clouds: Record<string, unknown>, builds: readonly ReleaseBuild[]): StackConfig {
  const parsed = parseStackConfig({
    product: { name: "demo", publisher: "Imprimatur", provenance: "official" },
    checks: { input: "optional", policy: "optional", record: "optional" },
    releases: builds.map(({ release }) => release),
    ...clouds,
  });
  if (parsed.problems) throw new Error(JSON.stringify(parsed.problems));
  return parsed.config;
}
