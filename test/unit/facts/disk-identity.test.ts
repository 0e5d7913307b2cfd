import { diskIdentity, identityAtEnd, identityHex, identityTag } from "../../../facts/disk-identity";

const HEX = "a".repeat(64);
const ROOT = "d".repeat(64);

test.each([
  { disk: { sha256: HEX, blockMap: { root: ROOT } }, state: HEX, tag: `sha256:${HEX}`, hex: HEX },
  { disk: { blockMap: { root: ROOT } }, state: `block-map:${ROOT}`, tag: `block-map:${ROOT}`, hex: ROOT },
])("$tag names a disk in states, tags and texts", ({ disk, state, tag, hex }) => {
  const identity = diskIdentity(disk);
  expect(identity).toBe(state);
  expect(identityTag(identity)).toBe(tag);
  expect(identityHex(identity)).toBe(hex);
  expect(identityAtEnd(`Demo, ${tag}`)).toBe(tag);
});

test("a text that ends with no digest names none", () => {
  expect(identityAtEnd(`sha256:${HEX} of something else`)).toBeUndefined();
});
