import { checkRights } from "../../../clouds/aws/rights";
import { askRights, ASKING } from "../../../clouds/ask-rights";
import { CloudFailure } from "../../../clouds/failure";
import { retry } from "../../../clouds/retry";
import { sessionAnswering } from "./aws/answering";

// The waits between tries are faked together with the clock.
jest.mock("node:timers/promises", () => ({
  setTimeout: (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
}));

const UNASKED =
  /^which rights are missing could not be asked, so a missing one shows only when it is used \(/;
const explain = (error: unknown) => new CloudFailure("network", `the question: ${String(error)}`);

/** A question without an answer: it ends when it is aborted. */
const hang = (signal: AbortSignal) =>
  new Promise<never>((_done, fail) =>
    signal.addEventListener("abort", () => fail(new Error("given up")), { once: true }),
  );

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

test("a question about rights that hangs is asked twice for ten seconds, and is one warning then", async () => {
  const began = Date.now();
  const asked: number[] = [];
  const { signal } = new AbortController();
  const rights = askRights(() =>
    retry({ cloud: "AWS", signal, policy: ASKING, explain }, (inner) => {
      asked.push(Date.now() - began);
      return hang(inner);
    }),
  );
  await jest.advanceTimersByTimeAsync(60_000);
  const { problems, warnings } = await rights;
  expect(problems).toEqual([]);
  expect(warnings).toEqual([expect.stringMatching(UNASKED)]);
  expect(asked).toHaveLength(2);
  expect(asked[1]).toBeGreaterThanOrEqual(10_000);
  expect(jest.getTimerCount()).toBe(0);
});

test("AWS's simulation of rights that hangs is one warning too", async () => {
  let asked = 0;
  const session = sessionAnswering(
    {
      GetCallerIdentity: async () => ({
        Account: "111111111111",
        Arn: "arn:aws:iam::111111111111:user/ci",
      }),
      SimulatePrincipalPolicy: (_body, signal) => {
        asked += 1;
        return hang(signal);
      },
    },
    { policy: ASKING },
  );
  const rights = checkRights(session, { purposes: ["sign"], pointers: [] });
  await jest.advanceTimersByTimeAsync(60_000);
  expect(await rights).toEqual({ problems: [], warnings: [expect.stringMatching(UNASKED)] });
  expect(asked).toBe(2);
});

test("who stops the work is told no warning", async () => {
  const stop = new AbortController();
  const rights = askRights(() => retry({ cloud: "AWS", signal: stop.signal, policy: ASKING, explain }, hang));
  const ended = expect(rights).rejects.toMatchObject({ kind: "cancelled" });
  stop.abort();
  await jest.advanceTimersByTimeAsync(ASKING.grace);
  await ended;
});
