import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { z } from "zod";
import type { Architecture } from "../image";
import { BootUnavailable } from "./problem";

/** UEFI firmware as files: code that is mapped read-only, and the template of a new machine's variables. */
interface Firmware {
  /** File name of the code, for results: `OVMF_CODE_4M.fd`. */
  name: string;
  code: string;
  variables: string;
}

/** Folders of firmware descriptors (QEMU, docs/interop/firmware.json, 2026-11); first wins. */
const FOLDERS = ["/etc/qemu/firmware", "/usr/share/qemu/firmware"];

const QEMU_ARCHITECTURE: Record<Architecture, string> = { x86_64: "x86_64", arm64: "aarch64" };
const PACKAGES: Record<Architecture, string> = { x86_64: "ovmf", arm64: "qemu-efi-aarch64" };

const file = z.object({ filename: z.string(), format: z.string().default("raw") });
const descriptor = z.object({
  "interface-types": z.array(z.string()),
  mapping: z.object({ device: z.literal("flash"), executable: file, "nvram-template": file }),
  targets: z.array(z.object({ architecture: z.string(), machines: z.array(z.string()) })),
  features: z.array(z.string()),
});

/** Firmware that refuses unsigned loaders would test the signature too; not intended here. */
const UNWANTED = ["enrolled-keys", "requires-smm", "secure-boot"];

/**
 * UEFI firmware for a machine of this architecture, without Secure Boot.
 *
 * @throws {BootUnavailable} when none is installed
 */
export function findFirmware(architecture: Architecture, folders: readonly string[] = FOLDERS): Firmware {
  const wanted = QEMU_ARCHITECTURE[architecture];
  for (const path of folders.flatMap(descriptorsIn)) {
    const parsed = descriptor.safeParse(jsonOf(path));
    if (!parsed.success) continue; // Another kind of firmware: mapped into memory, or a single file.
    const { mapping, targets, features, ...rest } = parsed.data;
    const { executable, "nvram-template": template } = mapping;
    if (!rest["interface-types"].includes("uefi")) continue;
    if (!targets.some((target) => target.architecture === wanted)) continue;
    if (features.some((feature) => UNWANTED.includes(feature))) continue;
    if (executable.format !== "raw" || template.format !== "raw") continue;
    if (!existsSync(executable.filename) || !existsSync(template.filename)) continue;
    return {
      name: basename(executable.filename),
      code: executable.filename,
      variables: template.filename,
    };
  }
  throw new BootUnavailable(
    `UEFI firmware for ${architecture}: none is described in ${folders.join(" or ")}; ` +
      `on Debian: apt-get install ${PACKAGES[architecture]}. Nothing was booted.`,
  );
}

function descriptorsIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith(".json"))
    .sort()
    .map((name) => join(folder, name));
}

function jsonOf(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch {
    return undefined;
  }
}
