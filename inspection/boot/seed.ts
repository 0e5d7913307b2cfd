import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { KIB } from "../../facts/units";
import { findPrograms } from "./programs";
import { USER_DATA } from "./report";

/** The label by which cloud-init's NoCloud knows its seed (cloud-init documentation, "NoCloud", 2026-11). */
const LABEL = "CIDATA";

/** Another name for each check would make the same disk's boots differ. */
const META_DATA = "instance-id: imprimatur-boot-check\nlocal-hostname: imprimatur\n";

/**
 * A small FAT disk with what cloud-init runs: no key, no password, no user.
 *
 * @param folder where it and its parts may lie
 * @returns its path
 * @throws {BootUnavailable} a program that makes it is missing
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
