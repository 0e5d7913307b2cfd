import { execFileSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import type { Running } from "./run";

export interface Trouble {
  /** Signed by a key in AWS's KMS. */
  readonly kms?: boolean;
  /** The `up` may end well in spite of it. */
  readonly survives?: boolean;
  readonly env?: Readonly<Record<string, string>>;
  /** Before the `up`. */
  before?(running: Running): Promise<void> | void;
  /** In its midst. */
  readonly during?: { isTime(running: Running): boolean; strike(running: Running): Promise<void> | void };
  /** After the `up`: the trouble is over. */
  after?(running: Running): Promise<void> | void;
}

const CLOUDS = ["aws", "gcp", "azure"] as const;
const CACHE = `/tmp/troubles-cache-${process.pid}`;

const logged =
  (what: RegExp) =>
  ({ log }: Running): boolean =>
    what.test(log());
/** Blocks, archives and pages are under way. */
const uploading = logged(/PutSnapshotBlock/);
const copying = logged(/CopyImage/);

async function clear({ rehearsed }: Running): Promise<void> {
  for (const cloud of CLOUDS) await rehearsed.fault({ cloud, kind: "clear" });
}

/** Faults from the beginning to the end of the `up`. */
const faults = (more: Partial<Trouble>, ...given: object[]): Trouble => ({
  ...more,
  before: async ({ rehearsed }) => {
    for (const fault of given) await rehearsed.fault(fault);
  },
  after: clear,
});

/** Faults from a moment on. */
const faultsOnce = (isTime: (running: Running) => boolean, ...given: object[]): Trouble => ({
  during: {
    isTime,
    strike: async ({ rehearsed }) => {
      for (const fault of given) await rehearsed.fault(fault);
    },
  },
  after: clear,
});

/** A folder on a file system of its own, which is then full, or read only. */
const folder = (find: (running: Running) => string, how: "full" | "read-only"): Trouble => ({
  before: (running) => {
    const at = find(running);
    fs.mkdirSync(at, { recursive: true });
    const kept = fs.mkdtempSync("/tmp/troubles-");
    fs.cpSync(at, kept, { recursive: true });
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=24m", "tmpfs", at]);
    fs.cpSync(kept, at, { recursive: true });
    fs.rmSync(kept, { recursive: true });
  },
  during: {
    isTime: uploading,
    strike: (running) => {
      const at = find(running);
      if (how === "read-only") execFileSync("mount", ["-o", "remount,ro", at]);
      else fill(path.join(at, "ballast"));
    },
  },
  after: (running) => {
    const at = find(running);
    fs.mkdirSync(`${at}.out`, { recursive: true });
    fs.cpSync(at, `${at}.out`, { recursive: true });
    execFileSync("umount", ["-l", at]);
    fs.rmSync(path.join(`${at}.out`, "ballast"), { force: true });
    fs.cpSync(`${at}.out`, at, { recursive: true });
    fs.rmSync(`${at}.out`, { recursive: true });
  },
});

function fill(file: string): void {
  const handle = fs.openSync(file, "w");
  try {
    for (const size of [1 << 20, 1 << 12]) for (;;) if (!writes(handle, size)) break;
  } finally {
    fs.closeSync(handle);
  }
}

function writes(handle: number, size: number): boolean {
  try {
    return fs.writeSync(handle, Buffer.alloc(size, 1)) > 0;
  } catch {
    return false;
  }
}

const records = ({ rehearsed, name }: Running) => rehearsed.checkout.path("records", name);
const backend = ({ rehearsed }: Running) => new URL(rehearsed.env.PULUMI_BACKEND_URL ?? "").pathname;

/** The raw disk is not what it was, from the moment on at which its upload begins. */
const disk = (change: (file: string) => void): Trouble => {
  const fileOf = ({ rehearsed, name }: Running) => rehearsed.checkout.path(`images/${name}/1-x86_64.raw`);
  return {
    before: async (running) => {
      fs.copyFileSync(fileOf(running), `${fileOf(running)}.kept`);
      for (const fault of [
        { cloud: "aws", operation: "PutSnapshotBlock" },
        { cloud: "azure", operation: "PUT *comp=page*" },
        { cloud: "gcp", operation: "PUT /upload*" },
      ])
        await running.rehearsed.fault({ ...fault, kind: "slow", seconds: 1 });
    },
    during: { isTime: logged(/StartSnapshot/), strike: (running) => change(fileOf(running)) },
    after: async (running) => {
      fs.copyFileSync(`${fileOf(running)}.kept`, fileOf(running));
      await clear(running);
    },
  };
};

const PROVIDER = /resource-imprimatur|provider\/start\.js/;

/** A while after something was seen: what follows it is under way then. */
const since = (what: (running: Running) => boolean, seconds: number) => {
  let seen: number | undefined;
  return (running: Running): boolean => {
    if (what(running)) seen ??= Date.now();
    return seen !== undefined && Date.now() - seen >= seconds * 1000;
  };
};

/** While Google is asked for the bucket: a kill of the command, the engine and all plugins. */
const killedAtBucket = (fault: object): Trouble => ({
  ...faults({}, { cloud: "gcp", operation: "POST /storage/v1/b", ...fault }),
  during: {
    isTime: since(logged(/ \/storage\/v1\/b\/\S+ 404 /), 8),
    strike: ({ pids }) => pids(/./).forEach((pid) => process.kill(pid, "SIGKILL")),
  },
});

const interrupted = (isTime: (running: Running) => boolean): Trouble => ({
  during: { isTime, strike: ({ signal }) => signal("SIGINT") },
});

const unreachable = (variable: string, value: string): Trouble => ({ env: { [variable]: value } });

export const TROUBLES: Readonly<Record<string, Trouble>> = {
  "kms-denied": faults({ kms: true }, { cloud: "aws", kind: "denied", operation: "Sign", times: 1000 }),
  "kms-5xx": faults(
    { kms: true },
    { cloud: "aws", kind: "error", service: "kms", operation: "Sign", times: 1000 },
  ),
  "kms-hang": faults(
    { kms: true, survives: true },
    { cloud: "aws", kind: "hang", operation: "Sign", times: 1 },
  ),
  "kms-silent": faults({ kms: true }, { cloud: "aws", kind: "hang", operation: "Sign", times: 1000 }),
  "kms-throttled": faults({ kms: true }, { cloud: "aws", kind: "throttle", operation: "Sign", times: 1000 }),
  "records-full": folder(records, "full"),
  "records-read-only": folder(records, "read-only"),
  "state-read-only": folder(backend, "read-only"),
  /** The journals of uploads are there: what they lose is sent again. */
  "cache-full": { ...folder(() => CACHE, "full"), survives: true, env: { XDG_CACHE_HOME: CACHE } },
  "bucket-not-made": killedAtBucket({ kind: "hang" }),
  "bucket-made": killedAtBucket({ kind: "trickle", bytesPerSecond: 5 }),
  "expired-aws": faultsOnce(uploading, { cloud: "aws", kind: "expired", times: 10_000 }),
  "expired-gcp": faultsOnce(uploading, { cloud: "gcp", kind: "expired", times: 10_000 }),
  "expired-azure": faultsOnce(uploading, { cloud: "azure", kind: "expired", times: 10_000 }),
  "dns-aws": unreachable("AWS_ENDPOINT_URL", "http://aws.invalid:1"),
  "refused-gcp": unreachable("STORAGE_EMULATOR_HOST", "http://127.0.0.1:1"),
  "refused-azure": unreachable("AZURE_RESOURCE_MANAGER_ENDPOINT", "https://127.0.0.1:1"),
  "skew-aws": faults(
    {},
    { cloud: "aws", kind: "error", code: "RequestTimeTooSkewed", status: 403, service: "ec2", times: 10_000 },
  ),
  "disk-changed": disk((file) => {
    const handle = fs.openSync(file, "r+");
    fs.writeSync(handle, Buffer.alloc(4096, 7), 0, 4096, 4 * 1024 * 1024);
    fs.closeSync(handle);
  }),
  "disk-truncated": disk((file) => fs.truncateSync(file, 3 * 1024 * 1024)),
  "disk-deleted": disk((file) => fs.rmSync(file)),
  "provider-killed": {
    during: {
      isTime: uploading,
      strike: ({ pids }) => pids(PROVIDER).forEach((pid) => process.kill(pid, "SIGKILL")),
    },
  },
  "provider-stopped": {
    survives: true,
    during: {
      isTime: uploading,
      strike: ({ pids }) => {
        const stopped = pids(PROVIDER);
        stopped.forEach((pid) => process.kill(pid, "SIGSTOP"));
        setTimeout(() => stopped.forEach((pid) => process.kill(pid, "SIGCONT")), 60_000);
      },
    },
  },
  "interrupted-preview": interrupted(logged(/aws|gcp|azure/)),
  "interrupted-upload": interrupted(uploading),
  "interrupted-copy": interrupted(copying),
  "interrupted-sharing": interrupted(logged(/ModifyImageAttribute/)),
};
