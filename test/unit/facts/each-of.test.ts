import { eachOf } from "../../../facts/each-of";

test("each item is worked on once, begun in order, never more at a time than said", async () => {
  const begun: number[] = [];
  const waiting: (() => void)[] = [];
  let [running, most] = [0, 0];
  const all = eachOf([1, 2, 3, 4, 5], 2, async (item) => {
    begun.push(item);
    most = Math.max(most, ++running);
    await new Promise<void>((resolve) => waiting.push(resolve));
    running--;
  });
  for (let ended = 0; ended < 5; ended++) {
    while (waiting.length === 0) await Promise.resolve();
    waiting.shift()!();
  }
  await all;
  expect({ begun, most }).toEqual({ begun: [1, 2, 3, 4, 5], most: 2 });
});

test("after an error nothing more is begun, and it is thrown", async () => {
  const begun: number[] = [];
  const wrong = new Error("a mirror is down");
  const all = eachOf([1, 2, 3, 4], 2, async (item) => {
    begun.push(item);
    if (item === 1) throw wrong;
    await Promise.resolve();
  });
  await expect(all).rejects.toBe(wrong);
  await new Promise(setImmediate);
  expect(begun).toEqual([1, 2]);
});
