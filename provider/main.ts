/**
 * The `imprimatur` provider plugin: only what the native providers lack. A cloud's resource types are in
 * `<cloud>/index.ts`; its handlers, and its SDK with them, are loaded when the first resource of that cloud is used.
 */
import type { ProviderPlugin, ResourceHandler } from "../plugin/resource";
import { onTranscriptTrouble } from "../clouds/transcript/transcript";
import { servePlugin } from "../plugin/server";
import { CLOUD_HANDLERS } from "./clouds";
import { UpdateWatch } from "./unended";
import { VERSION } from "../facts/version";

/* eslint-disable @typescript-eslint/no-require-imports -- the only synchronous way to load on first use */
const OWN: Readonly<Record<string, () => ResourceHandler>> = {
  "imprimatur:index:Lifecycle": () => (require("./lifecycle") as typeof import("./lifecycle")).lifecycle,
  "imprimatur:index:Protection": () => (require("./protection") as typeof import("./protection")).protection,
  "imprimatur:index:ClosingReport": () =>
    (require("./closing-report") as typeof import("./closing-report")).closingReport,
  "imprimatur:index:RemovalClosing": () =>
    (require("./removal-closing") as typeof import("./removal-closing")).removalClosing(() =>
      mergeAll(Object.values(CLOUD_HANDLERS).map(({ closingKinds }) => closingKinds())),
    ),
  "imprimatur:index:SigningKey": () =>
    (require("./signing-key") as typeof import("./signing-key")).signingKey,
  "imprimatur:index:WithdrawalNotice": () =>
    (require("./withdrawal-notice") as typeof import("./withdrawal-notice")).withdrawalNotice,
  "imprimatur:index:Record": () => (require("./record") as typeof import("./record")).record,
};
/* eslint-enable */

export const plugin: ProviderPlugin = {
  name: "imprimatur",
  version: VERSION,
  resources: onFirstUse(mergeAll([OWN, ...Object.values(CLOUD_HANDLERS).map(({ resources }) => resources)])),
  started: onTranscriptTrouble,
  watch: (warn) => new UpdateWatch(warn, process.ppid),
};

/** Entry point of the executable `pulumi-resource-imprimatur`. */
export function main(): void {
  void servePlugin(plugin);
}

function onFirstUse<T>(loaders: Readonly<Record<string, () => T>>): Readonly<Record<string, T>> {
  const table: Record<string, T> = {};
  for (const [key, load] of Object.entries(loaders)) {
    Object.defineProperty(table, key, { enumerable: true, get: load });
  }
  return table;
}

function mergeAll<T>(tables: readonly Readonly<Record<string, T>>[]): Readonly<Record<string, T>> {
  return Object.fromEntries(tables.flatMap((table) => Object.entries(table)));
}
