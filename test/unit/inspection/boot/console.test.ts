import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { lastLines, plain, readConsole } from "../../../../inspection/boot/console";

const recorded = (name: string) => readFileSync(join(__dirname, "consoles", name), "utf8");

/** The guest's line with these sections. */
function reportLine(sections: Record<string, string>): string {
  const text = Object.entries(sections).map(([name, said]) => `=== ${name}\n${said}\n`);
  return `imprimatur-report:${gzipSync(text.join("")).toString("base64")}:end`;
}

test("a Debian 12 that came up is read from its recorded console", () => {
  const { report, ...seen } = readConsole(recorded("debian-12.txt"));
  expect(seen).toEqual({
    login: true,
    cloudInit: true,
    kernel: "6.1.0-56-cloud-amd64",
    failedUnits: [],
  });
  expect(report).toEqual({
    kernel: "6.1.0-56-cloud-amd64",
    os: "Debian GNU/Linux 12 (bookworm)",
    systemState: "running",
    failedUnits: [],
    bootSeconds: 116.6,
    cloudInit: {
      version: "22.4.2",
      status: "done",
      datasource: "DataSourceNoCloud",
      datasourceSeconds: 1.4,
      errors: [],
    },
  });
});

test("a Debian 12 whose init is no program is read from its recorded console", () => {
  const seen = readConsole(recorded("broken-init.txt"));
  expect(seen).toMatchObject({ login: false, cloudInit: false });
  expect(seen.dead).toMatch(/^the kernel panicked: Attempted to kill init!/);
});

test("a report that the kernel wrote into is left for the next, whole one", () => {
  const line = reportLine({ kernel: "6.1" });
  const torn = `${line.slice(0, 40)}[  12.1] random: crng init done\n${line.slice(40)}`;
  const flipped = line.replace(/.{12}:end$/, (end) => `${end[0] === "A" ? "B" : "A"}${end.slice(1)}`);
  expect(readConsole(`${torn}\n${flipped}\n`).report).toBeUndefined();
  expect(readConsole(`${torn}\n${flipped}\n${line}\n`).report?.kernel).toBe("6.1");
});

test("a report tells failed units and what cloud-init complained of", () => {
  const { report } = readConsole(
    reportLine({
      status: '{"status": "error", "detail": "DataSourceEc2Local", "errors": ["boom"]}',
      result: '{"v1": {"datasource": null, "errors": ["boom", "bang"]}}',
      search: [
        "2026-11-24 19:41:19,500 - handlers.py[DEBUG]: start: init-local/search-Ec2Local: searching",
        "2026-11-24 19:42:49,500 - handlers.py[DEBUG]: finish: init-local/search-Ec2Local: SUCCESS: no local data found",
        "2026-11-24 19:42:50,000 - handlers.py[DEBUG]: start: init-network/search-GCE: searching",
        "2026-11-24 19:42:50,250 - handlers.py[DEBUG]: finish: init-network/search-GCE: SUCCESS: found",
      ].join("\n"),
      failed: "ssh.service loaded failed failed OpenBSD Secure Shell server\nx.mount loaded failed failed /x",
      time: "Startup finished in 500ms (kernel) + 1min 2.5s (userspace) = 1min 3.000s",
    }),
  );
  expect(report).toMatchObject({
    failedUnits: ["ssh.service", "x.mount"],
    bootSeconds: 63,
    cloudInit: { status: "error", datasource: "DataSourceEc2Local", datasourceSeconds: 90.3 },
  });
  expect(report?.cloudInit.errors).toEqual(["boom", "bang"]);
});

test("a guest that cannot be asked gives a report that says so", () => {
  expect(readConsole(reportLine({ kernel: "6.1", status: "", failed: "" })).report).toMatchObject({
    failedUnits: [],
    cloudInit: { status: "not run", errors: [] },
  });
});

test.each([
  ["a Debian login", "\nDebian GNU/Linux 12 host ttyS0\n\nhost login: ", true],
  ["one with a message of the kernel after it", "host login: [   97.4] random: crng", true],
  ["the unit that will show it", "[  OK  ] Started Login Prompts: Serial Getty", false],
  ["a user who logged in", "Last login: Tue Nov 24", false],
])("login prompt: %s", (_what, text, login) => {
  expect(readConsole(text).login).toBe(login);
});

test.each([
  ["[    1.5] Kernel panic - not syncing: VFS: Unable to mount root fs", "the kernel panicked: VFS: Unable"],
  ["You are in emergency mode. After logging in, type", "emergency mode"],
  ["(initramfs) ", "the initial RAM disk found no root file system"],
  ["grub rescue> ", "GRUB does not find its files"],
  ["BdsDxe: No bootable option or device was found.", "the firmware finds nothing to start"],
  [">>Start PXE over IPv4.", "the firmware finds nothing to start on the disk"],
  ["UEFI Interactive Shell v2.2", "opened its shell"],
  ["Boot failed: not a bootable disk", "the firmware finds nothing to start"],
])("dead end: %s", (text, dead) => {
  expect(readConsole(`before\n${text}`).dead).toContain(dead);
});

test.each([
  [
    "Debian 13's systemd",
    "[FAILED] Failed to start ssh.service - OpenBSD Secure Shell server.",
    ["ssh.service"],
  ],
  ["an older one", "[FAILED] Failed to start OpenBSD Secure Shell server.", ["OpenBSD Secure Shell server"]],
  ["a mount", "[FAILED] Failed to mount boot-efi.mount - /boot/efi.", ["boot-efi.mount"]],
  [
    "twice the same",
    "[FAILED] Failed to start a.service - A.\n[FAILED] Failed to start a.service - A.",
    ["a.service"],
  ],
])("failed units on the console: %s", (_what, text, units) => {
  expect(readConsole(text).failedUnits).toEqual(units);
});

test("colours, moves of the cursor and carriage returns are no text", () => {
  const raw =
    "\x1bc\x1b[=3h\x1b[2J\x1b[01;01H[\x1b[0;32m  OK  \x1b[0m] Started \x1b[0;1;39ma\x1b[0m.\r\nx\x1b]0;title\x07y\r\n";
  expect(plain(raw)).toBe("\n\n[  OK  ] Started a.\nxy\n");
});

test("the last lines are those that say something", () => {
  expect(lastLines(`a\nb  \n\n${reportLine({})}\nc\n\n`, 2)).toEqual(["b", "c"]);
  expect(lastLines("x".repeat(1_000_000), 2)).toEqual([`${"x".repeat(500)}…`]);
});
