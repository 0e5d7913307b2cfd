import { Option } from "commander";
import { BOOT_MODES, type BootMode } from "../config/image-file";
import { ARCHITECTURES, type Architecture } from "../config/release";

/** Options about a raw disk that override its partitions. */
export interface DiskOptions {
  architecture?: Architecture;
  bootMode?: BootMode;
}

export function architectureOption(meaning = "of the disk; default: by the types of its partitions"): Option {
  return new Option("--architecture <name>", meaning).choices(ARCHITECTURES);
}

export function bootModeOption(): Option {
  return new Option("--boot-mode <mode>", "firmware the disk starts on; default: by its partitions").choices(
    BOOT_MODES,
  );
}
