import { readFileList, writeFileList } from "../../../../config/file-list";
import { compareWithList } from "../../../../inspection/against-list/compare";
import { fileListOf } from "../../../../inspection/file-list";
import type { InspectedImage } from "../../../../inspection/image";
import { NotInspectable, type Tree } from "../../../../inspection/tree";
import { dpkg, type Files, treeOf } from "../sound-image";

const CONF = {
  Conffiles:
    "\n /etc/tool.conf 00000000000000000000000000000000\n /etc/init.d/tool 00000000000000000000000000000000",
};
const owned = (...paths: string[]) => `${paths.join("\n")}\n`;
const KERNEL = { Package: "linux-image-6.1", Version: "6.1" };
const SYSTEM: Files = {
  "/bin": { link: "usr/bin" },
  "/usr/bin/tool": { text: "ELF", mode: 0o755 },
  "/usr/bin/pager": { link: "/etc/alternatives/pager" },
  "/usr/lib/systemd/system/tool.service": "[Service]",
  "/usr/lib/python3/tool.py": "x = 1",
  "/usr/lib/locale/C.utf8/LC_CTYPE": "chars",
  "/usr/lib/modules/6.1/modules.dep": "deps",
  "/etc/alternatives/pager": { link: "/usr/bin/tool" },
  "/etc/tool.conf": "a=1",
  "/etc/init.d/tool": { text: "#!/bin/sh", mode: 0o755 },
  "/etc/hostname": "image",
  "/etc/passwd": "root:x:0:0::/root:/bin/sh\n",
  "/etc/systemd/system/multi-user.target.wants/tool.service": {
    link: "/usr/lib/systemd/system/tool.service",
  },
  "/boot/vmlinuz-6.1": "kernel",
  "/boot/initrd.img-6.1": "initrd",
  "/boot/efi/EFI/BOOT/BOOTX64.EFI": "kernel",
  "/var/lib/tool/state": "packaged",
  "/var/log/syslog": "",
  "/home/": "",
  "/run/lock/x": "not on a machine that runs",
  "/var/lib/dpkg/status": dpkg("tool", CONF) + dpkg(KERNEL.Package, KERNEL),
  "/var/lib/dpkg/info/tool.list": owned(
    ...["/usr/bin/tool", "/usr/lib/systemd/system/tool.service", "/usr/lib/python3/tool.py"],
    ...["/usr/lib/locale/C.utf8/LC_CTYPE", "/etc/tool.conf", "/etc/init.d/tool", "/var/lib/tool/state"],
  ),
  "/var/lib/dpkg/info/tool.postinst": { text: "#!/bin/sh", mode: 0o755 },
  "/var/lib/dpkg/info/linux-image-6.1.list": owned("/boot/vmlinuz-6.1"),
};

const imageOf = (root: Tree): InspectedImage => ({
  ...{
    size: 0,
    architecture: "x86_64",
    partitions: [],
    root,
    esp: new NotInspectable("mounted in the root"),
  },
});

function listed() {
  const list = readFileList(writeFileList(fileListOf(imageOf(treeOf(SYSTEM)), "d".repeat(64))));
  if ("message" in list) throw new Error(list.message);
  return list;
}

async function compare(
  changes: Files,
  { without = [] as string[], own = [] as string[], foreign = {} } = {},
) {
  const files: Files = { ...SYSTEM, ...changes };
  for (const path of without) delete files[path];
  const asked = { list: listed(), ownFiles: own, foreign: new Map(Object.entries<string>(foreign)) };
  return compareWithList(imageOf(treeOf(files)), asked);
}

const lines = async (...args: Parameters<typeof compare>) =>
  (await compare(...args)).differences.map(({ kind, path, message }) => `${kind}: ${path}: ${message}`);

test("a system as its image is differs in nothing", async () => {
  const { differences, packages, unread, counts } = await compare({});
  expect({ differences, packages, unread }).toEqual({ differences: [], packages: [], unread: [] });
  expect(counts).toEqual({ same: listed().files.size, data: 0, own: 0 });
});

