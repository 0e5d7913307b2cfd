import { type BootEntry, bootEntries, otherMenus } from "../boot-entries";
import { type InspectedImage, ROOT_TYPES } from "../image";
import { kernelArguments, lastValue, nameAndValue } from "../kernel-arguments";
import { isNamed } from "../mounts";
import { type Finding, type Rule } from "../rule";
import { NotInspectable } from "../tree";

export const bootsInspectedRoot: Rule = {
  id: "boots-inspected-root",
  severity: "error",
  title: "Every boot entry starts the root that was inspected",
  reason:
    "A kernel that is told to take another partition starts a system of which no other rule has seen anything.",
  cure: "Let root= of every entry name the root partition, and give that partition the root type of the Discoverable Partitions Specification.",
  limits:
    "The initramfs, which may do anything before it looks at root=; boot code of legacy BIOS; programs that a loader starts besides kernels.",
  check(image) {
    const entries = bootEntries(image).filter(({ kind }) => kind !== "addition");
    if (entries.length === 0)
      throw new NotInspectable("no kernel command line found in the places that are known");
    const unclear: string[] = [];
    const findings = entries.flatMap((entry) => {
      const added = bootEntries(image).filter(({ kind }) => kind === "addition");
      return [entry, ...added.filter(({ line }) => lastValue(line, "root") !== undefined)].flatMap((each) => {
        const judged = judgeRoot(each, image);
        if (typeof judged === "string") unclear.push(judged);
        return typeof judged === "object" ? [judged] : [];
      });
    });
    if (findings.length === 0 && unclear.length > 0)
      throw new NotInspectable([...new Set(unclear)].join("; "));
    return findings.filter(
      (each, at) =>
        findings.findIndex((other) => other.where === each.where && other.message === each.message) === at,
    );
  },
};

/** None, a finding, or the reason why it is undecidable. */
function judgeRoot({ file, line }: BootEntry, image: InspectedImage): Finding | string | undefined {
  const { rootPartition, volumes = [] } = image;
  const inspected = rootPartition ? `partition ${rootPartition.number}` : "no partition";
  const root = lastValue(line, "root");
  if (root === undefined || root === "gpt-auto" || root === "dissect") {
    // systemd-gpt-auto-generator(8): the first partition of the root type is the root, unless another is named.
    const typed = volumes.filter(({ partition }) => partition.typeGuid === ROOT_TYPES[image.architecture]);
    if (typed.length === 1 && typed[0]?.partition.number === rootPartition?.number) return undefined;
    return `${file}: nothing names the root, and ${typed.length} partitions are of the root type`;
  }
  const named = volumes.filter((volume) => isNamed(root, volume));
  if (named.length > 1) return { message: `root=${root} is ${named.length} partitions`, where: file };
  const [found] = named;
  if (!found) return `${file}: root=${root} is no partition that is known by that name`;
  if (found.partition.number === rootPartition?.number) return undefined;
  return {
    message: `root=${root} is partition ${found.partition.number}, and ${inspected} was inspected as the root`,
    where: file,
  };
}

/** Values of `init=` that start the system normally (init(1), Debian and Fedora, 2026-11). */
const INITS = [
  "/sbin/init",
  "/usr/sbin/init",
  "/lib/systemd/systemd",
  "/usr/lib/systemd/systemd",
  "/bin/systemd",
];
/** Values of `systemd.unit=` for a normal boot (systemd.special(7)). */
const TARGETS = ["default.target", "multi-user.target", "graphical.target"];
const OFF = ["0", "no", "off", "false", "n", "f"];

/**
 * Arguments that boot something other than the installed system, or give access to anyone at the console:
 * kernel-command-line(7) and systemd-debug-generator(8) of systemd 257, dracut.cmdline(7), initramfs-tools(7),
 * cloud-init's "Kernel command line", the kernel's "ip=" (admin-guide/nfs/nfsroot) and netconsole (read 2026-11).
 */
