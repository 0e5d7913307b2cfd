import { CloudFailure } from "../../../clouds/failure";
import type { Call, Properties, State } from "../../../plugin/resource";
import { UNKNOWN } from "../../../facts/engine";
import { Shape } from "../../../plugin/shape";
import { flag, text, texts } from "../../../provider/fields";
import { type ClosingCall, closingHandler, type ClosingKind } from "../../../provider/closing";

interface Args {
  where: string;
  who: string[];
  withdrawn: boolean;
}

/** Long enough for no time limit to be reached. */
const QUIET = { limit: 60_000, again: 60_000, silence: 60_000 };
/** Reached at once. */
const OVER = { limit: 20, again: 5, silence: 5 };

const args = (who: string[], withdrawn = who.length === 0): Properties => ({ where: "here", who, withdrawn });

function kindThat(close: ClosingKind<Args>["close"]): ClosingKind<Args> {
  return {
    inputs: Shape.of<Args>({ where: text, who: texts, withdrawn: flag }),
    replaceOn: ["where"],
    placeOf: ({ where }) => `the image ${where}`,
    areaOf: ({ where }) => where,
    granteesOf: ({ who }) => who,
    nobody: (all) => ({ ...all, who: [] }),
    looksAtFirst: ({ withdrawn }) => withdrawn,
    close,
  };
}

class Told implements Call {
  readonly urn = "urn:pulumi:dev::imprimatur::imprimatur:aws:ImageClosing::demo";
  readonly name = "demo";
  readonly stopping = new AbortController();
  readonly signal = this.stopping.signal;
  readonly timeoutSeconds = 0;
  readonly lines: string[] = [];
  log(severity: string, message: string): void {
    this.lines.push(`${severity}: ${message}`);
  }
  status(message: string): void {
    this.lines.push(`status: ${message}`);
  }
}

const stateOf = (inputs: Properties, outputs: Properties): State => ({ inputs, outputs });
const denied = new CloudFailure("denied", "Modify in here: UnauthorizedOperation: no", { cure: "let it" });
const down = new CloudFailure("server", "Describe in here: Unavailable: try later");

const hangs = (_args: Args, { signal }: ClosingCall) =>
  new Promise<boolean>((_resolve, reject) =>
    signal.addEventListener("abort", () => reject(new CloudFailure("cancelled", "stopped by request"))),
  );

test.each([
  { what: "published", inputs: args(["public"]), calls: 0, closings: 0 },
  { what: "shared with nobody and not withdrawn", inputs: args([], false), calls: 0, closings: 0 },
  {
    what: "withdrawn, and left open by an older version",
    inputs: args([]),
    took: true,
    calls: 1,
    closings: 1,
  },
  { what: "withdrawn and closed", inputs: args([]), took: false, calls: 1, closings: 0 },
])("made for a release that is $what: $calls calls", async ({ inputs, took = false, calls, closings }) => {
  const close = jest.fn(() => Promise.resolve(took));
  const { outputs } = await closingHandler(kindThat(close), QUIET).create(inputs, new Told());
  expect(close).toHaveBeenCalledTimes(calls);
  expect(outputs).toEqual({ ...inputs, open: "", openFor: [], closings });
});

