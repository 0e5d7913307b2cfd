import { policyReport, renderJunit, renderText } from "../../../inspection/report";
import { type Expectation, inspectImage } from "../../../inspection/rule";
import { RULES } from "../../../inspection/rules";
import { NotInspectable } from "../../../inspection/tree";
import { dpkg, EXPECTED, failed, image, type Spoil, STATUS } from "./sound-image";
import { efiProgram } from "./efi-program";

test("a sound image passes every rule", () => {
  expect(failed(image())).toEqual([]);
});

test.each<{ spoiled: string; root?: Spoil; esp?: Spoil; expected?: Partial<Expectation>; want: string[] }>([
  { spoiled: "a host key", root: { "/etc/ssh/ssh_host_ed25519_key": "k" }, want: ["ssh-host-keys"] },
  {
    spoiled: "an authorized key",
    root: { "/root/.ssh/authorized_keys": "# a\nssh-ed25519 AAA x\n" },
    want: ["authorized-keys"],
  },
  {
    spoiled: "only a comment among authorized keys",
    root: { "/root/.ssh/authorized_keys": "# none\n" },
    want: [],
  },
  { spoiled: "a password", root: { "/etc/shadow": "root:$y$j9T$x:1::::::\n" }, want: ["passwords"] },
  { spoiled: "an empty password", root: { "/etc/shadow": "root::1::::::\n" }, want: ["passwords"] },
  { spoiled: "a machine id", root: { "/etc/machine-id": "0123\n" }, want: ["machine-id"] },
  { spoiled: "a random seed", root: { "/var/lib/systemd/random-seed": "x" }, want: ["random-seeds"] },
  { spoiled: "a history", root: { "/home/debian/.bash_history": "ls" }, want: ["shell-histories"] },
  {
    spoiled: "package lists",
    root: { "/var/lib/apt/lists/x_Packages": "x".repeat(1 << 17) },
    want: ["leftover-caches"],
  },
  { spoiled: "a log", root: { "/var/log/dpkg.log": "x" }, want: ["leftover-logs"] },
  {
    spoiled: "an earlier instance",
    root: { "/var/lib/cloud/instances/i-1/x": "x" },
    want: ["cloud-init-state"],
  },
  {
    spoiled: "a contrib package",
    root: { "/var/lib/dpkg/status": STATUS + dpkg("steam", { Section: "contrib/games" }) },
    want: ["package-areas"],
  },
  {
    spoiled: "a removed contrib package",
    root: {
      "/var/lib/dpkg/status":
        STATUS + dpkg("steam", { Section: "contrib/games", Status: "deinstall ok config-files" }),
    },
    want: [],
  },
  {
    spoiled: "a foreign architecture",
    root: { "/var/lib/dpkg/status": STATUS + dpkg("libc6", { Architecture: "i386" }) },
    want: ["package-architecture"],
  },
  {
    spoiled: "a broken package",
    root: { "/var/lib/dpkg/status": STATUS + dpkg("libc6", { Status: "install ok half-configured" }) },
    want: ["package-states"],
  },
  {
    spoiled: "non-free in apt",
    root: {
      "/etc/apt/sources.list.d/x.sources":
        "Types: deb\nURIs: http://deb.debian.org/debian\nSuites: trixie\nComponents: main non-free\n",
    },
    want: ["package-sources"],
  },
  { spoiled: "a foreign host", expected: { packageHosts: ["other.example.org"] }, want: ["package-sources"] },
  {
    spoiled: "too many datasources",
    root: { "/etc/cloud/cloud.cfg.d/99.cfg": "datasource_list: [OpenStack, Ec2, GCE, Azure]\n" },
    want: ["cloud-init-datasources"],
  },
  {
    spoiled: "a missing datasource",
    root: { "/etc/cloud/cloud.cfg.d/99.cfg": "datasource_list: [Ec2]\n" },
    want: ["cloud-init-datasources"],
  },
  {
    spoiled: "upgrades off",
    root: { "/etc/apt/apt.conf.d/99x": 'APT::Periodic::Unattended-Upgrade "0";\n' },
    want: ["unattended-upgrades"],
  },
  {
    spoiled: "password log-in",
    root: { "/etc/ssh/sshd_config.d/10-cloud.conf": "PasswordAuthentication yes\n" },
    want: ["ssh-as-declared"],
  },
  { spoiled: "no loader", esp: { "/EFI/BOOT/BOOTX64.EFI": "garbage" }, want: ["boot-loader"] },
  {
    spoiled: "a loader of another architecture",
    esp: { "/EFI/BOOT/BOOTX64.EFI": efiProgram(0xaa64) },
    want: ["boot-loader"],
  },
  {
    spoiled: "no serial console",
    esp: { "/loader/entries/debian.conf": "options root=PARTUUID=2222 quiet\n" },
    want: ["serial-console"],
  },
  { spoiled: "too much", expected: { maximumInstalledBytes: 1024 }, want: ["installed-size"] },
])("$spoiled: finds exactly that", ({ root, esp, expected, want }) => {
  expect(failed(image(root, esp), expected)).toEqual(want);
});

test("what cannot be seen is not inspected, and the policy fails", () => {
  const blind = {
    ...image(),
    root: new NotInspectable("the root partition holds no ext2, ext3 or ext4 file system"),
  };
  const report = policyReport(blind, { blockMapRoot: "00" }, inspectImage(blind, RULES, EXPECTED));
  expect(report.outcome).toBe("failed");
  expect(report.rules.find(({ id }) => id === "passwords")?.outcome).toBe("not-inspected");
  expect(report.counts.notInspected).toBeGreaterThan(10);
});

test("a warning alone does not fail the policy; every finding has its cure, in text and JUnit", () => {
  const measured = image({ "/var/log/a&b.log": "x" });
  const report = policyReport(measured, { blockMapRoot: "00" }, inspectImage(measured, RULES, EXPECTED));
  expect(report.outcome).toBe("passed");
  expect(renderText(report)).toMatch(/warning: leftover-logs\n {2}\/var\/log: 1 files, 1 bytes\n {2}cure: /);
  expect(renderJunit(report)).toContain('failures="0" errors="0" skipped="0"');
});
