import { type GuestReport, readReport } from "./report";

/** Facts from a serial console so far. */
export interface Seen {
  /** A login prompt was shown. */
  login: boolean;
  /** cloud-init has printed output. */
  cloudInit: boolean;
  report?: GuestReport;
  /** Release of the kernel that started. */
  kernel?: string;
  /** Failed units reported by systemd, by name if given. */
  failedUnits: string[];
  /** Reason why the machine is stuck, if printed. */
  dead?: string;
}

/** Terminal states of a boot, with their meaning for the image's builder. */
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
  // EDK2 tries the network last, after every disk (seen with AAVMF 2022.11); there is no boot server.
  [/^>>Start (?:PXE|HTTP Boot) over IPv[46]/m, "the firmware finds nothing to start on the disk"],
  [
    /^.*(?:No bootable (?:option or )?device|Boot failed: not a bootable disk|No bootable device).*$/m,
    "the firmware finds nothing to start",
  ],
];

/** Parses a console's text, without control sequences (see {@link plain}). */
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
    kernel,
    failedUnits: failedUnits(text),
    dead,
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

/** A console's text as lines: without colours, cursor movements and carriage returns. */
export function plain(raw: string): string {
  return (
    raw
      // A cursor move to another line starts a new one: boot menus draw, and later output must not be appended to
      // their last line.

      .replace(/\x1b\[[\d;]*[HJf]/g, "\n")

      .replace(/\x1b(?:\[[\d;?=<>]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\^_c])/g, "")
      .replace(/\r+\n?/g, "\n")

      .replace(/[\x00-\x08\x0b-\x1f\x7f]/g, "")
  );
}

/** Longest shown line in characters: a guest may write endlessly without a newline. */
const LONGEST = 500;

/** The last non-empty lines, for a diagnosis. */
export function lastLines(text: string, count: number): string[] {
  return text
    .split("\n")
    .map((line) => line.trimEnd())
    .filter((line) => line !== "" && !line.startsWith("imprimatur-report:"))
    .slice(-count)
    .map((line) => (line.length > LONGEST ? `${line.slice(0, LONGEST)}…` : line));
}
