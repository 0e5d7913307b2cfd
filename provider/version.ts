import { readFileSync } from "node:fs";
import { join } from "node:path";

/** Version of the package, sent to the engine and included in signatures. */
export const { version: VERSION } = JSON.parse(readFileSync(join(__dirname, "../package.json"), "utf8")) as {
  version: string;
};
