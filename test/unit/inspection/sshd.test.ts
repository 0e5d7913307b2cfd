import { globbed } from "../../../inspection/glob";
import { parseSshdLine } from "../../../inspection/sshd";
import { findings, image, type Spoil, treeOf } from "./sound-image";

// Each compared with `sshd -T` of Debian's OpenSSH 9.2, 2026-11-25.
test.each<[string, ReturnType<typeof parseSshdLine>]>([
  ["", undefined],
  ["  # PasswordAuthentication yes", undefined],
  ["PasswordAuthentication no", { keyword: "passwordauthentication", values: ["no"] }],
  ["\tPASSWORDAUTHENTICATION\tno\r", { keyword: "passwordauthentication", values: ["no"] }],
  ["PasswordAuthentication=no", { keyword: "passwordauthentication", values: ["no"] }],
  ['PermitRootLogin = "no"', { keyword: "permitrootlogin", values: ["no"] }],
  ['"KbdInteractiveAuthentication" no', { keyword: "kbdinteractiveauthentication", values: ["no"] }],
  ["ChallengeResponseAuthentication no", { keyword: "kbdinteractiveauthentication", values: ["no"] }],
  ["PermitRootLogin yes # for now", { keyword: "permitrootlogin", values: ["yes"] }],
  ["PasswordAuthentication 'no'", { keyword: "passwordauthentication", values: ["no"] }],
  ['PasswordAuthentication n"o"', { keyword: "passwordauthentication", values: ["no"] }],
  ['AuthorizedKeysFile "a b" c\\ d # x', { keyword: "authorizedkeysfile", values: ["a b", "c d"] }],
  ["Match=user root", { keyword: "match", values: ["user", "root"] }],
  ['PasswordAuthentication "no', "refused"],
])("sshd reads %j as %j", (line, want) => {
  expect(parseSshdLine(line)).toEqual(want);
});

const MAIN = "/etc/ssh/sshd_config";
const PART = "/etc/ssh/sshd_config.d/z.conf";
const CLOSED = "PasswordAuthentication no\nPermitRootLogin no\nKbdInteractiveAuthentication no\n";
const OPEN = "PasswordAuthentication yes\nPermitRootLogin yes\n";
/** Only sshd's own files: cloud-init's is removed. */
const ssh = (files: Spoil): Spoil => ({ "/etc/ssh/sshd_config.d/10-cloud.conf": undefined, ...files });
const open = (where: string, what: string) => `ssh-as-declared: ${where}: ${what}, declared: no`;
const BOTH = (where: string, match = "") => [
  open(where, `PasswordAuthentication is yes${match}`),
  open(where, `PermitRootLogin is yes${match}`),
];

