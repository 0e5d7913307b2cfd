import { createHash } from "node:crypto";
import { compareWithArchive } from "../../../../inspection/against-archive/check";
import type { ArchivedPackage, PackagedFile } from "../../../../inspection/against-archive/packages";
import type { InspectedImage } from "../../../../inspection/image";
import { NotInspectable } from "../../../../inspection/tree";
import { type Files, treeOf } from "../sound-image";

const digest = (text: string) => createHash("sha256").update(text).digest("hex");
const rights = { mode: 0o644, uid: 0, gid: 0 };
const file = (path: string, text: string, mode = 0o644): PackagedFile => ({
  ...{ path, kind: "file", ...rights, mode, sha256: digest(text) },
});
const folders = (...paths: string[]): PackagedFile[] =>
  paths.map((path) => ({ path, kind: "folder", ...rights, mode: 0o755 }));

const ENABLES =
  "# was-enabled defaults to true, so new installations run enable.\n" +
  "if deb-systemd-helper --quiet was-enabled 'tool.timer'; then\n";
const POSTINST =
  ENABLES +
  "dpkg-divert --package tool --add /usr/bin/old\nupdate-alternatives --install /usr/bin/pager pager /usr/bin/tool 5\n";
const CONTROL = "Package: tool\nVersion: 1\nArchitecture: amd64\nDescription: a tool\n more\n";
const FILES: PackagedFile[] = [
  ...folders(
    "/",
    "/etc",
    "/usr",
    "/usr/bin",
    "/bin",
    "/usr/share",
    "/usr/share/doc",
    "/var",
    "/var/lib",
    "/var/lib/dpkg",
  ),
  ...folders("/var/lib/dpkg/info", "/etc/alternatives", "/usr/lib", "/usr/lib/systemd"),
  ...folders("/usr/lib/systemd/system", "/etc/systemd", "/etc/systemd/system"),
  file("/bin/tool", "ELF"),
  file("/usr/bin/suid", "SUID"),
  file("/etc/tool.conf", "a=1\n"),
  file("/usr/share/doc/tool", "words"),
  file("/usr/lib/systemd/system/tool.timer", "[Install]\nWantedBy=timers.target\n"),
  { path: "/usr/bin/name", kind: "link", ...rights, mode: 0o777, target: "tool" },
];
const TOOL: ArchivedPackage = {
  ...{ name: "tool", version: "1", architecture: "amd64", sha256: digest("deb") },
  contents: {
    control: CONTROL,
    scripts: { postinst: digest(POSTINST), md5sums: digest("sums") },
    conffiles: ["/etc/tool.conf"],
    files: FILES,
  },
};
const LIST = FILES.map(({ path }) => (path === "/" ? "/." : path)).join("\n");
const SOUND: Files = {
  "/bin": { link: "usr/bin" },
  "/usr/bin/tool": "ELF",
  "/usr/bin/suid": "SUID",
  "/usr/bin/name": { link: "tool" },
  "/usr/bin/pager": { link: "/etc/alternatives/pager" },
  "/etc/alternatives/pager": { link: "/usr/bin/tool" },
  "/etc/tool.conf": "a=1\n",
  "/etc/passwd": "",
  "/usr/share/doc/tool": "words",
  "/usr/lib/systemd/system/tool.timer": "[Install]\nWantedBy=timers.target\n",
  "/etc/systemd/system/timers.target.wants/tool.timer": { link: "/usr/lib/systemd/system/tool.timer" },
  "/usr/lib/": "",
  "/usr/share/doc/": "",
  "/var/lib/dpkg/status": CONTROL.replace("Version", "Status: install ok installed\nVersion"),
  "/var/lib/dpkg/info/tool.list": `${LIST}\n`,
  "/var/lib/dpkg/info/tool.postinst": { text: POSTINST, mode: 0o755 },
  "/var/lib/dpkg/info/tool.md5sums": "sums",
};

