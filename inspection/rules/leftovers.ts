import { type Finding, type Rule, rootOf } from "../rule";
import { filesBelow, type Tree } from "../tree";

/** Folders whose files are made again when needed. Files of the names given are part of a package, not a leftover. */
const CACHES = [
  "/var/cache/apt",
  "/var/lib/apt/lists",
  "/var/cache/debconf",
  "/root/.cache",
  "/tmp",
  "/var/tmp",
];
const KEPT = /\/(lock|\.placeholder|config\.dat|templates\.dat|passwords\.dat)$/;
/** Below this, an empty index or a lock's neighbour is not worth a sentence. */
const TOLERATED_BYTES = 64 * 1024;

export const leftoverCaches: Rule = {
  id: "leftover-caches",
  severity: "warning",
  title: "No leftover caches",
  reason: "Package lists and archives are stale at first boot and paid for by every user.",
  cure: "apt-get clean, remove /var/lib/apt/lists/*, /tmp/* and /var/tmp/* at the end of the build.",
  check: (image) => folderFindings(rootOf(image), CACHES, TOLERATED_BYTES),
};

export const leftoverLogs: Rule = {
  id: "leftover-logs",
  severity: "warning",
  title: "No logs of the build",
  reason: "They tell of the builder's machine, and mix with the user's own logs.",
  cure: "Truncate or remove the files below /var/log at the end of the build.",
  check: (image) => folderFindings(rootOf(image), ["/var/log"], 0),
};

export const cloudInitState: Rule = {
  id: "cloud-init-state",
  severity: "error",
  title: "cloud-init has not run in the image",
  reason:
    "An image that was booted once keeps that instance's keys and user data, and skips parts of the first boot.",
  cure: "cloud-init clean --logs --seed before the disk is taken, or build without booting.",
  check(image) {
    const root = rootOf(image);
    const instances = (root.list("/var/lib/cloud/instances") ?? []).map(
      ({ name }) => `/var/lib/cloud/instances/${name}`,
    );
    const seeds = [...filesBelow(root, "/var/lib/cloud/seed")].map(({ path }) => path);
    return [...instances, ...seeds].map((where): Finding => ({
      message: "state of an earlier instance",
      where,
    }));
  },
};

function folderFindings(root: Tree, folders: readonly string[], tolerated: number): Finding[] {
  return folders.flatMap((folder) => {
    const files = [...filesBelow(root, folder)].filter(({ path, size }) => size > 0 && !KEPT.test(path));
    const bytes = files.reduce((sum, { size }) => sum + size, 0);
    return bytes > tolerated ? [{ message: `${files.length} files, ${bytes} bytes`, where: folder }] : [];
  });
}