const DOORS: readonly {
  names: readonly string[];
  says: (value: string | undefined) => string | undefined;
}[] = [
  {
    names: ["init", "rdinit", "systemd.init", "rd.systemd.init"],
    says: (value) =>
      value !== undefined && INITS.includes(value) ? undefined : "starts another program as init",
  },
  {
    names: ["systemd.debug_shell", "rd.systemd.debug_shell"],
    says: (value) => (OFF.includes(value ?? "") ? undefined : "gives a root shell to the console"),
  },
  {
    names: ["rd.break", "break", "rd.cmdline"],
    says: () => "stops in the initramfs, with a root shell on the console",
  },
  {
    names: ["systemd.unit", "rd.systemd.unit"],
    says: (value) => (value !== undefined && TARGETS.includes(value) ? undefined : "starts another unit"),
  },
  {
    names: ["systemd.run", "systemd.run_success_action", "systemd.wants", "rd.systemd.wants"],
    says: () => "starts what no package wants",
  },
  {
    names: ["systemd.set_credential", "systemd.set_credential_binary", "systemd.pull", "rd.systemd.pull"],
    says: () => "gives the system a credential or a program of somebody else's",
  },
  {
    names: ["systemd_sulogin_force", "SYSTEMD_SULOGIN_FORCE"],
    says: (value) => (OFF.includes(value ?? "") ? undefined : "gives a root shell without a password"),
  },
  {
    names: ["systemd.mask", "rd.systemd.mask"],
    says: () => "keeps a unit of the system from starting",
  },
  {
    names: ["boot"],
    says: (value) => (value === "local" ? undefined : "starts another root than the disk's"),
  },
  {
    names: ["network_config", "nameserver", "rd.peerdns"],
    says: () => "says where names and packets go",
  },
  {
    // ip=client:server:gateway:netmask:host:device:method:dns…; dracut has the same fields.
    names: ["ip"],
    says: (value) =>
      /^([^:[\]]*|\[[^\]]*\])(:([^:[\]]*|\[[^\]]*\])){6}:[^:]/.test(value ?? "")
        ? "sets a name server"
        : undefined,
  },
  {
    names: ["netconsole"],
    says: () => "sends the kernel's messages to another machine",
  },
  {
    names: ["firmware_class.path"],
    says: (value) =>
      value === undefined || /^\/(usr\/)?lib\/firmware(\/|$)/.test(value)
        ? undefined
        : "loads firmware that no package brought",
  },
  {
    names: ["cloud_config_url"],
    says: (value) => (value ? "cloud-init takes its settings from there" : undefined),
  },
  {
    names: ["mount.usr", "systemd.mount_extra", "rd.systemd.mount_extra", "systemd.swap_extra"],
    says: () => "mounts what was not inspected",
  },
  {
    names: ["overlayroot", "systemd.volatile", "rd.overlay", "rd.live.image", "nfsroot", "netroot"],
    says: (value) =>
      [...OFF, "disabled"].includes(value ?? "") ? undefined : "covers the root with something else",
  },
  {
    names: ["resume", "resume_offset"],
    says: (value) =>
      ["", "none"].includes(value ?? "") ? undefined : "goes on with what a disk says was running",
  },
  {
    names: ["kernel.modprobe", "kernel.core_pattern", "kernel.hotplug", "kernel.poweroff_cmd"].flatMap(
      (name) => [`sysctl.${name}`, `sysctl.${name.replace(".", "/")}`],
    ),
    says: (value) => (/^[|/]/.test(value ?? "") ? "names a program that the kernel runs as root" : undefined),
  },
  {
    names: ["systemd.setenv"],
    says: (value) => (SPEECH.test(value ?? "") ? undefined : "changes every program that is started"),
  },
  {
    names: ["kgdboc", "kgdbwait", "ekgdboc", "kgdbcon"],
    says: () => "lets the console debug the kernel",
  },
  {
    names: ["ds"],
    says: (value) =>
      /;\s*(s|seedfrom)=/.test(value ?? "") ? "cloud-init takes its settings from there" : undefined,
  },
];

/** cloud-init reads its configuration after this, anywhere in the line (cloudinit/util.py 23.4, read_cc_from_cmdline). */
const CLOUD_CONFIG = /cc:/;

/** systemd.environment(7): these only affect language and formatting. */
const SPEECH = /^(LANG|LANGUAGE|LC_\w+|TZ)=/;

/** Variables that distributions' own menus set and use: GRUB's 10_linux of Debian, Ubuntu and Fedora (2026-11). */
const VARIABLES =
  /^\$\{?(vt_handoff|tuned_params|kernelopts|default_kernelopts|extra_cmdline|linux_gfx_mode|quiet|root|prefix)\}?$/;

/** Arguments of a distribution's own rescue entries: they require root's password, which an image does not have. */
const OF_RESCUE = ["rescue.target", "emergency.target"];

export const bootArguments: Rule = {
  id: "boot-arguments",
  severity: "error",
  title: "No boot entry starts something else than the installed system",
  reason:
    "An argument of the kernel gives a root shell to whoever reaches the console, or starts a program that nobody installed.",
  cure: "Take the argument out of the boot entry, and of what writes it (/etc/kernel/cmdline, /etc/default/grub).",
  limits: "Arguments that only weaken the kernel (mitigations=off, selinux=0).",
  check: (image) => [
    ...otherMenus(image).map(({ file, line }): Finding => ({
      message: `reads another menu: ${line}`,
      where: file,
    })),
    ...bootEntries(image).flatMap(({ file, line, kind }) =>
      kernelArguments(line).flatMap((argument): Finding[] => {
        const { name, value } = nameAndValue(argument);
        if (kind === "rescue" && name === "systemd.unit" && OF_RESCUE.includes(value ?? "")) return [];
        const variables = [...argument.matchAll(/\$\{?\w+\}?/g)].filter(([each]) => !VARIABLES.test(each));
        const said =
          variables.length > 0
            ? "is what a variable of the menu says"
            : CLOUD_CONFIG.test(argument)
              ? "is what cloud-init shall do"
              : DOORS.find(({ names }) => names.includes(name))?.says(value);
        return said === undefined ? [] : [{ message: `${argument}: ${said}`, where: file }];
      }),
    ),
  ],
};
