import { startWaiting, whileWaiting } from "../../../cli/waiting";

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

test("work that says nothing is told every ten seconds, with what is waited for and since when, until its end", async () => {
  const said: string[] = [];
  const io = { err: (text: string) => void said.push(text) };
  let finish = (): void => undefined;
  const work = new Promise<string>((resolve) => (finish = () => resolve("done")));
  const waited = whileWaiting(io, "waiting for a region", () => work);
  await jest.advanceTimersByTimeAsync(25_000);
  expect(said).toEqual(["waiting for a region (10 s)\n", "waiting for a region (20 s)\n"]);
  finish();
  expect(await waited).toBe("done");
  await jest.advanceTimersByTimeAsync(60_000);
  expect(said).toHaveLength(2);
});

test("a failure ends the lines too, and what is waited for next counts from its own beginning", async () => {
  const said: string[] = [];
  const io = { err: (text: string) => void said.push(text) };
  await expect(whileWaiting(io, "x", () => Promise.reject(new Error("no")))).rejects.toThrow("no");
  const waiting = startWaiting(io, "first");
  await jest.advanceTimersByTimeAsync(9_000);
  waiting.status("second");
  await jest.advanceTimersByTimeAsync(1_000);
  waiting.end();
  expect(said).toEqual(["second (1 s)\n"]);
});

test("how far it is stands beside what is waited for, whose time goes on", async () => {
  const said: string[] = [];
  const waiting = startWaiting({ err: (text) => void said.push(text) }, "reading disk.raw");
  await jest.advanceTimersByTimeAsync(9_000);
  waiting.status("reading disk.raw", "40%");
  await jest.advanceTimersByTimeAsync(1_000);
  waiting.end();
  expect(said).toEqual(["reading disk.raw: 40% (10 s)\n"]);
});

test("silence before the wait counts for the first line", async () => {
  const said: string[] = [];
  const began = Date.now();
  await jest.advanceTimersByTimeAsync(4_000);
  const io = { err: (text: string) => void said.push(text), saidAt: () => began };
  const waiting = startWaiting(io, "the engine's preview");
  await jest.advanceTimersByTimeAsync(6_000);
  waiting.end();
  expect(said).toEqual(["the engine's preview (6 s)\n"]);
});

test("at a terminal a line shows every second what is waited for and how far it is, and goes at the end", async () => {
  const shown: string[] = [];
  const said: string[] = [];
  const io = {
    err: (text: string) => void said.push(text),
    transient: (line: string) => void shown.push(line),
  };
  const waiting = startWaiting(io, "asking the clouds; 10 tries each");
  await jest.advanceTimersByTimeAsync(1_000);
  waiting.detail("AWS 12 images");
  await jest.advanceTimersByTimeAsync(11_000);
  waiting.end();
  expect(shown.slice(0, 2)).toEqual(["asking the clouds (1 s)", "asking the clouds (2 s): AWS 12 images"]);
  expect(shown.at(-1)).toBe("");
  expect(said).toEqual([]);
});
