import type { Rule } from "../rule";

export const swapPartitions: Rule = {
  id: "swap-partitions",
  severity: "error",
  title: "Partitions for swap are swap, and empty",
  reason:
    "A file system in a partition that is named swap is looked at by no other rule, and a kernel may be told to start it.",
  cure: "Make it with mkswap, or leave it out: a machine makes its own.",
  limits: "What an encrypted swap holds.",
  check: ({ swaps = [] }) =>
    swaps
      .filter(({ isSwap }) => !isSwap)
      .map(({ number }) => ({
        message: "is for swap by its type, and holds none",
        where: `partition ${number}`,
      })),
};
