/** Mounts of a machine that runs the disk, apart from its root: by /etc/fstab, and by the types of the partitions. */
import { type FileSystem, type Mounts, realPath, treeOf } from "./file-system";
import type { PartitionPlace } from "./partition-place";
import { NotInspectable, textOf } from "./tree";

/** Names of a partition in /etc/fstab and in kernel arguments. */
export interface VolumeNames {
  partition: PartitionPlace;
  /** Lower-case UUID of ext4, `ABCD-1234` of FAT. */
  uuid?: string;
  label?: string;
}

/** A partition with what is needed to mount it. */
export interface Volume extends VolumeNames {
  system: FileSystem | NotInspectable;
}

/**
 * Mount points of systemd-gpt-auto-generator(8), by the Discoverable Partitions Specification (UAPI group, 2026-11).
 */
const PLACES: Readonly<Record<string, string>> = {
  "bc13c2ff-59e6-4262-a352-b275fd6f7172": "/boot",
  "933ac7e1-2eb4-4f13-b844-0e14e2aef915": "/home",
  "3b8f8425-20e0-4f3b-907f-1a25a76f98e8": "/srv",
  "4d21b016-b534-45c2-a9fb-5c16e091fd2d": "/var",
  "7ec6f557-3bc5-4aca-b293-16ef5df639d1": "/var/tmp",
  "8484680c-9521-48c6-9c11-b0720656f69e": "/usr",
  "b0e01050-ee5f-4390-949a-9101b17104e9": "/usr",
};

/** Maximum lines of /etc/fstab. */
const MOST_LINES = 1000;

/** File system types without a disk. */
const VIRTUAL =
  /^(proc|sysfs|tmpfs|ramfs|dev(tmpfs|pts)|cgroup2?|(debug|trace|security|config|hugetlb|efivar|bin(fmt_)?)fs|mqueue|swap|ignore)$/;

/** @returns mounts by path; an unreadable partition hides its place, with the reason */
export function mountsOf(root: FileSystem, volumes: readonly Volume[]): Mounts {
  const mounts = new Map<string, FileSystem | NotInspectable>();
  const mount = (place: string, system: () => FileSystem | NotInspectable) => {
    try {
      mounts.set(realPath(root, mounts, place), system());
    } catch (error) {
      // Everything inside an unreadable place is hidden too: the outer reason is reported.
      if (!(error instanceof NotInspectable)) throw error;
    }
  };
  const lines = fstabOf(root).sort((a, b) => a.place.length - b.place.length);
  for (const { source, place } of lines) {
    const found = volumes.filter((volume) => isNamed(source, volume));
    const why =
      found.length > 1 ? `${found.length} partitions are that` : "no partition of the disk is known as that";
    const unknown = new NotInspectable(`/etc/fstab mounts ${source} on ${place}, and ${why}`);
    mount(place, () => (found.length === 1 ? found[0]!.system : unknown));
  }
  for (const { partition, system } of byDepth(volumes)) {
    const place = PLACES[partition.typeGuid];
    if (place === undefined || lines.some((line) => line.place === place)) continue;
    mount(place, () => {
      const hidden = (treeOf(root, mounts).list(place) ?? []).filter(({ name }) => name !== "lost+found");
      if (hidden.length === 0) return system;
      // systemd ignores a non-empty folder; another init may not.
      return new NotInspectable(
        `${place} has content of its own, and partition ${partition.number} is of the type that is mounted there`,
      );
    });
  }
  return mounts;
}

function byDepth(volumes: readonly Volume[]): Volume[] {
  const length = ({ partition }: Volume) => PLACES[partition.typeGuid]?.length ?? 0;
  return [...volumes].sort((a, b) => length(a) - length(b));
}

/** fstab(5): mounts in order, without the root and those without a disk. */
function fstabOf(root: FileSystem): { source: string; place: string }[] {
  const text = textOf(treeOf(root), "/etc/fstab") ?? "";
  const lines = text.split("\n").flatMap((line) => {
    const [source = "", place = "", type = ""] = line
      .trim()
      .split(/[ \t]+/)
      .map(unescaped);
    if (source.startsWith("#") || !place.startsWith("/") || VIRTUAL.test(type)) return [];
    const clean = `/${place.split("/").filter(Boolean).join("/")}`;
    return clean === "/" ? [] : [{ source: source.replace(/^(\w+=)"(.*)"$/, "$1$2"), place: clean }];
  });
  if (lines.length > MOST_LINES) throw new NotInspectable(`/etc/fstab mounts ${lines.length} file systems`);
  return lines;
}

/** fstab encodes a blank as `\040`. */
function unescaped(field: string): string {
  return field.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(parseInt(octal, 8)));
}

/** True if `UUID=…`, `LABEL=…`, `PARTUUID=…`, `PARTLABEL=…` or a device path names this partition (fstab(5)). */
export function isNamed(source: string, { partition, uuid, label }: VolumeNames): boolean {
  const { number, guid, name } = partition;
  const [, , byWhat, link] = /^(\/dev\/disk\/by-(\w+)\/(.+))$/.exec(source) ?? [];
  const [, tag = byWhat?.toUpperCase(), value = link ?? ""] = /^(\w+)=(.+)$/.exec(source) ?? [];
  switch (tag) {
    case "PARTUUID":
      return guid !== undefined && value.toLowerCase() === guid;
    case "PARTLABEL":
      return name !== undefined && name !== "" && value === name;
    case "UUID":
      return uuid !== undefined && value.toLowerCase() === uuid.toLowerCase();
    case "LABEL":
      return label !== undefined && label !== "" && value === label;
    default:
      // The first disk of a machine is its boot disk.
      return /^\/dev\/(?:[svx]+da|nvme0n1p|mmcblk0p)(\d+)$/.exec(source)?.[1] === String(number);
  }
}
