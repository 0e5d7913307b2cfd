import { Tokens } from "../../../../clouds/azure/tokens";

const HOUR = 3_600_000;

/** Tokens that are valid for an hour, by a clock that the test sets. */
function tokensAt(options: { refreshAfter?: number; fails?: (count: number) => boolean } = {}) {
  const clock = { now: 0, asked: [] as string[] };
  const tokens = new Tokens(
    async (scope) => {
      clock.asked.push(scope);
      if (options.fails?.(clock.asked.length)) throw new Error("no network");
      const refreshAfter =
        options.refreshAfter === undefined ? {} : { refreshAfter: clock.now + options.refreshAfter };
      return { token: `${scope} ${clock.asked.length}`, expires: clock.now + HOUR, ...refreshAfter };
    },
    () => clock.now,
  );
  return { tokens, clock };
}

test("a hundred requests at once ask for one token, and the ones after them for none", async () => {
  const { tokens, clock } = tokensAt();
  const got = await Promise.all(Array.from({ length: 100 }, () => tokens.get("arm")));
  expect(new Set(got)).toEqual(new Set(["arm 1"]));
  clock.now = HOUR - 5 * 60_000 - 1;
  expect(await tokens.get("arm")).toBe("arm 1");
  expect(clock.asked).toEqual(["arm"]);
});

test.each([
  { at: HOUR - 5 * 60_000, refreshAfter: undefined, want: "arm 2" },
  { at: HOUR / 2 - 1, refreshAfter: HOUR / 2, want: "arm 1" },
  { at: HOUR / 2, refreshAfter: HOUR / 2, want: "arm 2" },
])("$at ms later, to be renewed after $refreshAfter: $want", async ({ at, refreshAfter, want }) => {
  const { tokens, clock } = tokensAt(refreshAfter === undefined ? {} : { refreshAfter });
  await tokens.get("arm");
  clock.now = at;
  expect(await tokens.get("arm")).toBe(want);
});

test("one that is still good is used while no newer one can be had; one that is over is not", async () => {
  const { tokens, clock } = tokensAt({ refreshAfter: HOUR / 2, fails: (count) => count > 1 });
  await tokens.get("arm");
  clock.now = HOUR / 2;
  expect(await tokens.get("arm")).toBe("arm 1");
  clock.now = HOUR;
  await expect(tokens.get("arm")).rejects.toThrow("no network");
});

test("each service has a token of its own", async () => {
  const { tokens } = tokensAt();
  expect([await tokens.get("arm"), await tokens.get("vault")]).toEqual(["arm 1", "vault 2"]);
});

test("of many requests that were refused with the same token, one asks for another", async () => {
  const { tokens, clock } = tokensAt();
  const old = await tokens.get("arm");
  const renewed = await Promise.all([1, 2, 3].map(() => tokens.instead("arm", old)));
  expect(renewed).toEqual(["arm 2", "arm 2", "arm 2"]);
  expect(await tokens.instead("arm", old)).toBe("arm 2");
  expect(clock.asked).toHaveLength(2);
});