function findings(
  changes: Files,
  {
    without = [] as string[],
    own = [] as string[],
    esp,
  }: { without?: string[]; own?: string[]; esp?: Files } = {},
) {
  const files: Files = { ...SOUND, "/etc/passwd": "", ...changes };
  for (const path of without) delete files[path];
  const image: InspectedImage = {
    ...{ size: 1, architecture: "x86_64", partitions: [] },
    esp: esp ? treeOf(esp) : new NotInspectable("there is none"),
    root: treeOf(files),
  };
  const report = compareWithArchive(image, { packages: [TOOL], absent: [] }, own);
  return report.findings.map(({ where, message }) => `${where}: ${message}`);
}

test("a system as its packages bring it has no findings", () => {
  expect(findings({})).toEqual([]);
});

test.each<[string, Files, string]>([
  [
    "a changed program",
    { "/usr/bin/tool": "ELG" },
    "/usr/bin/tool: a file of tool: changed: not the content of the archive's package",
  ],
  [
    "an edited configuration file",
    { "/etc/tool.conf": "a=2\n" },
    "/etc/tool.conf: a setting of tool: changed: not the content of the archive's package",
  ],
  [
    "setuid",
    { "/usr/bin/suid": { text: "SUID", mode: 0o4755 } },
    "/usr/bin/suid: a file of tool: its mode is 4755 (setuid), needed: 0644",
  ],
  [
    "another owner",
    { "/usr/bin/suid": { text: "SUID", uid: 7 } },
    "/usr/bin/suid: a file of tool: its owner is 7:0, needed: 0:0",
  ],
  [
    "a capability",
    { "/usr/bin/suid": { text: "SUID", attributes: ["security.capability"] } },
    "/usr/bin/suid: a file of tool: it has security.capability, which no package brings",
  ],
  [
    "a link to another place",
    { "/usr/bin/name": { link: "/opt/x" } },
    "/usr/bin/name: a link of tool: it leads to /opt/x, needed: tool",
  ],
  ["a file in place of a link", { "/usr/bin/name": "x" }, "/usr/bin/name: a link of tool: it is a file"],
  ["/bin as a link elsewhere", { "/bin": { link: "usr/lib" } }, "/bin: a folder of tool: it is a link"],
  ["a file of no package", { "/usr/lib/x.so": "x" }, "/usr/lib/x.so: no package brings it"],
  [
    "a setuid file of no package",
    { "/usr/lib/.x": { text: "x", mode: 0o4755 } },
    "/usr/lib/.x: no package brings it (setuid)",
  ],
  [
    "an alternative that nobody registered",
    { "/etc/alternatives/pager": { link: "/usr/bin/suid" } },
    "/etc/alternatives/pager: it leads to /usr/bin/suid, which its package does not register as pager",
  ],
  [
    "a second root",
    { "/etc/passwd": "toor:x:0:0::/root:/bin/sh\n" },
    "/etc/passwd: no package makes the account toor",
  ],
  [
    "a diversion that no script makes",
    { "/var/lib/dpkg/diversions": "/etc/tool.conf\n/etc/x\ntool\n" },
    "/var/lib/dpkg/diversions: /etc/tool.conf is put to /etc/x, which no script of tool does",
  ],
  [
    "an override that no script makes",
    { "/var/lib/dpkg/statoverride": "root root 4755 /usr/bin/suid\n" },
    "/var/lib/dpkg/statoverride: mode 4755 of /usr/bin/suid for root and root, which no script of its package sets",
  ],
  [
    "a maintainer script",
    { "/var/lib/dpkg/info/tool.postinst": { text: "id", mode: 0o755 } },
    "/var/lib/dpkg/info/tool.postinst: changed: not that of tool",
  ],
  [
    "digests made to match",
    { "/usr/bin/tool": "ELG", "/var/lib/dpkg/info/tool.md5sums": "other" },
    "/var/lib/dpkg/info/tool.md5sums: changed: not that of tool",
  ],
  [
    "dpkg's list with one more file",
    { "/var/lib/dpkg/info/tool.list": `${LIST}\n/usr/lib/x\n` },
    "/var/lib/dpkg/info/tool.list: not the files of tool: /usr/lib/x",
  ],
  [
    "another description in dpkg's status",
    {
      "/var/lib/dpkg/status": CONTROL.replace("a tool", "x").replace(
        "Version",
        "Status: install ok installed\nVersion",
      ),
    },
    "/var/lib/dpkg/status: what it says of tool is not the package's: description",
  ],
  [
    "a package that is held back",
    { "/var/lib/dpkg/status": CONTROL.replace("Version", "Status: hold ok installed\nVersion") },
    '/var/lib/dpkg/status: tool is "hold ok installed", needed: "install ok installed"',
  ],
  [
    "a second entry of a package, for another architecture",
    {
      "/var/lib/dpkg/status": ["amd64", "i386"]
        .map((each) =>
          CONTROL.replace("amd64", each).replace("Version", "Status: install ok installed\nVersion"),
        )
        .join("\n"),
    },
    "/var/lib/dpkg/status: tool has 2 entries",
  ],
  [
    "an architecture of which nothing is installed",
    { "/var/lib/dpkg/arch": "amd64\ni386\n" },
    "/var/lib/dpkg/arch: it adds i386, of which no package is installed",
  ],
  [
    "a choice of an alternative that comes into force later",
    { "/var/lib/dpkg/alternatives/pager": "auto\n/usr/bin/pager\n\n/opt/x\n50\n\n" },
    "/var/lib/dpkg/alternatives/pager: it has /opt/x for /usr/bin/pager, which no package registers as pager",
  ],
  [
    "an alternative's name that nobody registers",
    { "/usr/sbin/add": { link: "/etc/alternatives/pager" } },
    "/usr/sbin/add: no package registers /usr/sbin/add as a name of /usr/bin/tool",
  ],
  [
    "variables of GRUB that are no choice",
    { "/boot/grub/grubenv": "# GRUB Environment Block\nprefix=(hd1)/x\n###" },
    "/boot/grub/grubenv: its content is not what is generated there",
  ],
  [
    "an EFI system partition that everybody may write",
    { "/etc/fstab": "UUID=1 /boot/efi vfat umask=0000 0 1\n" },
    "/etc/fstab: its content is not what is generated there",
  ],
])("%s is found and named", (_, changes, finding) => {
  expect(findings(changes)).toContain(finding);
});