test.each<[string, Files, string]>([
  [
    "a changed program",
    { "/usr/bin/tool": { text: "ELG", mode: 0o755 } },
    "program: /usr/bin/tool: its content is another",
  ],
  [
    "a program that anybody may write",
    { "/usr/bin/tool": { text: "ELF", mode: 0o777 } },
    "program: /usr/bin/tool: its mode is 0777, and was 0755",
  ],
  [
    "a program of another's",
    { "/usr/bin/tool": { text: "ELF", mode: 0o755, uid: 9 } },
    "program: /usr/bin/tool: its owner is 9:0, and was 0:0",
  ],
  [
    "setuid",
    { "/usr/bin/tool": { text: "ELF", mode: 0o4755 } },
    "setuid: /usr/bin/tool: its mode is 4755, and was 0755",
  ],
  [
    "a setuid file among data",
    { "/home/x/.sh": { text: "ELF", mode: 0o4755 } },
    "setuid: /home/x/.sh: it was added",
  ],
  ["a setgid file in /tmp", { "/tmp/x": { text: "ELF", mode: 0o2755 } }, "setuid: /tmp/x: it was added"],
  [
    "a link in place of a program",
    { "/usr/bin/tool": { link: "/opt/x" } },
    "program: /usr/bin/tool: it is a link, and was a file",
  ],
  ["an added program", { "/usr/local/bin/ls": "x" }, "program: /usr/local/bin/ls: it was added"],
  [
    "an added module of Python",
    { "/usr/lib/python3/evil.pth": "x" },
    "program: /usr/lib/python3/evil.pth: it was added",
  ],
  [
    "an added unit",
    { "/etc/systemd/system/x.service": "[Service]" },
    "start: /etc/systemd/system/x.service: it was added",
  ],
  ["an added job", { "/etc/cron.d/x": "* * * * * root x" }, "start: /etc/cron.d/x: it was added"],
  [
    "a job of a user",
    { "/var/spool/cron/crontabs/root": "x" },
    "start: /var/spool/cron/crontabs/root: it was added",
  ],
  [
    "a script that cloud-init runs at each boot",
    { "/var/lib/cloud/scripts/per-boot/x": { text: "#!/bin/sh", mode: 0o755 } },
    "start: /var/lib/cloud/scripts/per-boot/x: it was added",
  ],
  [
    "data of a machine for cloud-init",
    { "/var/lib/cloud/seed/nocloud/user-data": "#cloud-config" },
    "start: /var/lib/cloud/seed/nocloud/user-data: it was added",
  ],
  ["a script of sshd's", { "/etc/ssh/sshrc": "id" }, "start: /etc/ssh/sshrc: it was added"],
  ["a preloaded library", { "/etc/ld.so.preload": "/x.so" }, "start: /etc/ld.so.preload: it was added"],
  [
    "a link to a unit elsewhere",
    { "/etc/systemd/system/x.service": { link: "/home/x.service" } },
    "start: /etc/systemd/system/x.service: it was added",
  ],
  [
    "an alternative elsewhere",
    { "/etc/alternatives/pager": { link: "/home/x" } },
    "start: /etc/alternatives/pager: it leads to /home/x, and led to /usr/bin/tool",
  ],
  [
    "a link in place of a folder of generators",
    { "/etc/systemd/system-generators": { link: "/home/x" } },
    "start: /etc/systemd/system-generators: it was added",
  ],
  [
    "a link in place of a folder of extensions",
    { "/var/lib/extensions": { link: "/home/x" } },
    "start: /var/lib/extensions: it was added",
  ],
  [
    "a changed script among settings",
    { "/etc/init.d/tool": { text: "#!/bin/bash", mode: 0o755 } },
    "program: /etc/init.d/tool: its content is another",
  ],
  ["an added kernel", { "/boot/vmlinuz-evil": "x" }, "program: /boot/vmlinuz-evil: it was added"],
  [
    "a changed boot loader",
    { "/boot/efi/EFI/BOOT/BOOTX64.EFI": "x" },
    "program: /boot/efi/EFI/BOOT/BOOTX64.EFI: its content is another",
  ],
  [
    "a maintainer script",
    { "/var/lib/dpkg/info/tool.postinst": { text: "#!/bin/ba", mode: 0o755 } },
    "program: /var/lib/dpkg/info/tool.postinst: its content is another",
  ],
  [
    "a packaged file of the kind that is generated",
    { "/usr/lib/locale/C.utf8/LC_CTYPE": "other" },
    "program: /usr/lib/locale/C.utf8/LC_CTYPE: its content is another",
  ],
  [
    "a packaged file in /var",
    { "/var/lib/tool/state": "other" },
    "program: /var/lib/tool/state: its content is another",
  ],
  ["a setting", { "/etc/tool.conf": "a=2" }, "setting: /etc/tool.conf: its content is another"],
  ["an added setting", { "/etc/new.conf": "x" }, "setting: /etc/new.conf: it was added"],
  [
    "a unit that was switched on",
    { "/etc/systemd/system/y.wants/tool.service": { link: "/usr/lib/systemd/system/tool.service" } },
    "setting: /etc/systemd/system/y.wants/tool.service: it was added",
  ],
  [
    "a unit that was masked",
    { "/etc/systemd/system/tool.service": { link: "/dev/null" } },
    "setting: /etc/systemd/system/tool.service: it was added",
  ],
  [
    "the name of the machine",
    { "/etc/hostname": "mine" },
    "generated: /etc/hostname: its content is another",
  ],
  ["accounts of the machine", { "/etc/passwd": "debian" }, "generated: /etc/passwd: its content is another"],
  [
    "an initramfs",
    { "/boot/initrd.img-6.1": "new" },
    "generated: /boot/initrd.img-6.1: its content is another",
  ],
  [
    "compiled Python of a known source",
    { "/usr/lib/python3/__pycache__/tool.cpython-311.pyc": "x" },
    "generated: /usr/lib/python3/__pycache__/tool.cpython-311.pyc: it was added",
  ],
  [
    "a copy of the kernel",
    { "/boot/efi/debian/6.1/linux": "kernel" },
    "generated: /boot/efi/debian/6.1/linux: it was added",
  ],
])("%s is named as what it is", async (_what, changes, line) => {
  expect(await lines(changes)).toEqual([line]);
});

