import { gunzipSync } from "node:zlib";

/**
 * The guest's own report. cloud-init runs {@link USER_DATA} as the last step of its first boot; that starts a
 * script, which waits until cloud-init and systemd have finished, and writes one line to every serial console:
 *
 *   imprimatur-report:<base64 of gzip of named sections>:end
 *
 * gzip for its CRC: kernel output may interrupt a line, which the CRC detects. For the
 * same reason it is repeated.
 */
export interface GuestReport {
  /** Release of the running kernel. */
  kernel: string;
  /** PRETTY_NAME of os-release(5). */
  os?: string;
  /** systemd's state: `running`, `degraded`. */
  systemState: string;
  failedUnits: string[];
  /** Seconds from the kernel's start until systemd is done, by `systemd-analyze`. */
  bootSeconds?: number;
  cloudInit: {
    version?: string;
    /** `done` is good; `degraded`, `error`, `disabled`, `not run`. */
    status: string;
    /** E.g. `DataSourceNoCloud`. */
    datasource?: string;
    /** Seconds of the datasource search, all attempts together. */
    datasourceSeconds?: number;
    errors: string[];
  };
}

const MARK = "imprimatur-report";

const SECTIONS = {
  status: "cloud-init status --format json",
  version: "cloud-init --version",
  result: "cat /run/cloud-init/result.json",
  search: "grep -E '(start|finish): .*/search-' /var/log/cloud-init.log",
  state: "systemctl is-system-running",
  failed: "systemctl list-units --failed --plain --no-legend",
  time: "systemd-analyze time",
  kernel: "uname -r",
  os: "cat /etc/os-release",
} as const;
type Section = keyof typeof SECTIONS;

/** Seconds that the guest waits for systemd to settle: a unit that never finishes starting must not hide the rest. */
const SETTLE = 120;

/** A separate unit, because cloud-init's own run cannot wait for its own end. */
export const USER_DATA = `#!/bin/sh
cat >/run/${MARK} <<'END'
cloud-init status --wait >/dev/null 2>&1
timeout ${SETTLE} systemctl is-system-running --wait >/dev/null 2>&1
{
${Object.entries(SECTIONS)
  .map(([name, command]) => `  echo '=== ${name}'; ${command} 2>/dev/null`)
  .join("\n")}
} | gzip -c | base64 -w 0 >/run/${MARK}.line
for attempt in 1 2 3 4 5; do
  for console in $(cat /sys/class/tty/console/active); do
    case $console in
      tty[0-9]*) ;;
      *) printf '\\n${MARK}:%s:end\\n' "$(cat /run/${MARK}.line)" >"/dev/$console" ;;
    esac
  done
  sleep 2
done
END
systemd-run --no-block --collect sh /run/${MARK}
`;

/** The first complete report on a console, if any yet. */
export function readReport(console: string): GuestReport | undefined {
  for (const [, line = ""] of console.matchAll(new RegExp(`${MARK}:([A-Za-z0-9+/=]+):end`, "g"))) {
    const text = unpack(line);
    if (text !== undefined) return parseReport(text);
  }
  return undefined;
}

function unpack(line: string): string | undefined {
  try {
    return gunzipSync(Buffer.from(line, "base64")).toString("utf8");
  } catch {
    return undefined; // Interrupted; a later one is complete.
  }
}

function parseReport(text: string): GuestReport {
  const sections = new Map<string, string>();
  for (const part of text.split(/^=== /m).slice(1)) {
    const end = part.indexOf("\n");
    sections.set(part.slice(0, end), part.slice(end + 1).trim());
  }
  const section = (name: Section) => sections.get(name) ?? "";
  const os = /^PRETTY_NAME="?(.*?)"?$/m.exec(section("os"))?.[1];
  const bootSeconds = secondsIn(/ = (.+)$/m.exec(section("time"))?.[1] ?? "");
  return {
    kernel: section("kernel"),
    os,
    systemState: section("state"),
    failedUnits: section("failed")
      .split("\n")
      .flatMap((line) => line.trim().split(/\s+/)[0] || []),
    bootSeconds,
    cloudInit: parseCloudInit(section),
  };
}

function parseCloudInit(section: (name: Section) => string): GuestReport["cloudInit"] {
  const status = jsonIn(section("status"));
  const result = jsonIn(section("result")).v1 as Record<string, unknown> | undefined;
  const errors = [status.errors, result?.errors].flatMap((list): unknown[] =>
    Array.isArray(list) ? list : [],
  );
  const version = /(\d\S*)$/.exec(section("version"))?.[1];
  // "DataSourceNoCloud [seed=/dev/vdb][dsmode=net]": the location is due to this check.
  const datasource = /^DataSource\w+/.exec(textIn(result?.datasource) ?? textIn(status.detail) ?? "")?.[0];
  const datasourceSeconds = searchSeconds(section("search"));
  return {
    version,
    status: textIn(status.status) ?? "not run",
    datasource,
    datasourceSeconds,
    errors: [...new Set(errors.map(String))],
  };
}

/**
 * From lines such as `2026-11-24 19:41:19,514 - handlers.py[DEBUG]: start: init-local/search-NoCloud: …` and `…
 * finish: init-local/search-NoCloud: SUCCESS: …`.
 */
function searchSeconds(log: string): number | undefined {
  const started = new Map<string, number>();
  let total: number | undefined;
  for (const line of log.split("\n")) {
    const [, date, time, event, name = ""] =
      /^(\S+) (\S+?) .*?(start|finish): (\S*search-[^:\s]+)/.exec(line) ?? [];
    const at = Date.parse(`${date}T${time?.replace(",", ".")}Z`);
    if (event === "start") started.set(name, at);
    const start = started.get(name);
    if (event === "finish" && start !== undefined) total = (total ?? 0) + Math.max(0, at - start) / 1000;
  }
  return total === undefined ? undefined : Math.round(total * 10) / 10;
}

/** `3min 44.329s`, systemd's time span format. */
function secondsIn(span: string): number | undefined {
  const units: Readonly<Record<string, number>> = { h: 3600, min: 60, s: 1, ms: 0.001 };
  const parts = [...span.matchAll(/([\d.]+)(h|min|ms|s)\b/g)];
  if (parts.length === 0) return undefined;
  const seconds = parts.reduce((sum, [, count, unit = "s"]) => sum + Number(count) * (units[unit] ?? 0), 0);
  return Math.round(seconds * 10) / 10;
}

function jsonIn(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return value !== null && typeof value === "object" ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

function textIn(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}
