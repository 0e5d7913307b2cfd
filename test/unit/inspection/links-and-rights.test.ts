import { dpkg, findings, image, md5, PASSWD, type Spoil, STATUS } from "./sound-image";

const NOTHING = { ownFiles: [] };
const WANTS = "/etc/systemd/system/multi-user.target.wants/x.service";
const MERGED: Spoil = {
  "/lib64": { link: "usr/lib64" },
  "/var/run": { link: "/run" },
  "/run/": "",
};

/** Paths that lead elsewhere than their package says, or that other users than it says may change. */
test.each<{ door: string; root: Spoil; want: RegExp[] }>([
  {
    door: "a unit behind a link that only a machine follows",
    root: { ...MERGED, [WANTS]: { link: "/var/run/../opt/x.service" }, "/opt/x.service": "x" },
    want: [/^unowned-files: .*x\.service: a link to \/opt\/x\.service$/],
  },
  {
    door: "a unit that whoever logs in may make",
    root: { [WANTS]: { link: "/run/user/1000/x.service" } },
    want: [/^unowned-files: .*x\.service: a link to \/run\/user\/1000\/x\.service$/],
  },
  {
    door: "the system's sockets where anybody may make some",
    root: { ...MERGED, "/var/run": { link: "/tmp" }, "/tmp/": "" },
    want: [/^unowned-files: \/var\/run: a link to \/tmp, needed: \/run$/],
  },
  {
    door: "the loader's folder that leads out of /usr again",
    root: { "/lib64": { link: "usr/../opt/lib64" }, "/opt/lib64/ld-linux-x86-64.so.2": "elf" },
    want: [/^unowned-files: \/lib64: a link to \/opt\/lib64/],
  },
  {
    door: "a program that is a link to the same bytes, where somebody else may write",
    root: { "/usr/sbin/sshd": { link: "/opt/sshd" }, "/opt/sshd": { text: "elf", uid: 1000 } },
    want: [
      /^package-files: \/usr\/sbin\/sshd: a file of openssh-server that is a link to \/opt\/sshd, which no/,
    ],
  },
  {
    door: "a package's link that leads to what no package owns",
    root: {
      "/var/lib/dpkg/status": STATUS + dpkg("dash"),
      "/var/lib/dpkg/info/dash.list": "/.\n/usr/bin/sh\n",
      "/usr/bin/sh": { link: "/var/lib/x" },
      "/var/lib/x": "elf",
    },
    want: [/^package-files: \/usr\/bin\/sh: a link of dash to \/var\/lib\/x, which no package owns$/],
  },
  {
    door: "a package's folder that is a link",
    root: {
      "/var/lib/dpkg/status": STATUS + dpkg("x"),
      "/var/lib/dpkg/info/x.list": "/.\n/usr/lib/x\n/usr/lib/x/y\n",
      "/var/lib/dpkg/info/x.md5sums": `${md5("y")}  usr/lib/x/y\n`,
      "/usr/lib/x": { link: "/opt/x" },
      "/opt/x/y": "y",
    },
    want: [/^package-files: \/usr\/lib\/x: a link of x to \/opt\/x, which no package owns$/],
  },
  {
    door: "another name for the number of sudo's group",
    root: { "/etc/group": "root:x:0:\nsudo:x:27:\nhelpers:x:27:debian\n" },
    want: [/^account-rights: \/etc\/group: debian is in the group helpers, which is sudo by another name$/],
  },
  {
    door: "an account whose own group is that of the disks",
    root: {
      "/etc/group": "root:x:0:\ndisk:x:6:\n",
      "/etc/passwd": PASSWD.replace("debian:x:1000:1000", "debian:x:1000:6"),
    },
    want: [/^account-rights: \/etc\/passwd: debian is in the group disk$/],
  },
])("$door", ({ root, want }) => {
  expect(findings(image(root), NOTHING)).toEqual(want.map((each) => expect.stringMatching(each) as string));
});

/** Folders with a wrong owner or mode, which the table of files cannot express. */
test.each([
  { path: "/", entry: { mode: 0o777, uid: 0, gid: 0 }, says: "/: anybody may change it (0777)" },
  { path: "/etc/cron.d", entry: { mode: 0o1777 }, says: "/etc/cron.d: anybody may change it (1777)" },
  { path: "/var", entry: { uid: 1000 }, says: "/var: belongs to user 1000, needed: root" },
  { path: "/usr/local", entry: { uid: 1000 }, says: "/usr/local: belongs to user 1000, needed: root" },
  {
    path: "/usr/local",
    entry: { mode: 0o775, gid: 1000 },
    says: "/usr/local: group 1000 may change it (0775)",
  },
  { path: "/usr/local", entry: { mode: 0o2775, gid: 50 }, says: undefined },
  { path: "/tmp", entry: { mode: 0o1777 }, says: undefined },
  {
    path: "/var/lib/x",
    entry: { kind: "other" as const, device: true },
    says: "/var/lib/x: a device, a pipe or a socket",
  },
  { path: "/var/spool/x", entry: { kind: "other" as const }, says: undefined },
])("$path with $entry", ({ path, entry, says }) => {
  const sound = image({
    "/etc/cron.d/": "",
    "/usr/local/": "",
    "/var/lib/x/": "",
    "/var/spool/x/": "",
    "/tmp/": "",
  });
  const tree = sound.root as Exclude<typeof sound.root, Error>;
  const root = {
    ...tree,
    ...(path === "/" && { top: entry }),
    list: (folder: string) =>
      tree.list(folder)?.map((each) => {
        const full = folder === "/" ? `/${each.name}` : `${folder}/${each.name}`;
        return full === path ? { ...each, ...entry } : each;
      }),
  };
  const found = findings({ ...sound, root }, NOTHING);
  expect(found).toEqual(says === undefined ? [] : [`file-rights: ${says}`]);
});
