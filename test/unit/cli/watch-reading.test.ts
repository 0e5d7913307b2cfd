import type { Io } from "../../../cli/io";
import { openDisk, watchReading } from "../../../cli/raw-disk";
import { Disk } from "../../../disk/disk";

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

test("in a log, a large disk's reading says every ten seconds how far it is and how long it still takes", async () => {
  const said: string[] = [];
  const io = { err: (text: string) => void said.push(text), watched: false } as unknown as Io;
  const progress = watchReading({ name: "big.raw", size: 2 ** 41 } as Disk, io);
  for (let second = 1; second <= 25; second++) {
    await jest.advanceTimersByTimeAsync(1000);
    progress.moved(second * 2 ** 30);
  }
  progress.end();
  await jest.advanceTimersByTimeAsync(60_000);
  expect(said).toEqual([
    "0 %, 1 GiB/s, 33 min 59 s left: reading big.raw, 9 GiB of 2 TiB\n",
    "0 %, 1 GiB/s, 33 min 49 s left: reading big.raw, 19 GiB of 2 TiB\n",
  ]);
});

test.each([
  { where: "a log", interactive: false, times: ["10 s", "20 s"] },
  { where: "a terminal", interactive: true, times: ["5 s", "10 s"] },
])("a disk that answers nothing is told in $where, and for how long", async ({ interactive, times }) => {
  const said: string[] = [];
  const io = { err: (text: string) => void said.push(text), interactive } as unknown as Io;
  const progress = watchReading({ name: "/dev/slow", size: 2 ** 30 } as Disk, io);
  await jest.advanceTimersByTimeAsync(21_000);
  progress.end();
  const words = said.map((text) => text.replace("\r\x1b[K", "").trim());
  expect(words.slice(0, 2)).toEqual(times.map((time) => `reading /dev/slow; nothing was read for ${time}`));
});

test("a disk that does not even open is told, and since when", async () => {
  const said: string[] = [];
  const io = { err: (text: string) => void said.push(text), interactive: false } as unknown as Io;
  const open = jest.spyOn(Disk, "open").mockReturnValue(new Promise(() => undefined));
  void openDisk("/dev/dead", io);
  await jest.advanceTimersByTimeAsync(21_000);
  open.mockRestore();
  expect(said).toEqual(["opening /dev/dead (10 s)\n", "opening /dev/dead (20 s)\n"]);
});