describe("an update", () => {
  const before = { open: "", openFor: [], closings: 2 };
  const cases: {
    what: string;
    old: Properties;
    was?: object;
    now: Properties;
    calls: number;
    /** Increase of the count; default: the number of calls. */
    counts?: number;
  }[] = [
    { what: "more may have it", old: args(["a"]), now: args(["a", "b"]), calls: 0 },
    { what: "one of two loses it", old: args(["a", "b"]), now: args(["a"]), calls: 1 },
    { what: "one loses it and another gets it", old: args(["a"]), now: args(["b"]), calls: 1 },
    { what: "it is withdrawn", old: args(["public"]), now: args([]), calls: 1 },
    { what: "it was private", old: args([], false), now: args([]), calls: 0 },
    {
      what: "the last time it failed",
      old: args([]),
      was: { open: "the image here is still open", openFor: ["public"] },
      now: args([]),
      calls: 1,
    },
    {
      what: "the last time it failed, and those who had it are wanted again",
      old: args([]),
      was: { open: "the image here is still open", openFor: ["public"] },
      now: args(["public"]),
      calls: 0,
      counts: 1,
    },
    {
      what: "a kill left it begun, and those who had it are wanted again",
      old: args(["public"]),
      now: { ...args(["public"]), begun: 2 },
      calls: 0,
      counts: 1,
    },
    {
      what: "it was begun and came to its end",
      old: args(["public"]),
      now: { ...args(["public"]), begun: 1 },
      calls: 0,
    },
    { what: "a kill left it begun", old: args(["public"]), now: { ...args([]), begun: 2 }, calls: 1 },
  ];

  test.each(cases)("calls $calls times when $what", async ({ old, was, now, calls, counts = calls }) => {
    const close = jest.fn(() => Promise.resolve(true));
    const handler = closingHandler(kindThat(close), QUIET);
    const state = stateOf(old, { ...old, ...before, ...was });
    const { begun, ...wanted } = now;
    const isChange = JSON.stringify(old) !== JSON.stringify(wanted) || was !== undefined || begun === 2;
    expect(Object.keys(handler.diff(state, now, new Told()).changes).length > 0).toBe(isChange);

    const planned = await handler.plan!(state, now, new Told());
    const outputs = await handler.update!("id", state, now, new Told());
    expect(close).toHaveBeenCalledTimes(calls);
    expect(outputs).toEqual({ ...now, open: "", openFor: [], closings: 2 + counts });
    expect(planned).toEqual({ ...outputs, ...(calls > 0 && { open: UNKNOWN, openFor: UNKNOWN }) });
  });

  test.each([
    {
      what: "is refused",
      close: () => Promise.reject(denied),
      times: QUIET,
      why: "Modify in here: UnauthorizedOperation: no; let it",
    },
    {
      what: "hangs",
      close: hangs,
      times: OVER,
      why: "no answer (given up after 0.02 s)",
    },
    {
      what: "does not listen",
      close: () => new Promise<boolean>(() => {}),
      times: OVER,
      why: "no answer (given up after 0.02 s)",
    },
    {
      what: "answers 503 to the end",
      close: (args: Args, call: ClosingCall) => {
        call.failing(down);
        return hangs(args, call);
      },
      times: OVER,
      why: "Describe in here: Unavailable: try later (given up after 0.02 s)",
    },
  ])("whose call $what does not fail, and says what is open", async ({ close, times, why }) => {
    const handler = closingHandler(kindThat(close), times);
    const told = new Told();
    const old = args(["public", "b"]);
    const outputs = await handler.update!("id", stateOf(old, { ...old, ...before }), args([]), told);
    const open = `the image here is still open for b, everyone: ${why}; \`imprimatur up\` tries again`;
    expect(outputs).toEqual({ ...args([]), open, openFor: ["b", "public"], closings: 3 });
    expect(told.lines.filter((line) => line.startsWith("error"))).toEqual([`error: ${open}`]);
    expect(handler.diff(stateOf(args([]), outputs), args([]), told).changes).toEqual({
      open: { kind: "update", replace: false },
    });
  });

  test("says what it waits for, and a second one in the same area does not wait as long", async () => {
    const handler = closingHandler(kindThat(hangs), OVER);
    const old = args(["public"]);
    const state = stateOf(old, { ...old, ...before });
    const told = new Told();
    await handler.update!("id", state, args([]), told);
    expect(told.lines[0]).toMatch(
      /^info: the image here is not closed after 0\.005 s \(no answer\); tried until \d\d:\d\d:\d\d UTC$/,
    );
    const second = await handler.update!("id", state, args([]), new Told());
    expect(second.open).toContain("given up after 0.005 s");
  });

  test("that is stopped keeps that it is open", async () => {
    const told = new Told();
    const old = args(["public"]);
    const under = closingHandler(kindThat(hangs), QUIET).update!(
      "id",
      stateOf(old, { ...old, ...before }),
      args([]),
      told,
    );
    told.stopping.abort();
    expect(await under).toMatchObject({ openFor: ["public"], closings: 3 });
  });
});