test("a folder of settings that became a link to another starts what is there", async () => {
  const without = Object.keys(SYSTEM).filter((path) => path.startsWith("/etc/systemd/"));
  const made = await lines({ "/etc/systemd": { link: "/home/x" } }, { without });
  expect(made).toContain("start: /etc/systemd: it is a link, and was a folder");
});

test("data of the machine is counted, and not named", async () => {
  const { differences, counts } = await compare({ "/home/x/letter": "x", "/var/log/syslog": "started" });
  expect(differences).toEqual([]);
  expect(counts.data).toBe(2);
});

test("what is missing is a program, a setting, or nothing of note", async () => {
  const without = ["/usr/bin/tool", "/etc/tool.conf", "/etc/hostname", "/var/log/syslog"];
  expect(await lines({}, { without })).toEqual([
    "generated: /etc/hostname: it is missing",
    "setting: /etc/tool.conf: it is missing",
    "missing: /usr/bin/tool: it is missing",
  ]);
});

test("files of a package that was upgraded are named with it, and a program of another one stays a program", async () => {
  const upgraded = dpkg("tool", { ...CONF, Version: "2" }) + dpkg(KERNEL.Package, KERNEL);
  const list = `${SYSTEM["/var/lib/dpkg/info/tool.list"] as string}/usr/bin/new\n`;
  const { differences, packages } = await compare({
    "/var/lib/dpkg/status": upgraded,
    "/var/lib/dpkg/info/tool.list": list,
    "/var/lib/dpkg/info/tool.postinst": { text: "#!/bin/sh 2", mode: 0o755 },
    "/usr/bin/tool": { text: "ELF2", mode: 0o755 },
    "/usr/bin/new": "x",
    "/boot/vmlinuz-6.1": "other",
  });
  expect(packages).toEqual([
    {
      ...{ name: "tool", before: "1", now: "2" },
      files: [
        "/usr/bin/new",
        "/usr/bin/tool",
        "/var/lib/dpkg/info/tool.list",
        "/var/lib/dpkg/info/tool.postinst",
      ],
    },
  ]);
  expect(differences.map(({ path }) => path)).toEqual(["/boot/vmlinuz-6.1"]);
});

test("a new kernel is its package's wherever it was copied to", async () => {
  const now = { Version: "6.2" };
  const { differences, packages } = await compare({
    "/var/lib/dpkg/status": dpkg("tool", CONF) + dpkg(KERNEL.Package, KERNEL) + dpkg("linux-image-6.2", now),
    "/var/lib/dpkg/info/linux-image-6.2.list": owned("/boot/vmlinuz-6.2"),
    "/boot/vmlinuz-6.2": "newer",
    "/boot/efi/debian/6.2/linux": "newer",
  });
  expect(differences.map(({ path }) => path)).toEqual([]);
  expect(packages.map(({ files }) => files)).toEqual([
    ["/boot/efi/debian/6.2/linux", "/boot/vmlinuz-6.2", "/var/lib/dpkg/info/linux-image-6.2.list"],
  ]);
});

