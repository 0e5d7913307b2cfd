import fc from "fast-check";
import { toGalleryVersion } from "../../../../config/azure/version";

/** The shortest release that maps to it, besides the three parts themselves. */
function toReleaseVersion(gallery: string): string {
  return /^(?:0\.){0,2}(?=[1-9])(.+)$/.exec(gallery)?.[1] ?? gallery;
}

const part = fc.integer({ min: 0, max: 2 ** 31 - 1 });
const releaseVersion = fc
  .tuple(fc.integer({ min: 1, max: 2 ** 31 - 1 }), fc.array(part, { maxLength: 2 }))
  .map(([first, rest]) => [first, ...rest].join("."));

test.each([
  { release: "20261120", gallery: "0.0.20261120" },
  { release: "20261120.0", gallery: "0.20261120.0" },
  { release: "20261120.12", gallery: "0.20261120.12" },
  { release: "13.2.1", gallery: "13.2.1" },
  { release: "0.0.0", gallery: "0.0.0" },
  { release: "2147483647.1", gallery: "0.2147483647.1" },
])("$release is $gallery, and back", ({ release, gallery }) => {
  expect(toGalleryVersion(release)).toBe(gallery);
  expect(toReleaseVersion(gallery)).toBe(release);
});

test.each(["0.9.3", "0.1.0", "0.0.7", "0.0.0"])("%s, of three parts, is itself", (version) =>
  expect(toGalleryVersion(version)).toBe(version),
);

test.each([
  "",
  "0",
  "0.1",
  "01",
  "1.02",
  "1.2.3.4",
  "2147483648",
  "1.-2",
  "1.2-rc1",
  "20261120-1",
  "1..2",
  "1e3",
])("%j has no gallery version", (version) => expect(toGalleryVersion(version)).toBeUndefined());

test("every release version comes back from its gallery version, which is three integers of 32 bits", () => {
  fc.assert(
    fc.property(releaseVersion, (version) => {
      const gallery = toGalleryVersion(version) ?? "";
      expect(gallery).toMatch(/^\d+\.\d+\.\d+$/);
      expect(gallery.split(".").every((number) => Number(number) < 2 ** 31)).toBe(true);
      expect(toReleaseVersion(gallery)).toBe(version);
    }),
  );
});

test("every gallery version comes from a release, and no two of fewer than three parts share one", () => {
  fc.assert(
    fc.property(fc.tuple(part, part, part), (parts) => {
      const gallery = parts.join(".");
      expect(toGalleryVersion(toReleaseVersion(gallery))).toBe(gallery);
    }),
  );
});

test("releases with the same number of parts keep their order", () => {
  const two = fc.tuple(fc.integer({ min: 1, max: 2 ** 31 - 1 }), part);
  const ordered = ([a1, a2]: number[], [b1, b2]: number[]) => (a1 ?? 0) - (b1 ?? 0) || (a2 ?? 0) - (b2 ?? 0);
  const numbers = (version: string) => version.split(".").slice(1).map(Number);
  fc.assert(
    fc.property(two, two, (a, b) => {
      const [left, right] = [toGalleryVersion(a.join(".")) ?? "", toGalleryVersion(b.join(".")) ?? ""];
      expect(Math.sign(ordered(numbers(left), numbers(right)))).toBe(Math.sign(ordered(a, b)));
    }),
  );
});
