import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { CloudFailure } from "../../../clouds/failure";
import { PATIENT, retry } from "../../../clouds/retry";
import { describeWaits, noteWait, readWaits, WAITS_VARIABLE } from "../../../clouds/waits";

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "waits-"));
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

const [COPIES, THROTTLING] = ["AWS's copies into eu-west-1", "throttling by Azure"];
test.each<[string, { what: string; from: number; to: number }[], string | undefined]>([
  ["nothing", [], undefined],
  ["less than a second", [{ what: COPIES, from: 0, to: 900 }], undefined],
  [
    "one after the other",
    [
      { what: COPIES, from: 0, to: 122_000 },
      { what: THROTTLING, from: 122_000, to: 192_000 },
    ],
    `waited 3 min 12 s in all: 2 min 2 s for ${COPIES}, 1 min 10 s for ${THROTTLING}`,
  ],
  [
    "two at once count once, and five copies of a minute are a minute",
    [0, 1, 2, 3, 4]
      .map((second) => ({ what: COPIES, from: second * 1000, to: second * 1000 + 56_000 }))
      .concat({ what: THROTTLING, from: 10_000, to: 20_000 }),
    `waited 1 min 0 s in all (some at once): 1 min 0 s for ${COPIES}, 10 s for ${THROTTLING}`,
  ],
])("the sum of %s", (_what, waits, want) => {
  expect(describeWaits(waits)).toBe(want);
});

test("a call that is tried again is noted where somebody asks for it, and nowhere else", async () => {
  const file = path.join(folder, "waits.jsonl");
  const kinds = ["throttled", "server", "network"] as const;
  const call = async () => {
    let at = 0;
    await retry(
      {
        cloud: "Azure",
        signal: new AbortController().signal,
        policy: { ...PATIENT, firstDelay: 4, longestDelay: 4 },
        explain: (error) => error as CloudFailure,
      },
      async () => {
        const kind = kinds[at++];
        if (kind) throw new CloudFailure(kind, "no");
      },
    );
  };
  await call();
  expect(readWaits(file)).toEqual([]);
  process.env[WAITS_VARIABLE] = file;
  try {
    await call();
  } finally {
    delete process.env[WAITS_VARIABLE];
  }
  expect(readWaits(file).map(({ what }) => what)).toEqual([
    "throttling by Azure",
    "failures of Azure",
    "the connection to Azure",
  ]);
});

test("a full disk costs the sum, and a line that was cut off is left out", () => {
  noteWait({ what: COPIES, from: 1, to: 2 }, { [WAITS_VARIABLE]: folder });
  const file = path.join(folder, "cut");
  fs.writeFileSync(file, '{"what":"a","from":1,"to":2}\n{"wha');
  expect(readWaits(file)).toEqual([{ what: "a", from: 1, to: 2 }]);
});
