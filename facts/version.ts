import { readFileSync } from "node:fs";
import { join } from "node:path";

interface Manifest {
  readonly version: string;
  readonly engines: { readonly node: string };
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

const manifest = JSON.parse(readFileSync(join(__dirname, "../package.json"), "utf8")) as Manifest;

/** Version of the package: shown to users, sent to the engine and included in signatures. */
export const VERSION = manifest.version;

/** Versions of the clouds' resource classes that this was made for, by the package's name. */
export const PEERS = manifest.peerDependencies ?? {};

/** Versions of Node that it runs on, as `engines` of package.json has them. */
export const NODE_RANGE = manifest.engines.node;
