import { MIB } from "../../../facts/units";
import { cpuOf, fitted, perRelease, type Sample, use } from "../../../tools/soak/measure";

/** @param bytes growth of memory with each release; `files`: growth of open files */
function samples(bytes: number, files: number): Sample[] {
  return Array.from({ length: 20 }, (_, index): Sample => {
    const releases = 10 * (index + 1);
    const isFilling = index < 3;
    const used = {
      bytes: isFilling ? 50 * MIB * index : 150 * MIB + bytes * releases,
      files: isFilling ? index : 30 + files * releases,
      sockets: 0,
    };
    const spent = { seconds: 10, engineCpu: 5, cloudsCpu: 2 };
    return { releases, ...spent, things: isFilling ? index : 40, server: used, engine: used };
  });
}

test.each([
  ["that stay", 0, 0, true],
  ["that come and go", -1000, 0, true],
  ["of which each release keeps a megabyte", MIB, 0, false],
  ["of which each release keeps a file", 0, 1, false],
])("memory and files %s: flat is %s", (_what, bytes, files, want) => {
  expect(perRelease(samples(bytes, files)).every(({ isFlat }) => isFlat)).toBe(want);
});

test("the slope is of the nearest line, and no line needs two points", () => {
  expect(
    fitted([
      [0, 1],
      [1, 4],
      [2, 5],
    ]),
  ).toBeCloseTo(2);
  expect(fitted([[3, 7]])).toBe(0);
});

test("a process uses memory and files; one that is gone uses none", () => {
  const { bytes, files } = use([process.pid, 2 ** 22 + 1]);
  expect(bytes).toBeGreaterThan(10 * MIB);
  expect(files).toBeGreaterThan(3);
  const { user, system } = process.cpuUsage();
  expect(cpuOf([process.pid, 2 ** 22 + 1])).toBeCloseTo((user + system) / 1e6, 0);
});