test("a file that is gone is found, unless dpkg was told to leave it out", () => {
  const without = ["/usr/share/doc/tool"];
  expect(findings({}, { without })).toEqual(["/usr/share/doc/tool: missing: a file of tool"]);
  const settings = { "/etc/dpkg/dpkg.cfg.d/x": "path-exclude=/usr/share/doc/*\n" };
  expect(findings(settings, { without, own: ["/etc/dpkg/**", "/etc/dpkg"] })).toEqual([]);
});

test("a unit that its package enables has to be", () => {
  const link = "/etc/systemd/system/timers.target.wants/tool.timer";
  expect(findings({ "/etc/systemd/system/": "" }, { without: [link] })).toEqual([
    `${link}: missing: tool enables it`,
  ]);
});

describe("places beside the root's files", () => {
  const place = (number: number, typeGuid: string) => ({ number, start: 0, length: 1, typeGuid });
  const ROOT = { partition: { ...place(2, "root"), guid: "22" }, label: "root" };
  const EVIL = { partition: { ...place(3, "x"), guid: "33" }, label: "evil" };
  const told = (more: Partial<InspectedImage>, files: Files = {}) =>
    compareWithArchive(
      {
        ...{ size: 1, architecture: "x86_64", partitions: [], esp: new NotInspectable("it is no FAT") },
        ...{
          root: treeOf({ ...SOUND, ...files }),
          rootPartition: ROOT.partition,
          volumes: [ROOT, EVIL],
          ...more,
        },
      },
      { packages: [TOOL], absent: [] },
      [],
    ).findings.map(({ where, message }) => (where === undefined ? message : `${where}: ${message}`));

  test.each<[string, Partial<InspectedImage>, string]>([
    [
      "an EFI system partition that cannot be read",
      { partitions: [place(1, "c12a7328-f81f-11d2-ba4b-00a0c93ec93b")] },
      "the EFI system partition is not compared: it is no FAT",
    ],
    [
      "a partition that says it has digests only",
      { partitions: [place(3, "2c7357ed-ebd2-46d9-aec1-23d437ec2bf5")] },
      "partition 3 is of a type without files (signatures or digests), and is not compared",
    ],
    [
      "swap that holds a hibernated system",
      { swaps: [{ number: 3, isSwap: false }] },
      "partition 3 is of the type of swap, and holds something else, which is not compared",
    ],
    [
      "a program that a BIOS starts",
      { bootCode: true, partitions: [place(1, "21686148-6449-6e6f-744e-656564454649")] },
      "the first sector and partition 1 hold a program that a BIOS starts; it is not compared: build the image for UEFI alone",
    ],
    [
      "what a mount hides",
      { covered: ["/boot/efi/x"] },
      "/boot/efi/x: hidden in the root, where another partition is mounted",
    ],
  ])("%s is named", (_, more, finding) => {
    expect(told(more)).toEqual([finding]);
  });

  test("a kernel that is given another root is found", () => {
    const cmdline = { "/etc/kernel/cmdline": "root=LABEL=root ro quiet\n" };
    expect(told({}, cmdline).filter((each) => each.includes("cmdline"))).toEqual([]);
    expect(told({}, { "/etc/kernel/cmdline": "root=PARTUUID=33 ro\n" })).toContain(
      "/etc/kernel/cmdline: it starts the root PARTUUID=33, which is not the one that is compared",
    );
  });

  test.each(["ext4", "xfs"])("a root of %s is mounted as any other", (type) => {
    const fstab = { "/etc/fstab": `PARTUUID=22 / ${type} defaults 0 1\n` };
    expect(told({}, fstab).filter((each) => each.includes("fstab"))).toEqual([]);
  });

  test("a kernel's arguments are apart, so that no text of them takes for ever to read", () => {
    const text = `${"console=ttyrorororororo ".repeat(3)}rorw\n`;
    expect(told({}, { "/etc/kernel/cmdline": text })).toContain(
      "/etc/kernel/cmdline: its content is not what is generated there",
    );
  });
});

