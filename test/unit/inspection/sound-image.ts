import { createHash } from "node:crypto";
import { posix } from "node:path";
import type { InspectedImage } from "../../../inspection/image";
import { type Expectation, inspectImage, type Verdict } from "../../../inspection/rule";
import { RULES } from "../../../inspection/rules";
import type { Entry, Tree } from "../../../inspection/tree";
import { EXPECTED } from "./expected";
import { efiProgram } from "./efi-program";

/** A file with other than the usual mode, owner or attributes. */
interface Special {
  text: string;
  mode?: number;
  uid?: number;
  attributes?: string[];
  id?: string;
}

/**
 * Paths and their contents: a file's text, or the target of a link. A path that ends in `/` is an empty folder.
 * Everything belongs to root, and only root may write it, unless given otherwise.
 */
export type Files = Record<string, string | Buffer | { link: string } | Special>;

/** A tree from a table of paths. */
export function treeOf(files: Files): Tree {
  const textAt = (path: string): Buffer | undefined => {
    const there = files[path];
    if (there === undefined || path.endsWith("/")) return undefined;
    if (typeof there === "string" || Buffer.isBuffer(there)) return Buffer.from(there as string);
    return "text" in there ? Buffer.from(there.text) : undefined;
  };
  const resolve = (path: string, depth = 0): string => {
    let at = "/";
    const parts = posix.normalize(path).split("/").filter(Boolean);
    for (const [index, part] of parts.entries()) {
      const full = posix.join(at, part);
      const there = files[full];
      if (typeof there === "object" && "link" in there) {
        if (depth > 10) return "/nowhere";
        return resolve(posix.join(posix.resolve(at, there.link), ...parts.slice(index + 1)), depth + 1);
      }
      at = full;
    }
    return at;
  };
  const digester = (algorithm: string) => (path: string) => {
    const text = textAt(resolve(path));
    return text && createHash(algorithm).update(text).digest("hex");
  };
  return {
    read: (path) => textAt(resolve(path)),
    md5: digester("md5"),
    sha256: digester("sha256"),
    target(path) {
      const there = files[posix.join(resolve(posix.dirname(path)), posix.basename(path))];
      return typeof there === "object" && "link" in there ? there.link : undefined;
    },
    list(path) {
      const found = resolve(path);
      const prefix = found === "/" ? "/" : `${found}/`;
      const entries = new Map<string, Entry>();
      let exists = false;
      for (const [file, content] of Object.entries(files)) {
        if (!file.startsWith(prefix)) continue;
        exists = true;
        const [name = "", ...rest] = file.slice(prefix.length).split("/");
        if (name !== "") entries.set(name, { name, ...shapeOf(name, rest.length > 0, content) });
      }
      return exists ? [...entries.values()].sort((a, b) => (a.name < b.name ? -1 : 1)) : undefined;
    },
  };
}

function shapeOf(name: string, folder: boolean, content: Files[string]): Omit<Entry, "name"> {
  const owner = { mode: folder ? 0o755 : /shadow/.test(name) ? 0o640 : 0o644, uid: 0, gid: 0 };
  if (folder) return { kind: "folder", size: 0, ...owner };
  if (typeof content === "string" || Buffer.isBuffer(content))
    return { kind: "file", size: content.length, ...owner };
  if ("link" in content) return { kind: "link", size: 0, ...owner };
  const { text, ...other } = content;
  return { kind: "file", size: text.length, ...owner, ...other };
}

/** An entry of dpkg's status database. */
export function dpkg(name: string, more: Record<string, string> = {}): string {
  const fields = {
    Package: name,
    Status: "install ok installed",
    Version: "1",
    Architecture: "amd64",
    Section: "admin",
    "Installed-Size": "10",
    Maintainer: "Somebody <somebody@debian.org>",
    ...more,
  };
  return `${Object.entries(fields)
    .map(([key, value]) => `${key}: ${value}`)
    .join("\n")}\n\n`;
}

export const STATUS =
  dpkg("cloud-init", { Architecture: "all" }) +
  dpkg("unattended-upgrades", { Architecture: "all" }) +
  dpkg("openssh-server");

export const PASSWD =
  "root:x:0:0:root:/root:/bin/bash\ndaemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin\nsystemd-network:x:998:998::/:/usr/sbin/nologin\ndebian:x:1000:1000::/home/debian:/bin/bash\n";
export const SSHD_CONFIG =
  "Include /etc/ssh/sshd_config.d/*.conf\nKbdInteractiveAuthentication no\nUsePAM yes\n";

const LOADER = efiProgram(0x8664);

/** The sum as dpkg writes it. */
export function md5(content: string | Buffer): string {
  return createHash("md5").update(content).digest("hex");
}

