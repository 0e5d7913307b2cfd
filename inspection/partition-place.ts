import type { Partition } from "../disk/gpt";

/** Location of a partition in the raw disk, in bytes, and its purpose (GPT type GUID, lower case). */
export type PartitionPlace = Omit<Partition, "guid" | "name"> &
  // /etc/fstab may use them.
  Partial<Pick<Partition, "guid" | "name">>;
