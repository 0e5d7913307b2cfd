import { readFault } from "../../../../rehearsal/faults/kinds";
import { Waiting } from "../../../../rehearsal/faults/waiting";
import { type Fault, KINDS, translate } from "../../../../rehearsal/gcp/fault-kinds";

const waitsOf = (...given: object[]) => {
  const waiting = new Waiting<Fault>();
  for (const fault of given) waiting.add(readFault("gcp", KINDS, fault, translate));
  return waiting;
};
const asked = (operation = "GET /compute/v1/x") => ({
  service: "compute",
  operation,
  path: operation.split(" ")[1] ?? "",
});
/** For each of this many requests, true if the fault struck it. */
const hits = (waiting: Waiting<Fault>, requests: number) =>
  Array.from({ length: requests }, () => waiting.strike(asked(), "throttle") !== undefined);

afterEach(() => jest.useRealTimers());

test("a share by a seed is the same row each time, another one by another seed, and about that share", () => {
  const row = (seed: number) => hits(waitsOf({ kind: "throttle", probability: 0.3, seed }), 1000);
  expect(row(7)).toEqual(row(7));
  expect(row(7)).not.toEqual(row(8));
  const struck = row(7).filter(Boolean).length;
  expect(struck).toBeGreaterThan(250);
  expect(struck).toBeLessThan(350);
});

test("skip lets some pass, times ends it; without times one is struck", () => {
  expect(hits(waitsOf({ kind: "throttle", skip: 1, times: 2 }), 5)).toEqual([
    false,
    true,
    true,
    false,
    false,
  ]);
  expect(hits(waitsOf({ kind: "throttle" }), 3)).toEqual([true, false, false]);
});

test("a window begins and ends by the clock", () => {
  jest.useFakeTimers();
  const waiting = waitsOf({ kind: "throttle", startsIn: 10, lasts: 5 });
  expect(hits(waiting, 1)).toEqual([false]);
  jest.advanceTimersByTime(10_000);
  expect(hits(waiting, 3)).toEqual([true, true, true]);
  jest.advanceTimersByTime(5_000);
  expect(hits(waiting, 1)).toEqual([false]);
  expect(waiting.list()).toEqual([]);
});

test.each([
  { operation: "PUT /upload/*", line: "PUT /upload/a/b", fits: true },
  { operation: "put *", line: "PUT /x", fits: true },
  { operation: "*images*", line: "GET /v1/images/a", fits: true },
  { operation: "GET /v1/a.b", line: "GET /v1/axb", fits: false },
  { operation: "GET /v1", line: "GET /v1/images", fits: false },
])("operation '$operation' and '$line': $fits", ({ operation, line, fits }) => {
  expect(waitsOf({ kind: "drop", operation }).strike(asked(line), "drop") !== undefined).toBe(fits);
});

test("a fault for another service, or of another kind, stays", () => {
  const waiting = waitsOf({ kind: "throttle", service: "storage" }, { kind: "drop" });
  expect(hits(waiting, 1)).toEqual([false]);
  expect(waiting.strike(asked(), "drop")).toMatchObject({ kind: "drop" });
  expect(waiting.list()).toMatchObject([{ kind: "throttle" }]);
});
