import { explainAws } from "../../../clouds/aws/failure";
import { CloudFailure } from "../../../clouds/failure";
import { SIGNING, withCure } from "../../../clouds/kms";
import { retry } from "../../../clouds/retry";

const MINUTE = 60_000;

/** A key's service that takes requests and answers none, by a clock of its own. */
async function askedInVain(): Promise<{ failure: CloudFailure; took: number; told: string[] }> {
  let took = 0;
  const told: string[] = [];
  const policy = { ...SIGNING, timeout: 1, wait: async (delay: number) => void (took += delay) };
  const context = {
    ...{ cloud: "AWS" as const, signal: new AbortController().signal, policy },
    explain: (error: unknown) => explainAws("Sign key-1", "eu-west-1", error),
    onRetry: (failure: CloudFailure) => void told.push(failure.message),
  };
  const hangs = (signal: AbortSignal) =>
    new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(new Error("aborted"))));
  const failure = await retry(context, (signal) => {
    took += SIGNING.timeout;
    return hangs(signal);
  }).catch((error: unknown) => withCure(error, {}) as CloudFailure);
  return { failure: failure as CloudFailure, took, told };
}

test("a key's service that does not answer is given up within minutes, with the cure", async () => {
  const { failure, took, told } = await askedInVain();
  expect(took).toBeLessThan(4 * MINUTE);
  expect(told).toHaveLength(SIGNING.attempts - 1);
  expect(failure.kind).toBe("timeout");
  expect(failure.message).toMatch(
    /^Sign key-1 in eu-west-1: no answer within 0\.001 s \(gave up after 10 tries\); .*nothing is shared without a signature.*run the same command again.*signWith\.kms$/,
  );
});

test.each([
  [
    "an own cure of the failure",
    new CloudFailure("network", "x", { cure: "set HTTPS_PROXY" }),
    "x; set HTTPS_PROXY",
  ],
  ["none for what nobody waits for", new CloudFailure("refused", "x", { code: "Odd" }), "x"],
  ["the one of its code", new CloudFailure("denied", "x", { code: "Forbidden" }), "x; give the role"],
])("%s stays", (_what, failure, message) => {
  expect((withCure(failure, { Forbidden: "give the role" }) as CloudFailure).message).toBe(message);
});
