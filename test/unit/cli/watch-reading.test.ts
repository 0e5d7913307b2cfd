import type { Io } from "../../../cli/io";
import { watchReading } from "../../../cli/raw-disk";
import type { Disk } from "../../../disk/disk";

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
