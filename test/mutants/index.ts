import { CONFIGS } from "./configs";
import { CONTENTS } from "./contents";
import { COMMANDS, INSPECT, VERIFY_DISK } from "./disks/commands";
import { DISKS } from "./disks/disks";
import type { Kind } from "./kind";

/** By the name that `npm run mutants -- --only` takes. */
export const KINDS: Readonly<Record<string, Kind>> = {
  configs: CONFIGS,
  disks: DISKS,
  contents: CONTENTS,
  inspect: INSPECT,
  "verify-disk": VERIFY_DISK,
  commands: COMMANDS,
};
