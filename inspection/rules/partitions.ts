import type { Rule } from "../rule";
import { NotInspectable } from "../tree";

export const partitionsSeen: Rule = {
  id: "partitions-seen",
  severity: "error",
  title: "The files of every partition were looked at",
  reason:
    "Keys, passwords and packages in a partition that nobody can read here are on every user's machine.",
  cure: "Keep the system in one ext4 root, or name the partition's place in /etc/fstab; leave out partitions that are not used.",
  limits: "Partitions for boot code, swap and dm-verity, which hold no files.",
  check({ unseen = [] }) {
    if (unseen.length > 0) throw new NotInspectable(unseen.join("; "));
    return [];
  },
};