test("what the product declares as its own is not compared", () => {
  expect(findings({ "/usr/lib/ours/x": "x" }, { own: ["/usr/lib/ours", "/usr/lib/ours/*"] })).toEqual([]);
});

test("a file of the EFI system partition is compared where it would be mounted", () => {
  expect(findings({}, { esp: { "/EFI/BOOT/BOOTX64.EFI": "MZ" } })).toContain(
    "/boot/efi/EFI/BOOT/BOOTX64.EFI: it is no package's loader or kernel",
  );
});

test("another FAT at the place of the EFI system partition does not stand for it, and is named", () => {
  const evil = (id: string) => ({ text: "MZ", mode: undefined, id });
  const esp = { "/evil.efi": evil("the EFI system partition, 5") };
  const said = [
    "/boot/efi/evil.efi: no package brings it",
    "/boot/efi/x: hidden in the root, where another partition is mounted",
  ];
  expect(findings({ "/boot/efi/x": evil("partition 3, 5") }, { esp })).toEqual(expect.arrayContaining(said));
  const own = findings({ "/boot/efi/evil.efi": evil("the EFI system partition, 5") }, { esp });
  expect(own.filter((each) => each.includes("evil"))).toEqual(["/boot/efi/evil.efi: no package brings it"]);
});

test("a package that the archive does not have is named, and nothing said of its files", () => {
  const absent = [{ name: "other", version: "2", architecture: "amd64" }];
  const root = treeOf({
    ...SOUND,
    "/usr/bin/other": "x",
    "/var/lib/dpkg/info/other.list": "/usr/bin/other\n",
  });
  const image: InspectedImage = {
    size: 1,
    architecture: "x86_64",
    partitions: [],
    esp: new NotInspectable("none"),
    root,
  };
  const { findings: found } = compareWithArchive(image, { packages: [TOOL], absent }, []);
  expect(found.map(({ message }) => message)).toEqual([
    "other 2 (amd64) is in none of the archive's suites: nothing is known of its files",
  ]);
});
