/** Resource usage of processes, and its growth. Requires `/proc`. */
import fs from "node:fs";
import { formatBytes } from "../../facts/words";
import { KIB, MIB } from "../../facts/units";

export interface Use {
  /** Resident memory. */
  readonly bytes: number;
  /** Open files, sockets too. */
  readonly files: number;
  readonly sockets: number;
}

export interface Sample {
  /** Published so far. */
  readonly releases: number;
  /** Of the `up`. */
  readonly seconds: number;
  /** CPU seconds of the `up`: of engine, program and plugins, and of the clouds meanwhile. */
  readonly engineCpu: number;
  readonly cloudsCpu: number;
  /** Content of the clouds. */
  readonly things: number;
  readonly server: Use;
  readonly engine: Use;
}

/** Totals over processes; one that has ended counts as zero. */
export function use(pids: readonly number[]): Use {
  const uses = pids.map((pid) => {
    try {
      const status = fs.readFileSync(`/proc/${pid}/status`, "utf8");
      const bytes = Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) * KIB;
      const files = fs.readdirSync(`/proc/${pid}/fd`);
      const sockets = files.filter((name) => leadsTo(`/proc/${pid}/fd/${name}`).startsWith("socket:"));
      return { bytes, files: files.length, sockets: sockets.length };
    } catch {
      return { bytes: 0, files: 0, sockets: 0 };
    }
  });
  const sum = (value: (each: Use) => number) => uses.reduce((total, each) => total + value(each), 0);
  return {
    bytes: sum(({ bytes }) => bytes),
    files: sum(({ files }) => files),
    sockets: sum(({ sockets }) => sockets),
  };
}

/** `getconf CLK_TCK` of Linux on every architecture that Node runs on. */
const TICKS = 100;

/** CPU seconds of these processes so far, without their children. */
export function cpuOf(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => sum + ticksIn(pid, [11, 12]), 0) / TICKS;
}

/** CPU seconds of all children of this process that have ended, and of theirs. */
export function cpuOfEndedChildren(): number {
  return ticksIn(process.pid, [13, 14]) / TICKS;
}

/** Fields of `/proc/<pid>/stat`, counted from the state, which follows the name (proc(5)). */
function ticksIn(pid: number, fields: readonly number[]): number {
  try {
    const text = fs.readFileSync(`/proc/${pid}/stat`, "utf8");
    const words = text.slice(text.lastIndexOf(")") + 2).split(" ");
    return fields.reduce((sum, field) => sum + Number(words[field]), 0);
  } catch {
    return 0;
  }
}

function leadsTo(link: string): string {
  try {
    return fs.readlinkSync(link);
  } catch {
    return "";
  }
}

interface Slope {
  readonly what: string;
  readonly text: string;
  readonly isFlat: boolean;
}

/** Tolerated growth over 200 releases: uncollected garbage, an additional connection. */
const NOISE = { bytes: 64 * MIB, files: 16 };
const RELEASES = 200;

/**
 * Least squares over the samples from the time when the number of live releases is at its maximum. The time of an
 * `up` is reported but not judged: the machine has other load.
 */
export function perRelease(samples: readonly Sample[]): Slope[] {
  const most = Math.max(...samples.map(({ things }) => things));
  const steady = samples.slice(samples.findIndex(({ things }) => things >= most));
  const slopeOf = (value: (sample: Sample) => number) =>
    fitted(steady.map((sample) => [sample.releases, value(sample)]));
  const memory = (what: string, value: (sample: Sample) => number): Slope => {
    const slope = slopeOf(value);
    const sign = slope < 0 ? "-" : "+";
    return {
      what,
      text: `${sign}${formatBytes(Math.abs(slope))} a release`,
      isFlat: slope * RELEASES <= NOISE.bytes,
    };
  };
  const files = (what: string, value: (sample: Sample) => number): Slope => {
    const slope = slopeOf(value);
    return { what, text: `${slope.toFixed(3)} a release`, isFlat: slope * RELEASES <= NOISE.files };
  };
  return [
    memory("memory of the clouds", ({ server }) => server.bytes),
    memory("memory of engine and plugins", ({ engine }) => engine.bytes),
    files("open files of the clouds", ({ server }) => server.files),
    files("open files of engine and plugins", ({ engine }) => engine.files),
    ...(["engineCpu", "cloudsCpu"] as const).map((name) => ({
      what: name === "engineCpu" ? "CPU of engine and plugins in an up" : "CPU of the clouds in an up",
      text: `${slopeOf((sample) => sample[name]).toFixed(3)} s a release`,
      isFlat: true,
    })),
    {
      what: "time of an up",
      text: `${slopeOf(({ seconds }) => seconds).toFixed(3)} s a release`,
      isFlat: true,
    },
  ];
}

/** Slope of the line through the points that is nearest to them; 0 for fewer than two. */
export function fitted(points: readonly (readonly [number, number])[]): number {
  const mean = (index: 0 | 1) =>
    points.reduce((sum, point) => sum + point[index], 0) / Math.max(1, points.length);
  const [x, y] = [mean(0), mean(1)];
  const spread = points.reduce((sum, [at]) => sum + (at - x) ** 2, 0);
  return spread === 0 ? 0 : points.reduce((sum, [at, value]) => sum + (at - x) * (value - y), 0) / spread;
}
