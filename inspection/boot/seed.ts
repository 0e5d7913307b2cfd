import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { KIB } from "../../facts/units";
import { findPrograms } from "./programs";
import { USER_DATA } from "./report";

/** Label of the seed for cloud-init's NoCloud (cloud-init documentation, "NoCloud", 2026-11). */
const LABEL = "CIDATA";

/** Fixed, so that boots of the same disk do not differ. */
const META_DATA = "instance-id: imprimatur-boot-check\nlocal-hostname: imprimatur\n";

/**
 * A small FAT disk with the user data for cloud-init: no key, no password, no user.
 *
 * @param folder for the disk and its parts
 * @returns its path
 * @throws {BootUnavailable} when a program to create it is missing
 */
export function makeSeed(folder: string): string {
  const programs = findPrograms(["mkfs.vfat", "mcopy"]);
  const disk = join(folder, "seed.img");
  const files = { "user-data": USER_DATA, "meta-data": META_DATA };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  execFileSync(programs["mkfs.vfat"], ["-C", "-n", LABEL, disk, String(KIB)], { stdio: "ignore" });
  const paths = Object.keys(files).map((name) => join(folder, name));
  execFileSync(programs.mcopy, ["-i", disk, ...paths, "::"], { stdio: "ignore" });
  return disk;
}
