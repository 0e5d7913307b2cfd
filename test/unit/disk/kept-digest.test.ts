import { createHash } from "node:crypto";
import { keptDigest } from "../../../disk/kept-digest";

test("each digest keeps its own bytes, in a few pieces of memory", () => {
  const digestOf = (index: number) => createHash("sha256").update(String(index)).digest();
  const kept = Array.from({ length: 5000 }, (_, index) => keptDigest(digestOf(index)));
  expect(kept.every((digest, index) => digest.equals(digestOf(index)))).toBe(true);
  expect(new Set(kept.map(({ buffer }) => buffer)).size).toBeLessThanOrEqual(4);
});