export const SOUND_ROOT: Files = {
  // Two files of packages, and dpkg's records of them.
  "/var/lib/dpkg/info/openssh-server.list": "/.\n/usr/sbin\n/usr/sbin/sshd\n",
  "/var/lib/dpkg/info/openssh-server.md5sums": `${md5("elf")}  usr/sbin/sshd\n`,
  "/var/lib/dpkg/info/cloud-init.list": "/.\n",
  "/var/lib/dpkg/info/unattended-upgrades.list": "/.\n/usr/lib/systemd-boot/x.efi\n/boot/vmlinuz-6.1\n",
  "/var/lib/dpkg/info/unattended-upgrades.md5sums": `${md5(LOADER)}  usr/lib/systemd-boot/x.efi\n${md5("kernel")}  boot/vmlinuz-6.1\n`,
  "/usr/lib/systemd-boot/x.efi": LOADER,
  "/etc/os-release": 'NAME="Debian GNU/Linux"\nID=debian\nVERSION_ID="13"\nVERSION_CODENAME=trixie\n',
  "/etc/passwd": PASSWD,
  "/etc/shadow": "root:*:20000:0:99999:7:::\ndebian:!:20000::::::\n",
  "/etc/gshadow": "root:*::\nusers:!::\nempty:::\n",
  "/etc/machine-id": "",
  "/etc/skel/.bashrc": "# nothing\n",
  "/root/": "",
  "/home/debian/.profile": "# nothing\n",
  "/etc/ssh/sshd_config": SSHD_CONFIG,
  "/etc/ssh/sshd_config.d/10-cloud.conf": "PasswordAuthentication no\n",
  "/usr/sbin/sshd": "elf",
  "/boot/vmlinuz-6.1": "kernel",
  "/etc/apt/sources.list": "deb http://deb.debian.org/debian trixie main\n",
  "/etc/apt/sources.list.d/security.list": "deb http://deb.debian.org/debian-security trixie-security main\n",
  "/etc/apt/apt.conf.d/20auto-upgrades":
    'APT::Periodic::Update-Package-Lists "1";\nAPT::Periodic::Unattended-Upgrade "1";\n',
  "/etc/cloud/cloud.cfg.d/90_dpkg.cfg": "datasource_list: [ NoCloud, Ec2, GCE, Azure ]\n",
  "/var/lib/dpkg/status": STATUS,
};

export const SOUND_ESP: Files = {
  "/EFI/BOOT/BOOTX64.EFI": LOADER,
  "/loader/entries/debian.conf":
    "title Debian\noptions root=PARTUUID=2222 console=tty0 console=ttyS0,115200\n",
};

/** The partition of the sound root, and another one. */
const ROOT_VOLUME = {
  partition: { ...placeOf(2, "4f68bce3-e8cd-4db1-96e7-fbcaf984b709"), guid: "2222", name: "root" },
  uuid: "aaaa-2",
  label: "system",
};
const OTHER_VOLUME = {
  partition: { ...placeOf(3, "3b8f8425-20e0-4f3b-907f-1a25a76f98e8"), guid: "3333", name: "srv" },
  uuid: "aaaa-3",
  label: "data",
};

function placeOf(number: number, typeGuid: string) {
  return { number, start: number << 20, length: 1 << 20, typeGuid };
}

export { EXPECTED };

/** Files that replace those of a sound image; `undefined` removes one. */
export type Spoil = Record<string, Files[string] | undefined>;

/** A sound image with these changes. */
export function image(root: Spoil = {}, esp: Spoil = {}): InspectedImage {
  return {
    size: 1 << 30,
    architecture: "x86_64",
    partitions: [],
    rootPartition: ROOT_VOLUME.partition,
    volumes: [ROOT_VOLUME, OTHER_VOLUME],
    root: treeOf(present({ ...SOUND_ROOT, ...root })),
    esp: treeOf(present({ ...SOUND_ESP, ...esp })),
    unused: () => [],
  };
}

function present(files: Spoil): Files {
  return Object.fromEntries(
    Object.entries(files).flatMap(([path, content]) => (content === undefined ? [] : [[path, content]])),
  );
}

/** Verdicts other than passed. */
function verdicts(measured: InspectedImage, expected: Partial<Expectation> = {}): Verdict[] {
  return inspectImage(measured, RULES, { ...EXPECTED, ...expected }).filter(
    ({ outcome }) => outcome !== "passed",
  );
}

/** The same, as ids of rules. */
export function failed(measured: InspectedImage, expected: Partial<Expectation> = {}): string[] {
  return verdicts(measured, expected).map(({ rule, outcome }) =>
    outcome === "failed" ? rule.id : `${rule.id} (not inspected)`,
  );
}

/** The same, with each finding: `rule: where: message`. */
export function findings(measured: InspectedImage, expected: Partial<Expectation> = {}): string[] {
  return verdicts(measured, expected).flatMap(({ rule, outcome, findings: found, why }) =>
    outcome === "failed"
      ? found.map(({ where, message }) => `${rule.id}: ${where ? `${where}: ` : ""}${message}`)
      : [`${rule.id} not inspected: ${why ?? ""}`],
  );
}
