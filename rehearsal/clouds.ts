import type { StartCloud } from "./cloud";

/* eslint-disable @typescript-eslint/no-require-imports -- each cloud is loaded only when it is started */
/** One line per stand-in cloud. */
export const CLOUDS: Readonly<Record<string, () => { readonly start: StartCloud }>> = {
  aws: () => require("./aws") as typeof import("./aws"),
  gcp: () => require("./gcp") as typeof import("./gcp"),
  azure: () => require("./azure") as typeof import("./azure"),
};
/* eslint-enable @typescript-eslint/no-require-imports */
