import { existsSync } from "node:fs";
import path from "node:path";
import type { StartCloud } from "./cloud";

/* eslint-disable @typescript-eslint/no-require-imports -- each cloud is loaded only when it is started */
/** One line per cloud of the rehearsal. */
export const CLOUDS: Readonly<Record<string, () => { readonly start: StartCloud }>> = {
  aws: () => require("./aws") as typeof import("./aws"),
  gcp: () => require("./gcp") as typeof import("./gcp"),
  azure: () => require("./azure") as typeof import("./azure"),
  openstack: () => require("./openstack") as typeof import("./openstack"),
};
/* eslint-enable @typescript-eslint/no-require-imports */

/** Clouds that are started in a folder only once they were asked for there. */
const ON_REQUEST: readonly string[] = ["openstack"];

/** Clouds of a folder. */
export function cloudsIn(folder: string): string[] {
  return Object.keys(CLOUDS).filter(
    (name) => !ON_REQUEST.includes(name) || existsSync(path.join(folder, name)),
  );
}