test.each<{ spoiled: string; root: Spoil; want: string[] }>([
  {
    spoiled: "nothing said: passwords are sshd's default",
    root: ssh({ [MAIN]: "" }),
    want: [open(MAIN, "PasswordAuthentication is yes")],
  },
  {
    spoiled: "quotes",
    root: ssh({ [MAIN]: 'PasswordAuthentication "yes"\nPermitRootLogin "yes"\n' }),
    want: BOTH(MAIN),
  },
  { spoiled: "an equals sign", root: ssh({ [MAIN]: "PasswordAuthentication=no\n" }), want: [] },
  {
    spoiled: "yes before the part that says no",
    root: ssh({ [MAIN]: `${OPEN}Include /etc/ssh/sshd_config.d/*.conf\n`, [PART]: CLOSED }),
    want: BOTH(MAIN),
  },
  {
    spoiled: "no before the part that says yes",
    root: ssh({ [MAIN]: `${CLOSED}Include /etc/ssh/sshd_config.d/*.conf\n`, [PART]: OPEN }),
    want: [],
  },
  {
    spoiled: "a relative part",
    root: ssh({ [MAIN]: `Include sshd_config.d/*.conf\n${CLOSED}`, [PART]: OPEN }),
    want: BOTH(PART),
  },
  {
    spoiled: "a part of another folder, named by a part",
    root: ssh({
      [MAIN]: `Include a.conf b.conf\n${CLOSED}`,
      "/etc/ssh/a.conf": 'Include "/srv/my ssh/[ab]?.conf"\n',
      "/srv/my ssh/a1.conf": OPEN,
      "/etc/ssh/b.conf": CLOSED,
    }),
    want: BOTH("/srv/my ssh/a1.conf"),
  },
  {
    spoiled: "a part whose condition ends with it",
    root: ssh({ [MAIN]: `Include a.conf\n${CLOSED}`, "/etc/ssh/a.conf": `Match user x\nX11Forwarding no\n` }),
    want: [],
  },
  {
    spoiled: "a condition that everybody meets",
    root: ssh({ [MAIN]: `${CLOSED}Match all\n ${OPEN}` }),
    want: BOTH(MAIN, ' for "Match all"'),
  },
  {
    spoiled: "a condition in a part, and a part in a condition",
    root: ssh({
      [MAIN]: `${CLOSED}Match group x\nInclude a.conf\n`,
      "/etc/ssh/a.conf": "PermitRootLogin yes\n",
    }),
    want: [open("/etc/ssh/a.conf", 'PermitRootLogin is yes for "Match group x"')],
  },
  {
    spoiled: "a condition that closes more",
    root: ssh({ [MAIN]: `${CLOSED}Match user x\nPasswordAuthentication no\nPermitRootLogin no\n` }),
    want: [],
  },
  {
    spoiled: "PAM asks for the password",
    root: ssh({ [MAIN]: "PasswordAuthentication no\nKbdInteractiveAuthentication yes\nUsePAM yes\n" }),
    want: [open(MAIN, "KbdInteractiveAuthentication is yes")],
  },
  {
    spoiled: "PAM asks for it, as nothing else is said",
    root: ssh({ [MAIN]: "PasswordAuthentication no\nUsePAM yes\n" }),
    want: [open(MAIN, "KbdInteractiveAuthentication is yes")],
  },
  {
    spoiled: "nobody asks for it",
    root: ssh({ [MAIN]: "PasswordAuthentication no\nKbdInteractiveAuthentication yes\nUsePAM no\n" }),
    want: [],
  },
  {
    spoiled: "a line that sshd refuses",
    root: ssh({ [MAIN]: `${CLOSED}X "y\n` }),
    want: ["ssh-host-keys", "authorized-keys", "ssh-as-declared"].map(
      (rule) => `${rule} not inspected: ${MAIN}:4: sshd refuses this line`,
    ),
  },
  {
    spoiled: "a part that names itself",
    root: ssh({ [MAIN]: "Include sshd_config\n" }),
    want: ["ssh-host-keys", "authorized-keys", "ssh-as-declared"].map(
      (rule) => `${rule} not inspected: ${MAIN}: included more than 16 deep`,
    ),
  },
  {
    spoiled: "settings as arguments",
    root: { "/etc/default/ssh": 'SSHD_OPTS="-o PasswordAuthentication=yes"\n' },
    want: [
      'ssh-as-declared not inspected: /etc/default/ssh gives sshd other settings: "-o PasswordAuthentication=yes"',
    ],
  },
  { spoiled: "arguments that set nothing", root: { "/etc/default/ssh": "SSHD_OPTS=-4\n" }, want: [] },
])("$spoiled", ({ root, want }) => {
  expect(findings(image(root))).toEqual(want);
});

test("what is declared is allowed", () => {
  const declared = { ssh: { server: true, passwordAuthentication: true, rootLogin: true } };
  expect(findings(image(ssh({ [MAIN]: OPEN })), declared)).toEqual([]);
});

test.each([
  ["/a/*.conf", ["/a/1.conf", "/a/2.conf"]],
  ["/a/?.conf", ["/a/1.conf", "/a/2.conf"]],
  ["/a/[!1].conf", ["/a/2.conf"]],
  ["/*/1.conf", ["/a/1.conf", "/b/1.conf"]],
  ["/a/.*", ["/a/.hidden.conf"]],
  ["/a/x+y", ["/a/x+y"]],
  ["/none/*", []],
])("the pattern %s names %j", (pattern, want) => {
  const tree = treeOf({ "/a/2.conf": "", "/a/1.conf": "", "/a/.hidden.conf": "", "/a/x+y": "", "/b/c": "" });
  expect(globbed(tree, pattern)).toEqual(want);
});
