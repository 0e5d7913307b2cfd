import { findings, image, type Spoil } from "./sound-image";

const NOTHING = { ownFiles: [] };
const ROOT = "root=PARTUUID=2222 console=ttyS0";
const MENU = "/EFI/debian/grub.cfg";
const CLOUD = "/etc/cloud/cloud.cfg.d/99.cfg";
const AUTH = "/etc/pam.d/common-auth";
const LISTS = "/usr/lib/modules/6.1/modules.dep";

/** Files of no package that start another program than they seem to, or give access. */
test.each<{ door: string; root?: Spoil; esp?: Spoil; want: RegExp[] }>([
  ...[
    `menuentry x { linux /k ${ROOT} init=/bin/sh; }`,
    `true; linux /k ${ROOT} init=/bin/sh`,
    `if true; then linux /k ${ROOT} init=/bin/sh; fi`,
    `"linux" /k ${ROOT} init=/bin/sh`,
  ].map((line) => ({
    door: `a menu of GRUB: ${line}`,
    esp: { [MENU]: `${line}\n` },
    want: [/^boot-arguments: .*grub\.cfg: init=\/bin\/sh: starts another program as init$/],
  })),
  {
    door: "an argument that a variable is",
    esp: { [MENU]: `set a=init\nlinux /k ${ROOT} $a=/bin/sh\n` },
    want: [/^boot-arguments: .*grub\.cfg: \$a=\/bin\/sh: is what a variable of the menu says$/],
  },
  {
    door: "another menu",
    esp: { [MENU]: "configfile (hd0,gpt2)/opt/x\n" },
    want: [/^boot-arguments: .*grub\.cfg: reads another menu: configfile \(hd0,gpt2\)\/opt\/x$/],
  },
  ...[
    ["mount.usr=PARTUUID=3333", "mounts what was not inspected"],
    ["systemd.mount-extra=/opt/x:/etc:none:bind", "mounts what was not inspected"],
    ["overlayroot=tmpfs", "covers the root with something else"],
    ["resume=/dev/vda2", "goes on with what a disk says was running"],
    ["sysctl.kernel.modprobe=/opt/x", "names a program that the kernel runs as root"],
    ["sysctl.kernel/core_pattern=|/opt/x", "names a program that the kernel runs as root"],
    ["systemd.setenv=LD_PRELOAD=/opt/x.so", "changes every program that is started"],
    ["kgdboc=ttyS0", "lets the console debug the kernel"],
  ].map(([argument = "", says = ""]) => ({
    door: argument,
    esp: { "/loader/entries/x.conf": `options ${ROOT} ${argument}\n` },
    want: [new RegExp(`^boot-arguments: .*x\\.conf: ${argument.replace(/[|.]/g, "\\$&")}: ${says}$`)],
  })),
  {
    door: "an argument for the next kernel",
    root: { "/etc/kernel/cmdline": `${ROOT} init=/bin/sh\n` },
    want: [/^boot-arguments: \/etc\/kernel\/cmdline: init=\/bin\/sh/],
  },
  {
    door: "the same of GRUB",
    root: { "/etc/default/grub": 'GRUB_CMDLINE_LINUX_DEFAULT="quiet init=/bin/sh"\n' },
    want: [/^boot-arguments: \/etc\/default\/grub: init=\/bin\/sh/],
  },
  {
    door: "a kernel under a name of its own",
    esp: { "/loader/entries/x.conf": `linux /debian/K\noptions ${ROOT}\n`, "/debian/k": "evil" },
    want: [/^esp-programs: \/debian\/k: is no package's$/],
  },
  {
    door: "a kernel of nobody's in the root",
    root: { "/boot/grub/grub.cfg": `linux /opt/k ${ROOT}\n`, "/opt/k": "evil" },
    want: [/^esp-programs: \/opt\/k: a boot entry starts it, and it is no package's$/],
  },
  {
    door: "keys for the firmware",
    esp: { "/loader/keys/auto/db.auth": "x" },
    want: [/^esp-programs: \/loader\/keys\/auto\/db\.auth: is no package's$/],
  },
  {
    door: "a module that lies elsewhere",
    root: { [LISTS]: "kernel/a.ko: kernel/b.ko\nkernel/c.ko: /opt/x.ko\n", "/opt/x.ko": "elf" },
    want: [/^unowned-files: .*modules\.dep: the kernel would load \/opt\/x\.ko$/],
  },
  {
    door: "root's own ease for everybody",
    root: { [AUTH]: "auth sufficient pam_rootok.so\nauth required pam_deny.so\n" },
    want: [/^pam-stacks: .*common-auth: anybody is let in, whatever the password$/],
  },
  {
    door: "variables of somebody's",
    root: { [AUTH]: "auth required pam_unix.so\nsession required pam_env.so conffile=/opt/x\n" },
    want: [/^pam-stacks: .*common-auth: pam_env\.so takes its settings from conffile=\/opt\/x$/],
  },
  ...["XAuthLocation /opt/x", "SshdSessionPath /opt/x", "HostKeyAgent /run/x", "PAMServiceName other"].map(
    (line) => ({
      door: line,
      root: { "/etc/ssh/sshd_config.d/x.conf": `${line}\n` },
      want: [new RegExp(`^ssh-as-declared: .*x\\.conf: ${line.replace(" ", " is ")}$`)],
    }),
  ),
  ...[
    ["log_cfgs: [[x]]", "log_cfgs gives Python's logging settings, which are run"],
    [
      "system_info: {paths: {cloud_dir: /opt/x}}",
      "system_info: paths takes scripts, seeds and templates from elsewhere",
    ],
    ["power_state: {mode: reboot, condition: x}", "power_state: condition runs a command"],
    ["ntp: {config: {confpath: /etc/cron.d/x}}", "ntp: config writes a file of any name"],
    ["vendor_data: {enabled: true, prefix: [x]}", "vendor_data: prefix runs a program for each script"],
    ["mounts: [[/opt/x, /etc/pam.d]]", "mounts mounts something"],
    ["reporting: {x: {type: webhook}}", "reporting tells another machine of the instance"],
    ["network: {config: [x]}", "network sets addresses"],
  ].map(([setting = "", says = ""]) => ({
    door: `cloud-init: ${setting}`,
    root: { [CLOUD]: `${setting}\n` },
    want: [new RegExp(`^cloud-init-actions: .*99\\.cfg: ${says}$`)],
  })),
])("$door", ({ root, esp, want }) => {
  expect(findings(image(root, esp), NOTHING)).toEqual(
    want.map((each) => expect.stringMatching(each) as string),
  );
});

test("what distributions write of all this is no finding", () => {
  const menu = [
    "search.fs_uuid aaaa-2 root",
    "set prefix=($root)'/boot/grub'",
    "configfile $prefix/grub.cfg",
    "if [ -f  ${config_directory}/custom.cfg ]; then\n  source ${config_directory}/custom.cfg\nfi",
    `linux /boot/vmlinuz-6.1 ${ROOT} ro quiet $vt_handoff`,
  ].join("\n");
  const root = {
    "/etc/default/grub": 'GRUB_CMDLINE_LINUX="console=tty0 console=ttyS0"\n',
    "/etc/kernel/cmdline": `${ROOT}\n`,
    "/etc/pam.d/common-session": "session optional pam_env.so envfile=/etc/default/locale\n",
    [LISTS]: "kernel/a.ko: kernel/b.ko\n",
    [`${LISTS}.bin`]: "\0/kernel/a.ko: kernel/b.ko\0",
    [CLOUD]:
      "system_info: {paths: {cloud_dir: /var/lib/cloud/}}\nnetwork: {config: disabled}\nvendor_data: {enabled: true}\n",
  };
  expect(findings(image(root, { [MENU]: menu }), NOTHING)).toEqual([]);
});