test("a package whose record was taken away excuses no changed program", async () => {
  const status = dpkg(KERNEL.Package, KERNEL);
  const changed = { "/var/lib/dpkg/status": status, "/usr/bin/tool": { text: "ELG", mode: 0o755 } };
  expect(await lines(changed)).toEqual(["program: /usr/bin/tool: its content is another"]);
  await expect(compare({ "/var/lib/dpkg/status": "" })).rejects.toThrow("no records of dpkg");
});

test("a file that dpkg's records give to an unchanged package is nobody's", async () => {
  const list = `${SYSTEM["/var/lib/dpkg/info/tool.list"] as string}/usr/bin/evil\n`;
  expect(await lines({ "/usr/bin/evil": "x", "/var/lib/dpkg/info/tool.list": list })).toEqual([
    "program: /usr/bin/evil: it was added",
    "program: /var/lib/dpkg/info/tool.list: its content is another",
  ]);
});

test("what the owner of the machine put there is counted alone", async () => {
  const { differences, counts } = await compare({ "/opt/agent/bin/x": "x" }, { own: ["/opt/agent/**"] });
  expect(differences).toEqual([]);
  expect(counts.own).toBe(2);
});

test("a file system over programs hides them, and one over data does not matter", async () => {
  const hidden = await compare(
    { "/usr/bin/": "" },
    { foreign: { "/usr/bin": "nfs4" }, without: ["/usr/bin/tool", "/usr/bin/pager"] },
  );
  expect(hidden.differences).toEqual([]);
  expect(hidden.needed).toEqual([{ path: "/usr/bin", why: "nfs4 is mounted there" }]);
  const data = await compare({ "/srv/share/x": "" }, { foreign: { "/srv/share": "nfs4" } });
  expect(data.needed).toEqual([]);
  expect(data.unread).toEqual([{ path: "/srv/share", why: "nfs4 is mounted there" }]);
});

test("an EFI system partition that is not mounted is not missing, and is needed", async () => {
  const image = imageOf(treeOf(SYSTEM));
  const list = listed();
  const files = new Map(list.files);
  for (const [path, { kind, size, sha256 }] of list.files)
    if (path.startsWith("/boot/efi/"))
      files.set(path, { kind, ...(size && { size }), ...(sha256 && { sha256 }) });
  const about = { ownFiles: [], foreign: new Map() };
  const mounted = await compareWithList(image, { list: { ...list, files }, ...about });
  expect(mounted.differences).toEqual([]);
  const without: Files = { ...SYSTEM, "/boot/efi/": "" };
  delete without["/boot/efi/EFI/BOOT/BOOTX64.EFI"];
  const report = await compareWithList(imageOf(treeOf(without)), { list: { ...list, files }, ...about });
  expect(report.differences).toEqual([]);
  expect(report.needed).toEqual([
    { path: "/boot/efi", why: "the EFI system partition is not mounted there" },
  ]);
});

test("a file that may not be read is said, and is needed if it is a program or starts some", async () => {
  // Which nobody but root may list.
  const CRONTABS = "/var/spool/cron/crontabs";
  const tree = treeOf({ ...SYSTEM, [`${CRONTABS}/root`]: "* * * * * id" });
  const refuse = (path: string) => {
    throw new NotInspectable(`${path}: not yours to read`);
  };
  const closed: Tree = {
    ...tree,
    sha256: (path) => (/tool$|passwd$/.test(path) ? refuse(path) : tree.sha256(path)),
    list: (path) => (["/home", CRONTABS].includes(path) ? refuse(path) : tree.list(path)),
  };
  const report = await compareWithList(imageOf(closed), { list: listed(), ownFiles: [], foreign: new Map() });
  expect(report.differences).toEqual([]);
  const why = "not yours to read";
  expect(report.unread.map(({ path }) => path).sort()).toEqual([
    "/etc/init.d/tool",
    "/etc/passwd",
    "/home",
    "/usr/bin/tool",
    CRONTABS,
  ]);
  expect(report.needed).toHaveLength(3);
  for (const path of ["/etc/init.d/tool", "/usr/bin/tool", CRONTABS])
    expect(report.needed).toContainEqual({ path, why });
});
