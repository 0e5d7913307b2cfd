import { join } from "node:path";
import { imprimatur, shell } from "../program";
import type { Place, Row } from "../row";

const inspect = ({ scratch }: Place, disk: string, file: string) =>
  imprimatur(
    ...["inspect", disk, "--product", "bench", "--version", "1", "--boot-mode", "legacy-bios"],
    ...["--architecture", "x86_64", "--output", join(scratch, file)],
  );

export const INSPECT: readonly Row[] = [
  {
    name: "inspect",
    job: "inspect: SHA-256, SHA-512, block map, GPT",
    anchor: "openssl dgst -sha256, then -sha512",
    goal: 0.6,
    input: "dense",
    needs: ["openssl"],
    prepare: (place) => ({
      ours: inspect(place, place.disk, "1.json"),
      theirs: shell('openssl dgst -sha256 "$1"; openssl dgst -sha512 "$1"', place.disk),
    }),
  },
  {
    name: "inspect-sparse",
    job: "inspect of a sparse disk",
    anchor: "inspect of its data alone",
    goal: 1.3,
    input: "sparse",
    prepare: (place) => ({
      ours: inspect(place, place.disk, "sparse.json"),
      theirs: inspect(place, place.dense(), "dense.json"),
    }),
  },
];
