import { KIB } from "../../facts/units";
import { homesOf } from "../accounts";
import { contents } from "../contents";
import { type Finding, type Rule, rootOf } from "../rule";
import { filesBelow, type Tree } from "../tree";

/** Folders whose files are recreated when needed; so are those in /var/cache and in each home's .cache. */
const CACHES = ["/var/lib/apt/lists", "/tmp", "/var/tmp"];
/** debconf's answers, which are in a cache folder but are not a cache (debconf.conf(5)). */
const KEPT = ["config.dat", "templates.dat", "passwords.dat"].map((name) => `/var/cache/debconf/${name}`);
/** Smaller ones, such as an empty index or a lock, are not reported. */
const TOLERATED_BYTES = 64 * KIB;

export const leftoverCaches: Rule = {
  id: "leftover-caches",
  severity: "warning",
  title: "No leftover caches",
  reason: "Package lists and archives are stale at first boot and paid for by every user.",
  cure: "apt-get clean, remove what is in /var/lib/apt/lists, /tmp, /var/tmp, the folders of /var/cache and each home's .cache at the end of the build.",
  check(image) {
    const root = rootOf(image);
    const machine = (root.list("/var/cache") ?? []).map(({ name }) => `/var/cache/${name}`);
    const people = homesOf(root).map((home) => `${home}/.cache`);
    return folderFindings(root, [...CACHES, ...machine, ...people], TOLERATED_BYTES);
  },
};

export const leftoverLogs: Rule = {
  id: "leftover-logs",
  severity: "warning",
  title: "No logs of the build",
  reason: "They tell of the builder's machine, and mix with the user's own logs.",
  cure: "Truncate or remove the files below /var/log at the end of the build.",
  check: (image) => folderFindings(rootOf(image), ["/var/log"], 0),
};

const STATE = ["data", "sem", "seed"].map((name) => `/var/lib/cloud/${name}`);

export const cloudInitState: Rule = {
  id: "cloud-init-state",
  severity: "error",
  title: "cloud-init has not run in the image",
  reason:
    "An image that was booted once keeps that instance's keys and user data, and skips parts of the first boot.",
  cure: "cloud-init clean --logs --seed before the disk is taken, or build without booting.",
  limits: "State of other programs for a first boot.",
  check(image) {
    const root = rootOf(image);
    const instances = (root.list("/var/lib/cloud/instances") ?? []).map(
      ({ name }) => `/var/lib/cloud/instances/${name}`,
    );
    // Markers of one-time actions (`sem`), and the instance's identity (`data`): cloud-init, "First boot
    // determination".
    const files = STATE.flatMap((folder) => contents(root, folder)).map(({ path }) => path);
    return [...instances, ...files].map((where): Finding => ({
      message: "state of an earlier instance",
      where,
    }));
  },
};

function folderFindings(root: Tree, folders: readonly string[], tolerated: number): Finding[] {
  return folders.flatMap((folder) => {
    const files = [...filesBelow(root, folder)].filter(({ path, size }) => size > 0 && !KEPT.includes(path));
    const bytes = files.reduce((sum, { size }) => sum + size, 0);
    return bytes > tolerated ? [{ message: `${files.length} files, ${bytes} bytes`, where: folder }] : [];
  });
}
