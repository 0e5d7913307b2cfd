import { type GuestReport, readReport } from "./report";

/** What a serial console has shown so far. */
export interface Seen {
  /** A prompt for a user's name. */
  login: boolean;
  /** cloud-init has spoken. */
  cloudInit: boolean;
  report?: GuestReport;
  /** Release of the kernel that started. */
  kernel?: string;
  /** Units that systemd told of on the console, by name where it gives it. */
  failedUnits: string[];
  /** Why the machine will get no further, if it said so. */
  dead?: string;
}

/** Ends of a boot, and what each means to who built the image. */
const DEAD_ENDS: readonly [RegExp, string][] = [
  [/^.*Kernel panic - not syncing: ?(.*)$/m, "the kernel panicked"],
  [
    /^.*(?:You are in emergency mode|Cannot open access to console, the root account is locked).*$/m,
    "systemd stopped in emergency mode",
  ],
  [/^\(initramfs\) ?$/m, "the initial RAM disk found no root file system"],
  [/^grub rescue> ?$/m, "GRUB does not find its files"],
  [/^(?:grub> ?|.*Minimal BASH-like line editing is supported.*)$/m, "GRUB has no menu to start from"],
  [/^(?:Shell> ?|UEFI Interactive Shell.*)$/m, "the firmware finds nothing to start and opened its shell"],
  // EDK2 tries the network last, after every disk (seen with AAVMF 2022.11); nothing answers there.
  [/^>>Start (?:PXE|HTTP Boot) over IPv[46]/m, "the firmware finds nothing to start on the disk"],
  [
    /^.*(?:No bootable (?:option or )?device|Boot failed: not a bootable disk|No bootable device).*$/m,
    "the firmware finds nothing to start",
  ],
];

/** Reads a console's text, control sequences taken out (see {@link plain}). */
export function readConsole(text: string): Seen {
  const report = readReport(text);
  const dead = DEAD_ENDS.flatMap(([pattern, meaning]) => {
    const found = pattern.exec(text);
    if (!found) return [];
    return [found[1] ? `${meaning}: ${found[1].trim()}` : meaning];
  })[0];
  const kernel = /\bLinux version (\S+)/.exec(text)?.[1];
  return {
    login: /^(?!Last )\S+ login: ?/m.test(text),
    cloudInit: /\bcloud-init\[\d+\]|^Cloud-init v\./m.test(text),
    ...(report && { report }),
    ...(kernel !== undefined && { kernel }),
    failedUnits: failedUnits(text),
    ...(dead !== undefined && { dead }),
  };
}

/** systemd: `[FAILED] Failed to start foo.service - What it is.`, before version 253 without the unit's name. */
function failedUnits(text: string): string[] {
  const found = [...text.matchAll(/^\[FAILED\] Failed to \w+ (.+?)\.?$/gm)].map(([, what = ""]) => {
    const unit = /^(\S+\.[a-z]+)(?: - |$)/.exec(what)?.[1];
    return unit ?? what;
  });
  return [...new Set(found)];
}

/** A console's text as lines: no colours, no moves of the cursor, no carriage returns. */
export function plain(raw: string): string {
  return (
    raw
      // A move to another line starts one: boot menus paint, and what is after them must not hang on their last line.

      .replace(/\x1b\[[\d;]*[HJf]/g, "\n")

      .replace(/\x1b(?:\[[\d;?=<>]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\^_c])/g, "")
      .replace(/\r+\n?/g, "\n")

      .replace(/[\x00-\x08\x0b-\x1f\x7f]/g, "")
  );
}

/** Characters of a line that are shown: a guest may write without end, and without a new line. */
const LONGEST = 500;

/** The last lines that say something, for a person who looks for the reason. */
export function lastLines(text: string, count: number): string[] {
  return text
    .split("\n")
    .map((line) => line.trimEnd())
    .filter((line) => line !== "" && !line.startsWith("imprimatur-report:"))
    .slice(-count)
    .map((line) => (line.length > LONGEST ? `${line.slice(0, LONGEST)}…` : line));
}
